/** Whether an assertion applies to this cluster and mesh, and with which versions: decided before anything is created. */
import { type Assertion, applicableVersions, appliedBy } from "../../domain/assertion/assertion.ts";
import { type SubmitExpectation, transportOf } from "../../domain/assertion/expectation.ts";
import type { Fixture } from "../../domain/assertion/fixture.ts";
import { openQuestions } from "../../domain/assertion/open-questions.ts";
import { type SmiKindName, type SpecName, smiKindNames, smiKinds } from "../../domain/smi/kinds.ts";
import { type Bindings, kindOf, NotExpressibleError, render } from "../../domain/smi/render.ts";
import type { Resource } from "../../domain/smi/resource.ts";
import { newestServed, type Served, type ServedVersion, unservedVersion } from "../../domain/smi/served.ts";
import type { MeshProfile } from "../../mesh/profile.ts";

export type Applicability =
  | {
      readonly applies: true;
      readonly versions: ReadonlyMap<SmiKindName, ServedVersion>;
    }
  | { readonly applies: false; readonly reason: string };

/** The kind that stands for a specification of which an assertion has no resource. */
const mainKind: Readonly<Partial<Record<SpecName, SmiKindName>>> = {
  "traffic-access": "TrafficTarget",
  "traffic-specs": "HTTPRouteGroup",
  "traffic-split": "TrafficSplit",
};

const expectationsOf = (assertion: Assertion) => assertion.phases.flatMap((phase) => phase.expect);

function resourcesOf(assertion: Assertion): readonly Resource[] {
  return assertion.phases.flatMap((phase) => [
    ...appliedBy(phase),
    ...phase.expect.flatMap((e) => ("submit" in e ? [...(e.with ?? []), ...(e.marker?.apply ?? [])] : [])),
  ]);
}

/** Stands in for a cell's, to see whether the resources can be written in the served versions at all. */
function anyBindings(fixture: Fixture): Bindings {
  return {
    namespaces: Object.fromEntries(fixture.namespaces.map((alias) => [alias, alias])),
    accounts: Object.fromEntries(
      Object.keys(fixture.workloads).map((name) => [name, { account: name, in: fixture.namespaces[0] ?? "" }]),
    ),
  };
}

/** The first reason decides. */
export function applicability(
  assertion: Assertion,
  fixture: Fixture,
  served: Served,
  profile: MeshProfile,
): Applicability {
  const crds = expectationsOf(assertion).flatMap((e) => ("crd" in e ? [e.crd as SmiKindName] : []));
  const { versions, unserved } =
    crds.length > 0
      ? { versions: new Map(), unserved: definitionsUnserved(assertion, crds, served) }
      : chooseVersions(assertion, served);
  const reason =
    unserved ??
    nothingToCompare(assertion, served) ??
    readOtherwise(assertion, profile) ??
    notGoverned(assertion, profile) ??
    notExpressible(assertion, fixture, versions);
  return reason === undefined ? { applies: true, versions } : { applies: false, reason };
}

/** For assertions about the definitions themselves: the group has to be served, in a version that the assertion is for. */
function definitionsUnserved(assertion: Assertion, crds: readonly SmiKindName[], served: Served): string | undefined {
  for (const crd of crds) {
    const { group, spec } = smiKinds[crd];
    const kinds = smiKindNames.filter((kind) => smiKinds[kind].group === group);
    if (kinds.every((kind) => served[kind] === undefined))
      return `the cluster serves no kind of ${spec}: the mesh does not claim it`;
    const allowed = assertion.versions[spec];
    const versions = kinds.flatMap((kind) => served[kind]?.versions ?? []);
    // A definition with no version that the specification knows is at fault itself, and the assertion fails it.
    const isUnknown = served[crd] !== undefined && versions.length === 0;
    if (allowed !== undefined && !isUnknown && !versions.some(({ name }) => allowed.includes(name)))
      return `the assertion is for ${spec} ${allowed.join(", ")}, of which none is served`;
  }
  return undefined;
}

/** The newest served version of each kind that the assertion needs, as far as the assertion is for it. */
function chooseVersions(
  assertion: Assertion,
  served: Served,
): { readonly versions: ReadonlyMap<SmiKindName, ServedVersion>; readonly unserved: string | undefined } {
  const kinds = new Set(resourcesOf(assertion).map(kindOf));
  for (const spec of Object.keys(assertion.versions) as SpecName[]) {
    const kind = mainKind[spec];
    if (kind !== undefined && ![...kinds].some((k) => smiKinds[k].spec === spec)) kinds.add(kind);
  }
  const versions = new Map<SmiKindName, ServedVersion>();
  for (const kind of kinds) {
    const allowed = assertion.versions[smiKinds[kind].spec];
    const version = newestServed(served, kind, allowed);
    if (version === undefined) {
      const has = (served[kind]?.versions ?? []).map(({ name }) => name).join(", ");
      const unserved =
        has === ""
          ? `${kind} is not served`
          : `${kind} is served as ${has}; the assertion is for ${allowed?.join(", ")}`;
      return { versions, unserved };
    }
    versions.set(kind, version);
  }
  return { versions, unserved: undefined };
}

/** Comparing versions takes one that is not served, or several that are. */
function nothingToCompare(assertion: Assertion, served: Served): string | undefined {
  const comparing = expectationsOf(assertion).flatMap((e) =>
    "submit" in e && (e.at === "unserved" || e.is === "converted") ? [e] : [],
  );
  const isPointless = (e: SubmitExpectation) =>
    e.at === "unserved"
      ? unservedVersion(served, kindOf(e.submit)) === undefined
      : applicableVersions(assertion, served, kindOf(e.submit)).length < 2;
  if (comparing.length === 0 || !comparing.every(isPointless)) return undefined;
  return comparing.some((e) => e.at === "unserved")
    ? "every version of the specification is served"
    : "each kind is served in one version only";
}

function readOtherwise({ unless }: Assertion, profile: MeshProfile): string | undefined {
  if (unless === undefined || !profile.readings.includes(unless)) return undefined;
  return `the specification leaves it open, and ${profile.title} reads it otherwise: ${openQuestions[unless]}`;
}

/** A mesh is not held to what its profile says that it does not govern. */
function notGoverned(assertion: Assertion, profile: MeshProfile): string | undefined {
  const exchanges = expectationsOf(assertion).flatMap((e) => ("from" in e ? [e] : []));
  if (profile.access === "none" && assertion.spec === "traffic-access" && exchanges.length > 0)
    return `${profile.title} has no access control to install`;
  for (const exchange of exchanges) {
    const transport = exchange.protocol === "h2c" ? "h2c" : transportOf(exchange);
    if (transport !== "http" && profile.silentOn.includes(transport))
      return `${profile.title} does not claim to govern ${transport.toUpperCase()}`;
  }
  return undefined;
}

/** Some versions have no field for what a resource says. */
function notExpressible(
  assertion: Assertion,
  fixture: Fixture,
  versions: ReadonlyMap<SmiKindName, ServedVersion>,
): string | undefined {
  const bindings = anyBindings(fixture);
  try {
    for (const resource of resourcesOf(assertion)) {
      const version = versions.get(kindOf(resource));
      if (version !== undefined) render(resource, version, bindings);
    }
    return undefined;
  } catch (error) {
    if (error instanceof NotExpressibleError) return error.message;
    throw error;
  }
}
