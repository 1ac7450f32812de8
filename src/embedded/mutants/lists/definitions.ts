/** Which kinds are served, in which versions, and what becomes of a version that is not. */
import { access3, family, specs4, split4 } from "../mutant.ts";

export const definitionMutants = family("resource", [
  ["httproutegroup-missing", "HTTPRouteGroup is not defined", [specs4(21)], { crdMissing: "HTTPRouteGroup" }],
  ["tcproute-missing", "TCPRoute is not defined", [specs4(138)], { crdMissing: "TCPRoute" }],
  ["udproute-missing", "UDPRoute is not defined", [specs4(163)], { crdMissing: "UDPRoute" }],
  [
    "traffictarget-v1beta1-alone",
    "TrafficTarget is served as v1beta1 alone",
    [access3(5)],
    { crdUnknownVersion: "TrafficTarget" },
  ],
  [
    "httproutegroup-v1beta1-alone",
    "HTTPRouteGroup is served as v1beta1 alone",
    [specs4(5)],
    { crdUnknownVersion: "HTTPRouteGroup" },
  ],
  ["tcproute-v1beta1-alone", "TCPRoute is served as v1beta1 alone", [specs4(5)], { crdUnknownVersion: "TCPRoute" }],
  ["udproute-v1beta1-alone", "UDPRoute is served as v1beta1 alone", [specs4(5)], { crdUnknownVersion: "UDPRoute" }],
  [
    "trafficsplit-v1beta1-alone",
    "TrafficSplit is served as v1beta1 alone",
    [split4(5)],
    { crdUnknownVersion: "TrafficSplit" },
  ],
  ["traffictarget-unlisted", "Discovery lists no TrafficTarget", [access3(3)], { crdUndiscovered: "TrafficTarget" }],
  ["httproutegroup-unlisted", "Discovery lists no HTTPRouteGroup", [specs4(3)], { crdUndiscovered: "HTTPRouteGroup" }],
  ["tcproute-unlisted", "Discovery lists no TCPRoute", [specs4(3)], { crdUndiscovered: "TCPRoute" }],
  ["udproute-unlisted", "Discovery lists no UDPRoute", [specs4(3)], { crdUndiscovered: "UDPRoute" }],
  ["trafficsplit-unlisted", "Discovery lists no TrafficSplit", [split4(3)], { crdUndiscovered: "TrafficSplit" }],
  ["udproute-cluster-scoped", "UDPRoute is cluster-scoped", [specs4(163)], { crdClusterScoped: "UDPRoute" }],
  [
    "trafficsplit-names-clash",
    "A name of TrafficSplit is taken by another kind, so that it is defined but not served",
    [split4(3)],
    { crdNamesNotAccepted: "TrafficSplit" },
  ],
  [
    "specs-of-older-release",
    "traffic-specs is served as v1alpha2, which goes with neither of the others",
    [access3(7), split4(7)],
    { servesInstead: { specs: ["v1alpha2"] } },
  ],
  [
    "access-of-older-release",
    "traffic-access is served as v1alpha2, which goes with an older traffic-specs",
    [access3(7)],
    { servesInstead: { access: ["v1alpha2"] } },
  ],
  [
    "unserved-version-accepted",
    "A version that the definition does not serve is accepted",
    [access3(5)],
    { servesUnservedVersions: true },
  ],
  [
    "unserved-version-called-invalid",
    "An object of a version that is not served is called invalid",
    [access3(5)],
    { blamesUnservedObjects: true },
  ],
]);
