/**
 * Reads SMI objects of every API version. What differs between versions is all here:
 *
 * - access v1alpha1 has `specs` and no `spec`; v1alpha2 moves the fields under `spec` and calls the rules `rules`;
 *   v1alpha3 removes `destination.port` (traffic-access v1alpha1, v1alpha2 and v1alpha3, TrafficTarget).
 * - specs v1alpha1 and v1alpha2 have `matches` at the top, v1alpha3 and v1alpha4 under `spec`. Headers come with v1alpha2.
 *   TCPRoute has ports from v1alpha4 on, which is also where UDPRoute appears (traffic-specs, TCPRoute and UDPRoute).
 * - headers are a list of one-entry maps in the published CRDs and one map in the text since smi-spec #237.
 * - split v1alpha1 weighs with Kubernetes quantities, later versions with whole numbers (traffic-split v1alpha1, line 37;
 *   v1alpha4, line 30). `matches` comes with v1alpha3.
 *
 * Nothing here throws: what can't be read grants nothing.
 */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import { quantity } from "../../domain/kubernetes/quantity.ts";
import { keptPort } from "./conversion.ts";
import { type Fields, fields, list, text, texts } from "./fields.ts";
import type { PolicyObject, RouteMatch, Rule, Split, Subject } from "./policy.ts";

const someTexts = (value: unknown) => (list(value).length === 0 ? undefined : texts(value));
const ports = (value: unknown) => list(value).map((port) => (Number.isInteger(port) ? (port as number) : Number.NaN));

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

function split(body: Fields, version: string): Pick<Split, "root" | "backends" | "matches" | "broken"> {
  const isQuantity = version === "v1alpha1";
  const weighed = list(body.backends).map((value) => {
    const { service, weight: written } = fields(value);
    const weight = isQuantity ? quantity(written) : typeof written === "number" ? written : undefined;
    return { service: text(service) ?? "", written, weight: weight ?? 0, isNumber: weight !== undefined };
  });
  // "Weights must be whole numbers" (traffic-split v1alpha4, line 30); less than nothing can't be sent either.
  const unfit = weighed.find(
    ({ weight, isNumber }) => !isNumber || weight < 0 || !(isQuantity || Number.isInteger(weight)),
  );
  return {
    root: text(body.service) ?? "",
    backends: weighed.map(({ service, weight }) => ({ service, weight })),
    // Only HTTPRouteGroups can describe requests (traffic-split v1alpha4, line 39).
    matches: list(body.matches).flatMap((value) => {
      const { kind, name } = fields(value);
      return kind === "HTTPRouteGroup" ? [text(name) ?? ""] : [];
    }),
    broken:
      unfit &&
      `weight ${JSON.stringify(unfit.written)} of backend ${unfit.service} is not a ${isQuantity ? "quantity" : "whole number"}`,
  };
}

/** What an object says; undefined for kinds that are not SMI's. */
export function parse(object: KubernetesObject): PolicyObject | undefined {
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
        // Also if a newer version, which has no field for it, keeps it from an older one: it limits who gets in.
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
      return { kind: object.kind, ...named, apiVersion: object.apiVersion, ...split(body, version) };
    }
    default:
      return undefined;
  }
}
