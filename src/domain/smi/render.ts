/**
 * Renders version-neutral SMI resources to the shape of a served version. Source of the shapes: smi-spec
 * `apis/traffic-access/v1alpha1..4`, `apis/traffic-specs/v1alpha1..4`, `apis/traffic-split/v1alpha1..4`.
 */
import type { KubernetesObject } from "../kubernetes/object.ts";
import { type SmiKindName, smiKinds } from "./kinds.ts";
import type {
  HttpRouteGroup,
  Resource,
  ResourceRef,
  Subject,
  TcpRoute,
  TrafficSplit,
  TrafficTarget,
  UdpRoute,
} from "./resource.ts";
import type { ServedVersion } from "./served.ts";

/** What the names of an assertion mean in the cell that it runs in. */
export interface Bindings {
  /** Namespace alias to real namespace; the first entry is the default. */
  readonly namespaces: Readonly<Record<string, string>>;
  /** Workload to its ServiceAccount and the alias of its namespace. */
  readonly accounts: Readonly<Record<string, { readonly account: string; readonly in: string }>>;
}

/** A resource that the version at hand has no words for: the row does not apply to it. */
export class NotExpressibleError extends Error {
  override readonly name = "NotExpressibleError";
}

type Fields = Record<string, unknown>;

export function kindOf(resource: Resource | ResourceRef): SmiKindName {
  if ("httpRouteGroup" in resource) return "HTTPRouteGroup";
  if ("tcpRoute" in resource) return "TCPRoute";
  if ("udpRoute" in resource) return "UDPRoute";
  if ("trafficTarget" in resource) return "TrafficTarget";
  return "TrafficSplit";
}

export function nameOf(resource: Resource | ResourceRef): string {
  if ("httpRouteGroup" in resource) return resource.httpRouteGroup;
  if ("tcpRoute" in resource) return resource.tcpRoute;
  if ("udpRoute" in resource) return resource.udpRoute;
  if ("trafficTarget" in resource) return resource.trafficTarget;
  return resource.trafficSplit;
}

export function namespaceOf(resource: Resource | ResourceRef, bindings: Bindings): string {
  const alias = resource.in ?? Object.keys(bindings.namespaces)[0] ?? "";
  const namespace = bindings.namespaces[alias];
  if (namespace === undefined) throw new RangeError(`no namespace "${alias}" in this fixture`);
  return namespace;
}

