/** Traffic Access: who may call whom. */
import type { SmiVersions } from "../../../domain/smi/version-set.ts";
import { access1, access2, access3, family, specs4 } from "../mutant.ts";

/** The last versions with `destination.port`. */
const withPort: SmiVersions = { access: ["v1alpha2"], specs: ["v1alpha3"], split: ["v1alpha3"] };

const denied = [access3(15)];
const listed = [access3(25), access3(115)];

export const accessMutants = family("traffic-access", [
  ["allows-http-by-default", "HTTP is allowed without a TrafficTarget", denied, { opensWithoutTarget: "http" }],
  ["allows-tcp-by-default", "TCP is allowed without a TrafficTarget", denied, { opensWithoutTarget: "tcp" }],
  ["allows-udp-by-default", "UDP is allowed without a TrafficTarget", denied, { opensWithoutTarget: "udp" }],
  ["ignores-http", "HTTP is not governed at all", denied, { ignoresTransport: "http" }],
  ["ignores-tcp", "TCP is not governed at all", denied, { ignoresTransport: "tcp" }],
  ["ignores-udp", "UDP is not governed at all", denied, { ignoresTransport: "udp" }],
  ["denies-as-application", "The application itself answers denied requests", denied, { refusesAsApplication: true }],
  ["ignores-sources", "Every caller is let in", listed, { ignoresSources: true }],
  ["tcp-ignores-sources", "Every caller is let in by TCP", [access3(25)], { ignoresSourcesOf: "tcp" }],
  ["udp-ignores-sources", "Every caller is let in by UDP", [specs4(180)], { ignoresSourcesOf: "udp" }],
  ["widens-source-to-namespace", "A source stands for its whole namespace", listed, { widensSourceToNamespace: true }],
  ["first-source-only", "Only the first source is granted", [access3(187)], { firstSourceOnly: true }],
  ["last-source-only", "Only the last source is granted", [access3(187)], { lastSourceOnly: true }],
  [
    "ignores-source-namespace",
    "Sources are distinguished by name alone",
    [access3(193)],
    { ignoresSourceNamespace: true },
  ],
  [
    "ignores-destination",
    "A target grants at every server of the namespace",
    [access3(96)],
    { ignoresDestination: true },
  ],
  ["grants-both-ways", "A grant also holds in the opposite direction", [access3(20)], { grantsBothWays: true }],
  [
    "first-rule-only",
    "Only the first rule of a target is granted",
    [access3(83), access3(204)],
    { firstRuleOnly: true },
  ],
  ["last-rule-only", "Only the last rule of a target is granted", [access3(83), access3(204)], { lastRuleOnly: true }],
  ["first-target-wins", "Of several targets the first counts", [access3(15), access3(194)], { firstTargetOnly: true }],
  ["last-target-wins", "Of several targets the last counts", [access3(15), access3(194)], { lastTargetOnly: true }],
  [
    "crosses-targets",
    "Every source of a server gets all of its rules",
    [access3(15), access3(194)],
    { crossesTargets: true },
  ],
  [
    "ignores-rule-matches",
    "A rule that names matches grants its whole group",
    [access3(86), access3(97)],
    { ignoresRuleMatches: true },
  ],
  [
    "omitted-matches-grant-nothing",
    "A rule without matches grants nothing",
    [access3(97)],
    { omittedMatchesGrantNothing: true },
  ],
  [
    "unknown-match-opens",
    "A match that the group lacks grants the whole group",
    [access3(26)],
    { unknownMatchOpens: true },
  ],
  ["missing-route-opens", "A rule whose route is absent grants everything", [access3(26)], { missingRouteOpens: true }],
  [
    "ignores-destination-port",
    "destination.port is ignored",
    [access1(86), access2(88)],
    { ignoresDestinationPort: true },
    { versions: withPort },
  ],
  [
    "omitted-port-grants-nothing",
    "A target without destination.port grants nothing",
    [access2(89)],
    { omittedDestinationPortGrantsNothing: true },
    { versions: withPort },
  ],
  [
    "ignores-tcproute-ports",
    "A TCPRoute grants every port",
    [access3(99), specs4(140)],
    { ignoresPortsOf: "TCPRoute" },
  ],
  [
    "first-tcproute-port-only",
    "Only the first port of a TCPRoute is granted",
    [specs4(140)],
    { firstPortOnlyOf: "TCPRoute" },
  ],
  [
    "empty-tcproute-grants-nothing",
    "A TCPRoute without ports grants none",
    [access3(102), specs4(153)],
    { emptyPortsGrantNothingOf: "TCPRoute" },
  ],
  [
    "ignores-udproute-ports",
    "A UDPRoute grants every port",
    [access3(200), specs4(165)],
    { ignoresPortsOf: "UDPRoute" },
  ],
  [
    "empty-udproute-grants-nothing",
    "A UDPRoute without ports grants none",
    [specs4(180)],
    { emptyPortsGrantNothingOf: "UDPRoute" },
  ],
  ["tcproute-opens-udp", "A TCPRoute lets UDP in as well", [access3(244)], { tcpRouteOpensUdp: true }],
  ["udproute-opens-tcp", "A UDPRoute lets TCP in as well", [access3(244)], { udpRouteOpensTcp: true }],
  [
    "tcproute-overrides-group",
    "A TCPRoute lets in every request to its ports, regardless of the group beside it",
    [access3(125), access3(198)],
    { tcpRouteOverridesGroup: true },
  ],
  [
    "group-needs-tcproute",
    "An HTTPRouteGroup grants nothing without a TCPRoute",
    [access3(102)],
    { groupNeedsTcpRoute: true },
  ],
  [
    "enforces-at-client",
    "The client's side enforces instead of the server's",
    [access3(110)],
    { enforcesAtClientOnly: true },
  ],
  [
    "trusts-service-name",
    "The header ServiceName is taken for the identity of the caller",
    [access3(110), access3(13)],
    { trustsServiceName: true },
  ],
  ["trusts-forwarded-for", "A request with X-Forwarded-For is let in", [access3(110)], { trustsForwardedFor: true }],
  [
    "unmeshed-clients-pass",
    "Clients outside the mesh count as any source",
    [access3(25), access3(13)],
    { unmeshedClientsPass: true },
  ],
  ["drops-a-tenth", "A tenth of what is allowed is never answered", [access3(23)], { dropsAllowed: 0.1 }],
  ["fails-a-twentieth", "A twentieth of what is allowed is answered 503", [access3(23)], { failsAllowed: 0.05 }],
  ["ignores-routes", "A source may call whatever it likes", [access3(26)], { ignoresRoutes: true }],
]);
