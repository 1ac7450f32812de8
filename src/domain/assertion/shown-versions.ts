/** Which API versions an assertion is shown in where there is no cluster to ask. */
import type { KubernetesObject } from "../kubernetes/object.ts";
import { releases, type SmiKindName, type SpecName, smiKinds } from "../smi/kinds.ts";
import { type Bindings, kindOf, NotExpressibleError, render } from "../smi/render.ts";
import type { Resource } from "../smi/resource.ts";
import { type Assertion, appliedBy } from "./assertion.ts";
import type { Fixture } from "./fixture.ts";

/** Version by specification. */
export type AskedVersions = Readonly<Partial<Record<SpecName, string>>>;
/** Version by kind, for each kind that the assertion or its fixture applies. */
export type ShownVersions = ReadonlyMap<SmiKindName, string>;

/** Names as a person would give them: each namespace is called by its alias. */
export function plainBindings(fixture: Fixture): Bindings {
  const first = fixture.namespaces[0] ?? "";
  return {
    namespaces: Object.fromEntries(fixture.namespaces.map((alias) => [alias, alias])),
    accounts: Object.fromEntries(
      Object.entries(fixture.workloads).map(([name, workload]) => [
        name,
        { account: workload.account ?? name, in: workload.in ?? first },
      ]),
    ),
  };
}

/** The object in one version; undefined where that version has no words for it. */
export function objectIn(resource: Resource, version: string, bindings: Bindings): KubernetesObject | undefined {
  try {
    return render(resource, { name: version, storage: true }, bindings);
  } catch (error) {
    if (error instanceof NotExpressibleError) return undefined;
    throw error;
  }
}

/** Versions of a kind that the assertion is for and that were asked for, newest first. */
export function versionsToShow(assertion: Assertion, kind: SmiKindName, asked: AskedVersions): readonly string[] {
  const { spec, versions } = smiKinds[kind];
  const wanted = asked[spec];
  return versions
    .filter((v) => assertion.versions[spec]?.includes(v) !== false && (wanted === undefined || wanted === v))
    .toReversed();
}

function released({ access, specs, split }: (typeof releases)[number]): AskedVersions {
  return { "traffic-access": access, "traffic-specs": specs, "traffic-split": split };
}

/**
 * Versions that were released together, newest first; where no release has words for all of it, the newest of each kind that has.
 * @param asked versions that somebody wants; the others are chosen.
 */
export function shownVersions(
  assertion: Assertion,
  fixture: Fixture,
  asked: AskedVersions = {},
): { readonly versions: ShownVersions } | { readonly problem: string } {
  const bindings = plainBindings(fixture);
  const applied = [
    ...fixture.base,
    ...assertion.phases.flatMap((phase) => [
      ...appliedBy(phase),
      ...phase.expect.flatMap((e) => ("submit" in e ? [...(e.with ?? []), ...(e.marker?.apply ?? [])] : [])),
    ]),
  ];
  const kinds = [...new Set(applied.map(kindOf))];
  const fits = (kind: SmiKindName, version: string) =>
    versionsToShow(assertion, kind, asked).includes(version) &&
    applied.every((resource) => kindOf(resource) !== kind || objectIn(resource, version, bindings) !== undefined);
  for (const release of releases.toReversed().map(released)) {
    const chosen = kinds.map((kind) => [kind, release[smiKinds[kind].spec] ?? ""] as const);
    if (chosen.every(([kind, version]) => fits(kind, version))) return { versions: new Map(chosen) };
  }
  const versions = new Map<SmiKindName, string>();
  for (const kind of kinds) {
    const inReleases = releases.toReversed().map((release) => released(release)[smiKinds[kind].spec] ?? "");
    const version = [...inReleases, ...smiKinds[kind].versions.toReversed()].find((v) => fits(kind, v));
    if (version === undefined) return { problem: problemOf(assertion, kind, asked) };
    versions.set(kind, version);
  }
  return { versions };
}

function problemOf(assertion: Assertion, kind: SmiKindName, asked: AskedVersions): string {
  const { spec, versions } = smiKinds[kind];
  const allowed = assertion.versions[spec] ?? versions;
  const wanted = asked[spec];
  if (wanted !== undefined && !allowed.includes(wanted))
    return `${assertion.id} is for ${spec} ${allowed.join(", ")}, and not for ${wanted}`;
  return `${spec} ${wanted ?? allowed.join(", ")} has no words for a ${kind} of ${assertion.id}`;
}
