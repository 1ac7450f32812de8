/** Whether a row applies to this cluster and mesh, and with which versions; asked before anything is created for it. */
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

const mainKind: Readonly<Partial<Record<SpecName, SmiKindName>>> = {
  "traffic-access": "TrafficTarget",
  "traffic-specs": "HTTPRouteGroup",
  "traffic-split": "TrafficSplit",
};

function resourcesOf(assertion: Assertion): readonly Resource[] {
  return assertion.phases.flatMap((phase) => [
    ...appliedBy(phase),
    ...phase.expect.flatMap((e) => ("submit" in e ? [...(e.with ?? []), ...(e.marker?.apply ?? [])] : [])),
  ]);
}

/** A stand-in for a cell, to see whether the resources can be written at all in the served versions. */
function anyBindings(fixture: Fixture): Bindings {
  return {
    namespaces: Object.fromEntries(fixture.namespaces.map((alias) => [alias, alias])),
    accounts: Object.fromEntries(
      Object.keys(fixture.workloads).map((name) => [name, { account: name, in: fixture.namespaces[0] ?? "" }]),
    ),
  };
}

export function applicability(
  assertion: Assertion,
  fixture: Fixture,
  served: Served,
  profile: MeshProfile,
): Applicability {
  const no = (reason: string): Applicability => ({ applies: false, reason });
  const versions = new Map<SmiKindName, ServedVersion>();
  const kinds = new Set(resourcesOf(assertion).map(kindOf));
  for (const spec of Object.keys(assertion.versions) as SpecName[]) {
    const kind = mainKind[spec];
    if (kind !== undefined && ![...kinds].some((k) => smiKinds[k].spec === spec)) kinds.add(kind);
  }
  const crds = assertion.phases.flatMap((phase) =>
    phase.expect.flatMap((e) => ("crd" in e ? [e.crd as SmiKindName] : [])),
  );
  for (const crd of crds) {
    const { group, spec } = smiKinds[crd];
    if (!smiKindNames.some((k) => smiKinds[k].group === group && served[k] !== undefined))
      return no(`the cluster serves no kind of ${spec}: the mesh does not claim it`);
    const allowed = assertion.versions[spec];
    const inGroup = smiKindNames.filter((k) => smiKinds[k].group === group).flatMap((k) => served[k]?.versions ?? []);
    // Defined in no version that the specification knows: that is the kind's fault, and for the row to say.
    const isUnknown = served[crd] !== undefined && inGroup.length === 0;
    if (allowed !== undefined && !isUnknown && !inGroup.some((v) => allowed.includes(v.name)))
      return no(`the row is for ${spec} ${allowed.join(", ")}, of which none is served`);
  }
  for (const kind of crds.length > 0 ? [] : kinds) {
    const { spec } = smiKinds[kind];
    const allowed = assertion.versions[spec];
    const version = newestServed(served, kind, allowed);
    if (version === undefined) {
      const has = served[kind]?.versions.map((v) => v.name).join(", ");
      return no(
        has === undefined || has === ""
          ? `${kind} is not served`
          : `${kind} is served as ${has}; the row is for ${allowed?.join(", ")}`,
      );
    }
    versions.set(kind, version);
  }
  const submits = assertion.phases.flatMap((phase) => phase.expect.flatMap((e) => ("submit" in e ? [e] : [])));
  const pointless = (e: SubmitExpectation) => {
    const kind = kindOf(e.submit);
    if (e.at === "unserved") return unservedVersion(served, kind) === undefined;
    return e.is === "converted" && applicableVersions(assertion, served, kind).length < 2;
  };
  const comparing = submits.filter((e) => e.at === "unserved" || e.is === "converted");
  if (comparing.length > 0 && comparing.every(pointless))
    return no(
      comparing.some((e) => e.at === "unserved")
        ? "every version of the specification is served"
        : "each kind is served in one version only",
    );
  if (assertion.unless !== undefined && profile.readings.includes(assertion.unless))
    return no(
      `the specification leaves it open, and ${profile.title} reads it otherwise: ${openQuestions[assertion.unless]}`,
    );
  const exchanges = assertion.phases.flatMap((phase) => phase.expect.flatMap((e) => ("from" in e ? [e] : [])));
  if (profile.access === "none" && assertion.spec === "traffic-access" && exchanges.length > 0)
    return no(`${profile.title} has no access control to install`);
  for (const exchange of exchanges) {
    const transport = exchange.protocol === "h2c" ? "h2c" : transportOf(exchange);
    if (transport !== "http" && profile.silentOn.includes(transport))
      return no(`${profile.title} does not claim to govern ${transport.toUpperCase()}`);
  }
  try {
    const bindings = anyBindings(fixture);
    for (const resource of resourcesOf(assertion)) {
      const version = versions.get(kindOf(resource));
      if (version !== undefined) render(resource, version, bindings);
    }
  } catch (error) {
    if (error instanceof NotExpressibleError) return no(error.message);
    throw error;
  }
  return { applies: true, versions };
}
