/** Expectations about what a cluster serves: definitions, and versions that are compatible. */
import type { CrdExpectation, VersionsExpectation } from "../../domain/assertion/expectation.ts";
import type { Finding } from "../../domain/measurement/finding.ts";
import { type SmiKindName, smiKinds } from "../../domain/smi/kinds.ts";
import { compatibleSets } from "../../domain/smi/served.ts";
import type { AssertionContext } from "./context.ts";

/** A kind that nobody serves: the control that absence can be seen. */
const MADE_UP = { apiVersion: "access.smi-spec.io/v1alpha1", kind: "TrafficNonsense", name: "nothing" };

export async function expectServed(
  context: AssertionContext,
  phase: string,
  expectation: CrdExpectation,
): Promise<readonly Finding[]> {
  const name = expectation.crd as SmiKindName;
  const kind = smiKinds[name];
  const crd = context.deps.served[name];
  const discovered = await context.deps.cluster.discover(kind.group);
  const listed = discovered
    .filter((v) => v.resources.some((r) => r.name === kind.plural && r.kind === kind.kind && r.namespaced))
    .map((v) => v.version);
  const known = crd?.versions.map((v) => v.name) ?? [];
  const faults = [
    ...(crd === undefined ? [`no CRD ${kind.plural}.${kind.group}`] : []),
    ...(crd !== undefined && !crd.established ? ["not Established"] : []),
    ...(crd !== undefined && !crd.namesAccepted ? ["names not accepted"] : []),
    ...(crd !== undefined && crd.scope !== "Namespaced" ? [`scope ${crd.scope}`] : []),
    ...(crd !== undefined && known.length === 0
      ? [`no version that the specification knows (serves ${crd.unknownVersions.join(", ") || "none"})`]
      : []),
    ...known.filter((v) => !listed.includes(v)).map((v) => `${v} is not in discovery as a namespaced ${kind.plural}`),
  ];
  const absent =
    (await context.deps.cluster.get(MADE_UP)) === undefined &&
    !discovered.some((v) => v.resources.some((r) => r.kind === MADE_UP.kind));
  return [
    {
      phase,
      statement: `${kind.kind} is served`,
      status: faults.length === 0 ? "held" : "violated",
      expected: "an established, namespaced CRD with a version of the specification, listed by discovery",
      observed: faults.length === 0 ? `${known.join(", ")} served and discovered` : faults.join("; "),
    },
    {
      phase,
      control: "valid-variant-accepted",
      statement: `a made-up kind of ${kind.group.split(".")[0]} is absent from the API`,
      status: absent ? "held" : "violated",
      expected: "absent",
      observed: absent ? "absent" : "present",
    },
  ];
}

export async function expectCompatibleVersions(
  context: AssertionContext,
  phase: string,
  _expectation: VersionsExpectation,
): Promise<readonly Finding[]> {
  const { together, apart } = compatibleSets(context.deps.served);
  return [
    {
      phase,
      statement: "the served versions are compatible with one another",
      status: together.length > 0 ? "held" : "violated",
      expected: "at least one compatible set of versions",
      observed: together.length > 0 ? together.join("; ") : `none: ${apart}`,
    },
  ];
}
