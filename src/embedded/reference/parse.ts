/**
 * Reads SMI objects of every API version. What differs between them is all here:
 *
 * - access v1alpha1 has `specs` and no `spec`; v1alpha2 moves the fields under `spec` and calls the rules `rules`;
 *   v1alpha3 takes `destination.port` away (traffic-access v1alpha1, v1alpha2 and v1alpha3, TrafficTarget).
 * - specs v1alpha1 and v1alpha2 have `matches` at the top, v1alpha3 and v1alpha4 under `spec`. Headers come with v1alpha2.
 *   TCPRoute has ports from v1alpha4 on, which is also where UDPRoute appears (traffic-specs, TCPRoute and UDPRoute).
 * - headers are a list of one-entry maps in the published CRDs and one map in the text since smi-spec #237.
 * - split v1alpha1 weighs with Kubernetes quantities, later versions with whole numbers (traffic-split v1alpha1, line 37;
 *   v1alpha4, line 30). `matches` comes with v1alpha3.
 *
 * Nothing here throws: what can't be read grants nothing.
 */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import { keptPort } from "../api/conversion.ts";
import type { MeshFaults } from "../mutants/mesh-faults.ts";
import type { Backend, PolicyObject, RouteMatch, Rule, Split, Subject } from "./policy.ts";
import { quantity, quantityDigits } from "./quantity.ts";

type Fields = Readonly<Record<string, unknown>>;

const fields = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const integer = (value: unknown): number | undefined => (Number.isInteger(value) ? (value as number) : undefined);
const texts = (value: unknown): readonly string[] => list(value).filter((item) => typeof item === "string");
const someTexts = (value: unknown) => (list(value).length === 0 ? undefined : texts(value));
const ports = (value: unknown) => list(value).map((port) => integer(port) ?? Number.NaN);

function subject(value: unknown): Subject {
  const { kind, name, namespace } = fields(value);
  return { kind: text(kind) ?? "", name: text(name) ?? "", namespace: text(namespace) };
}

function rule(value: unknown): Rule {
  const { kind, name, matches } = fields(value);
  return { kind: text(kind) ?? "", name: text(name) ?? "", matches: someTexts(matches) };
}

function routeMatch(value: unknown): RouteMatch {
  const { name, pathRegex, methods, headers } = fields(value);
  const entries = Array.isArray(headers)
    ? headers.flatMap((one) => Object.entries(fields(one)))
    : Object.entries(fields(headers));
  return {
    name: text(name) ?? "",
    pathRegex: text(pathRegex),
    methods: someTexts(methods),
    headers: entries.map(([header, regex]) => [header, String(regex)] as const),
  };
}

function split(
  body: Fields,
  version: string,
  faults: MeshFaults,
): Pick<Split, "root" | "backends" | "matches" | "broken"> {
  const read = faults.quantityDigits ? quantityDigits : quantity;
  let broken: string | undefined;
  const backends: Backend[] = list(body.backends).map((value) => {
    const { service, weight } = fields(value);
    const name = text(service) ?? "";
    const found = version === "v1alpha1" ? read(weight) : typeof weight === "number" ? weight : undefined;
    // "Weights must be whole numbers" (traffic-split v1alpha4, line 30); less than nothing can't be sent either.
    const isFit = found !== undefined && found >= 0 && (version === "v1alpha1" || Number.isInteger(found));
    if (isFit) return { service: name, weight: found };
    broken ??= `weight ${JSON.stringify(weight)} of backend ${name} is ${version === "v1alpha1" ? "no quantity" : "no whole number"}`;
    return { service: name, weight: Math.max(0, Math.ceil(found ?? 0)) };
  });
  return {
    root: text(body.service) ?? "",
    backends,
    // Only HTTPRouteGroups can describe requests (traffic-split v1alpha4, line 39).
    matches: list(body.matches).flatMap((value) => {
      const { kind, name } = fields(value);
      return kind === "HTTPRouteGroup" ? [text(name) ?? ""] : [];
    }),
    broken: faults.appliesBrokenWeights ? undefined : broken,
  };
}

/** What an object says; undefined for kinds that are not SMI's. */
export function parse(object: KubernetesObject, faults: MeshFaults = {}): PolicyObject | undefined {
  const { name, namespace = "", uid, creationTimestamp } = object.metadata;
  const named = { name, namespace, uid: String(uid ?? ""), created: String(creationTimestamp ?? "") };
  // Early versions have their fields beside `metadata`.
  const body = fields(object.spec ?? object);
  switch (object.kind) {
    case "TrafficTarget":
      return {
        kind: object.kind,
        ...named,
        destination: body.destination === undefined ? undefined : subject(body.destination),
        // Also where a newer version, which has no word for it, keeps it from an older one: it limits who gets in.
        port: keptPort(object),
        sources: list(body.sources).map(subject),
        rules: list(body.rules ?? body.specs).map(rule),
      };
    case "HTTPRouteGroup":
      return { kind: object.kind, ...named, matches: list(body.matches).map(routeMatch) };
    case "TCPRoute":
    case "UDPRoute":
      return { kind: object.kind, ...named, ports: ports(fields(body.matches).ports) };
    case "TrafficSplit": {
      const version = object.apiVersion.slice(object.apiVersion.indexOf("/") + 1);
      return { kind: object.kind, ...named, apiVersion: object.apiVersion, ...split(body, version, faults) };
    }
    default:
      return undefined;
  }
}
