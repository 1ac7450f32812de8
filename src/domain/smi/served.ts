/** Which SMI kinds and versions a cluster really serves, read from its CRDs; and which shape their schemas ask for. */
import type { KubernetesObject } from "../kubernetes/object.ts";
import { compatibleSpecs, releases, type SmiKind, type SmiKindName, smiKindNames, smiKinds } from "./kinds.ts";

export interface ServedVersion {
  readonly name: string;
  readonly storage: boolean;
  /** How `headers` of an HTTPRouteGroup match is written; undefined for other kinds or a schema that does not say. */
  readonly headersForm?: "list" | "map";
}

/** One SMI CRD as found. */
export interface ServedKind {
  readonly kind: SmiKindName;
  /** Served versions that the specification knows, oldest first. */
  readonly versions: readonly ServedVersion[];
  /** Served versions that it does not know. */
  readonly unknownVersions: readonly string[];
  readonly scope: string;
  readonly shortNames: readonly string[];
  readonly established: boolean;
  readonly namesAccepted: boolean;
  /** metadata.generation and resourceVersion do not survive clusters, so the spec itself is what gets hashed. */
  readonly spec: unknown;
}

export type Served = Readonly<Partial<Record<SmiKindName, ServedKind>>>;

interface CrdVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly schema?: unknown;
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((seen, key) => (seen as Record<string, unknown> | undefined)?.[key], value);
}

/** Follows the OpenAPI schema of a match to its `headers`. specs v1alpha3 moved `matches` under `spec`. */
function headersForm(version: CrdVersion): "list" | "map" | undefined {
  const root = at(version.schema, "openAPIV3Schema", "properties");
  for (const matches of [at(root, "spec", "properties", "matches"), at(root, "matches")]) {
    const type = at(matches, "items", "properties", "headers", "type");
    if (type === "array") return "list";
    if (type === "object") return "map";
  }
  return undefined;
}

function condition(crd: KubernetesObject, type: string): boolean {
  const conditions = at(crd, "status", "conditions");
  return Array.isArray(conditions) && conditions.some((c) => at(c, "type") === type && at(c, "status") === "True");
}

/** Reads `apiextensions.k8s.io/v1` CustomResourceDefinitions; those that are not of SMI are passed over. */
export function servedFromCrds(crds: readonly KubernetesObject[]): Served {
  const served: Partial<Record<SmiKindName, ServedKind>> = {};
  for (const name of smiKindNames) {
    const kind: SmiKind = smiKinds[name];
    const crd = crds.find((c) => c.metadata.name === `${kind.plural}.${kind.group}`);
    if (crd === undefined || at(crd, "spec", "names", "kind") !== kind.kind) continue;
    const all = ((at(crd, "spec", "versions") ?? []) as readonly CrdVersion[]).filter((v) => v.served);
    const known = all.filter((v) => kind.versions.includes(v.name));
    known.sort((x, y) => kind.versions.indexOf(x.name) - kind.versions.indexOf(y.name));
    served[name] = {
      kind: name,
      versions: known.map((v) => {
        const form = name === "HTTPRouteGroup" ? headersForm(v) : undefined;
        return { name: v.name, storage: v.storage, ...(form === undefined ? {} : { headersForm: form }) };
      }),
      unknownVersions: all.filter((v) => !kind.versions.includes(v.name)).map((v) => v.name),
      scope: String(at(crd, "spec", "scope")),
      shortNames: (at(crd, "spec", "names", "shortNames") as readonly string[] | undefined) ?? [],
      established: condition(crd, "Established"),
      namesAccepted: condition(crd, "NamesAccepted"),
      spec: crd.spec,
    };
  }
  return served;
}

/** The newest served version of a kind among those allowed (all, when not limited). */
export function newestServed(
  served: Served,
  kind: SmiKindName,
  allowed?: readonly string[],
): ServedVersion | undefined {
  return served[kind]?.versions.filter((v) => allowed === undefined || allowed.includes(v.name)).at(-1);
}

/** The newest version of a kind that the specification knows and the cluster does not serve; undefined where it serves all. */
export function unservedVersion(served: Served, kind: SmiKindName): ServedVersion | undefined {
  const name = smiKinds[kind].versions.findLast((v) => !served[kind]?.versions.some((s) => s.name === v));
  return name === undefined ? undefined : { name, storage: false };
}

export interface VersionSets {
  /** Served versions that go together, one of each spec that is served: `traffic-access/v1alpha2 + traffic-specs/v1alpha3`. */
  readonly together: readonly string[];
  /** All served versions, for the message where none go together. */
  readonly apart: string;
}

/**
 * Sets of one served version of TrafficTarget, HTTPRouteGroup and TrafficSplit each, as far as they are served, that go
 * together by their "Compatible with" lines or are those of one release. split v1alpha1 and 2 have no such line, and refer
 * to no other resource.
 */
export function compatibleSets(served: Served): VersionSets {
  const namesOf = (kind: SmiKindName) => served[kind]?.versions.map((v) => v.name) ?? [];
  const [access, specs, split] = [namesOf("TrafficTarget"), namesOf("HTTPRouteGroup"), namesOf("TrafficSplit")];
  const orNone = (names: readonly string[]) => (names.length === 0 ? [undefined] : names);
  const goesWith = (version: string | undefined, specsVersion: string, spec: string) =>
    version === undefined || (compatibleSpecs[`${spec}/${version}`] ?? [specsVersion]).includes(specsVersion);
  const together = specs.flatMap((s) =>
    orNone(access).flatMap((a) =>
      orNone(split).flatMap((p) => {
        const byLines = goesWith(a, s, "traffic-access") && goesWith(p, s, "traffic-split");
        const byRelease = releases.some(
          (r) => r.specs === s && [undefined, r.access].includes(a) && [undefined, r.split].includes(p),
        );
        if ((a === undefined && p === undefined) || !(byLines || byRelease)) return [];
        return [
          [a && `traffic-access/${a}`, `traffic-specs/${s}`, p && `traffic-split/${p}`].filter(Boolean).join(" + "),
        ];
      }),
    ),
  );
  const list = (spec: string, names: readonly string[]) => (names.length === 0 ? [] : [`${spec} ${names.join(", ")}`]);
  const apart = [...list("traffic-access", access), ...list("traffic-specs", specs), ...list("traffic-split", split)];
  return { together, apart: apart.join("; ") };
}
