/**
 * Conversion between the versions of the SMI kinds, by the conversion webhook that a mesh brings: by way of the newest shape, and
 * without loss. What a version cannot express is kept in an annotation, as is usual in Kubernetes (a webhook may change labels
 * and annotations of metadata, nothing else), and restored in a version that can express it.
 * Shapes: smi-spec `apis/*` v1alpha1 to 4; the differences are listed at each kind.
 */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import { smiKinds } from "../../domain/smi/kinds.ts";
import { at, type Fields, isMap } from "./fields.ts";
import { quantityOf, wholeWeights } from "./weights.ts";

/**
 * Annotations for what one version has a field for and another has not. Values are JSON. `port` restricts access: a mesh that
 * reads access v1alpha3 or newer has to look at it.
 */
export const keptIn = {
  port: "access.smi-spec.io/destination-port",
  headers: "specs.smi-spec.io/headers",
  ports: "specs.smi-spec.io/ports",
  matches: "split.smi-spec.io/matches",
} as const;

/** The port to which a TrafficTarget written in access v1alpha1 or 2 is limited, as read in any version; undefined for all ports. */
export function keptPort(target: KubernetesObject): number | undefined {
  const kept = target.metadata.annotations?.[keptIn.port];
  const port = kept ?? at(target, "spec", "destination", "port") ?? at(target, "destination", "port");
  return port === undefined ? undefined : Number(port);
}

/** An object taken apart, to be changed: `body` is everything besides apiVersion, kind and metadata. */
interface Parts {
  readonly annotations: Record<string, string>;
  body: Fields;
}

function keep(parts: Parts, key: string, value: unknown): void {
  if (value !== undefined) parts.annotations[key] = JSON.stringify(value);
}

function take(parts: Parts, key: string): unknown {
  const kept = parts.annotations[key];
  delete parts.annotations[key];
  return kept === undefined ? undefined : JSON.parse(kept);
}

type Step = (parts: Parts, version: string) => void;

const specOf = (parts: Parts): Fields => (isMap(parts.body.spec) ? { ...parts.body.spec } : {});
const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isMap) : []);

/**
 * traffic-access v1alpha1, lines 66 to 79: no `spec`, and `specs` for `rules`. v1alpha2, line 88: `port` limits to one port,
 * all when left out; v1alpha3, line 98, has ports in routes alone.
 */
const targetUp: Step = (parts, version) => {
  if (version !== "v1alpha1" && version !== "v1alpha2") return;
  const { destination, rules, specs, sources, ...rest } = version === "v1alpha1" ? parts.body : specOf(parts);
  const { port, ...subject } = isMap(destination) ? destination : {};
  keep(parts, keptIn.port, port);
  const spec = { ...rest, destination: destination && subject, rules: version === "v1alpha1" ? specs : rules, sources };
  parts.body = { spec };
};

const targetDown: Step = (parts, version) => {
  if (version !== "v1alpha1" && version !== "v1alpha2") return;
  const { destination, rules, ...rest } = specOf(parts);
  const port = take(parts, keptIn.port);
  const limited = isMap(destination) && port !== undefined ? { ...destination, port } : destination;
  parts.body =
    version === "v1alpha1"
      ? { ...rest, destination: limited, specs: rules }
      : { spec: { ...rest, destination: limited, rules } };
};

/** traffic-specs v1alpha1, line 37: path and methods are required, and there are no headers; v1alpha3, line 30: `matches` move under `spec`. */
const groupUp: Step = (parts, version) => {
  if (version === "v1alpha3" || version === "v1alpha4") return;
  const headers = take(parts, keptIn.headers);
  const matches = listOf(parts.body.matches).map((match) => {
    const kept = at(headers, String(match.name));
    return kept === undefined ? match : { ...match, headers: kept };
  });
  parts.body = { spec: { matches } };
};