function withoutUndefined(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function subjectFields(subject: Subject, bindings: Bindings): Fields {
  const workload = bindings.accounts[typeof subject === "string" ? subject : subject.account];
  const name = workload?.account ?? (typeof subject === "string" ? subject : subject.account);
  const alias = typeof subject === "string" ? workload?.in : subject.in;
  return {
    kind: "ServiceAccount",
    name,
    namespace: bindings.namespaces[alias ?? ""] ?? Object.values(bindings.namespaces)[0],
  };
}

/** How `headers` are written: as the schema has it, or as it has it not. A schema that does not say is given a list. */
function headersFormOf(group: HttpRouteGroup, version: ServedVersion): "list" | "map" {
  if (group.headersForm !== "other") return version.headersForm ?? "list";
  if (version.headersForm === undefined)
    throw new NotExpressibleError(`the schema of specs ${version.name} does not say how headers are written`);
  return version.headersForm === "list" ? "map" : "list";
}

function matchFields(match: HttpRouteGroup["matches"][number], version: ServedVersion, form: "list" | "map"): Fields {
  if (version.name === "v1alpha1") {
    if (match.headers !== undefined) throw new NotExpressibleError("specs v1alpha1 has no header matches");
    if (match.pathRegex === undefined || match.methods === undefined)
      throw new NotExpressibleError("specs v1alpha1 requires pathRegex and methods in every match");
  }
  const headers =
    match.headers === undefined || form === "map"
      ? match.headers
      : Object.entries(match.headers).map(([name, value]) => ({ [name]: value }));
  return withoutUndefined({ name: match.name, pathRegex: match.pathRegex, methods: match.methods, headers });
}

function routePorts(route: TcpRoute | UdpRoute, version: ServedVersion): Fields {
  if (version.name === "v1alpha4") return { matches: { ports: route.ports ?? [] } };
  if (route.ports !== undefined)
    throw new NotExpressibleError(`TCPRoute ports come with specs v1alpha4, not ${version.name}`);
  return {};
}

function targetBody(target: TrafficTarget, version: ServedVersion, bindings: Bindings): Fields {
  const old = version.name === "v1alpha1";
  if (target.port !== undefined && !old && version.name !== "v1alpha2")
    throw new NotExpressibleError(`destination.port was removed before access ${version.name}`);
  const rules = target.rules?.map((rule) => {
    if ("httpRouteGroup" in rule)
      return withoutUndefined({ kind: "HTTPRouteGroup", name: rule.httpRouteGroup, matches: rule.matches });
    if ("tcpRoute" in rule) return { kind: "TCPRoute", name: rule.tcpRoute };
    return { kind: "UDPRoute", name: rule.udpRoute };
  });
  return withoutUndefined({
    destination:
      target.destination === undefined
        ? undefined
        : withoutUndefined({ ...subjectFields(target.destination, bindings), port: target.port }),
    [old ? "specs" : "rules"]: rules,
    sources: target.sources?.map((source) => subjectFields(source, bindings)),
  });
}

function wholeNumber(weight: number | string, version: ServedVersion): number {
  if (typeof weight === "number") return weight;
  throw new NotExpressibleError(`weights such as ${weight} end with split v1alpha1; ${version.name} has whole numbers`);
}

function splitBody(split: TrafficSplit, version: ServedVersion): Fields {
  const early = version.name === "v1alpha1" || version.name === "v1alpha2";
  if (split.matches !== undefined && early)
    throw new NotExpressibleError(`split matches come with v1alpha3, not ${version.name}`);
  return withoutUndefined({
    service: split.service,
    matches: split.matches?.map((name) => ({ kind: "HTTPRouteGroup", name })),
    backends:
      split.backends === undefined
        ? undefined
        : Object.entries(split.backends).map(([service, weight]) => ({
            service,
            // v1alpha1 weights are Kubernetes quantities, whose canonical form is a string.
            weight: version.name === "v1alpha1" ? String(weight) : wholeNumber(weight, version),
          })),
  });
}

/** RFC 7386. */
function mergePatch(target: unknown, change: unknown): unknown {
  if (typeof change !== "object" || change === null || Array.isArray(change)) return change;
  const base: Fields =
    typeof target === "object" && target !== null && !Array.isArray(target) ? { ...(target as Fields) } : {};
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete base[key];
    else base[key] = mergePatch(base[key], value);
  }
  return base;
}

/** True where this kind's fields stand under `spec` in this version. */
function underSpec(kind: SmiKindName, version: string): boolean {
  if (kind === "TrafficTarget") return version !== "v1alpha1";
  if (kind === "TrafficSplit") return true;
  return version !== "v1alpha1" && version !== "v1alpha2";
}

/** @throws NotExpressibleError when this version lacks a field that the resource uses. */
export function render(resource: Resource, version: ServedVersion, bindings: Bindings): KubernetesObject {
  const kind = kindOf(resource);
  let body: Fields;
  if ("httpRouteGroup" in resource) {
    const form = headersFormOf(resource, version);
    body = { matches: resource.matches.map((match) => matchFields(match, version, form)) };
  } else if ("tcpRoute" in resource || "udpRoute" in resource) body = routePorts(resource, version);
  else if ("trafficTarget" in resource) body = targetBody(resource, version, bindings);
  else body = splitBody(resource, version);
  if (resource.patch !== undefined) body = mergePatch(body, resource.patch) as Fields;
  return {
    apiVersion: `${smiKinds[kind].group}/${version.name}`,
    kind,
    metadata: { name: nameOf(resource), namespace: namespaceOf(resource, bindings) },
    ...(underSpec(kind, version.name) ? { spec: body } : body),
  };
}