const groupDown: Step = (parts, version) => {
  if (version === "v1alpha3" || version === "v1alpha4") return;
  const matches = listOf(specOf(parts).matches);
  if (version === "v1alpha2") {
    parts.body = { matches };
    return;
  }
  const headers = matches.flatMap((match) =>
    match.headers === undefined ? [] : [[String(match.name), match.headers]],
  );
  if (headers.length > 0) keep(parts, keptIn.headers, Object.fromEntries(headers));
  // If left out, they mean any path and any method (traffic-specs v1alpha2, line 130), which v1alpha1 has to spell out.
  parts.body = { matches: matches.map(({ headers: _, ...match }) => ({ pathRegex: ".*", methods: ["*"], ...match })) };
};

/** traffic-specs v1alpha4, line 153: ports, none for all. v1alpha3 has an empty `spec`, the older ones none. */
const routeUp: Step = (parts, version) => {
  if (version === "v1alpha4") return;
  parts.body = { spec: { matches: { ports: take(parts, keptIn.ports) ?? [] } } };
};

const routeDown: Step = (parts, version) => {
  if (version === "v1alpha4") return;
  const ports = at(specOf(parts), "matches", "ports");
  if (Array.isArray(ports) && ports.length > 0) keep(parts, keptIn.ports, ports);
  parts.body = version === "v1alpha3" ? { spec: {} } : {};
};

/** traffic-split v1alpha1, line 37: weights are quantities; v1alpha2, line 22: whole numbers. `matches` come with v1alpha3. */
const splitUp: Step = (parts, version) => {
  if (version === "v1alpha3" || version === "v1alpha4") return;
  const { backends, ...spec } = specOf(parts);
  const list = listOf(backends);
  const quantities = list.map(({ weight }) => weight as string | number);
  const weights = version === "v1alpha1" ? wholeWeights(quantities) : undefined;
  const matches = take(parts, keptIn.matches);
  parts.body = {
    spec: {
      ...spec,
      backends: weights === undefined ? backends : list.map((backend, i) => ({ ...backend, weight: weights[i] })),
      matches,
    },
  };
};

const splitDown: Step = (parts, version) => {
  if (version === "v1alpha3" || version === "v1alpha4") return;
  const { backends, matches, ...spec } = specOf(parts);
  keep(parts, keptIn.matches, matches);
  const older = (backend: Fields) =>
    typeof backend.weight === "number" ? { ...backend, weight: quantityOf(backend.weight) } : backend;
  parts.body = { spec: { ...spec, backends: version === "v1alpha1" ? listOf(backends).map(older) : backends } };
};

const steps: Readonly<Record<string, { readonly up: Step; readonly down: Step }>> = {
  TrafficTarget: { up: targetUp, down: targetDown },
  HTTPRouteGroup: { up: groupUp, down: groupDown },
  TCPRoute: { up: routeUp, down: routeDown },
  TrafficSplit: { up: splitUp, down: splitDown },
};

const withoutUndefined = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, key === "spec" && isMap(value) ? withoutUndefined(value) : value]],
    ),
  );

/** An SMI object in another version of its group; of other kinds only apiVersion changes. */
export function convertSmi(object: KubernetesObject, version: string): KubernetesObject {
  const { apiVersion, kind, metadata, status, ...body } = object;
  const [group = "", from = ""] = apiVersion.split("/");
  if (from === version) return object;
  const step = steps[kind];
  const isSmi = Object.values(smiKinds).some((known) => known.kind === kind && known.group === group);
  if (step === undefined || !isSmi) return { ...object, apiVersion: `${group}/${version}` };
  const parts: Parts = { annotations: { ...metadata.annotations }, body };
  step.up(parts, from);
  step.down(parts, version);
  const { annotations: _, ...named } = metadata;
  const kept = Object.keys(parts.annotations).length > 0 ? { annotations: parts.annotations } : {};
  return {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: { ...named, ...kept },
    ...withoutUndefined(parts.body),
    ...(status === undefined ? {} : { status }),
  };
}
