/** An assertion as the engine carries it out: every default filled in, its steps gathered into phases. */
import { type SmiKindName, type SpecName, smiKinds } from "../smi/kinds.ts";
import type { Resource, ResourceRef } from "../smi/resource.ts";
import type { Served, ServedVersion } from "../smi/served.ts";
import type { ControlName } from "./controls.ts";
import type { Expectation, ProbeExpectation } from "./expectation.ts";
import type { OpenQuestionName } from "./open-questions.ts";
import { type ChangeStep, isWorkloadChange } from "./step.ts";

export const levels = ["MUST", "SHOULD", "MAY", "implied", "none"] as const;
export type Level = (typeof levels)[number];

/** A run of changes and what is expected once they are in force. */
export interface Phase {
  /** For people: the names of its steps. */
  readonly name: string;
  /** In the order in which they are carried out. None where things are measured as they stand. */
  readonly changes: readonly ChangeStep[];
  readonly expect: readonly Expectation[];
  /** The whole phase is this control: if it does not hold, the assertion is INCONCLUSIVE and never FAIL. */
  readonly control?: ControlName;
}

/** What its fields mean to an author stands in the schema of the file (assertion-file.ts). */
export interface Assertion {
  readonly id: string;
  readonly title: string;
  /** The clause in one sentence of our own words. */
  readonly says: string;
  readonly spec: SpecName;
  readonly level: Level;
  readonly basis: { readonly doc: string; readonly line?: number | undefined }[];
  /** API versions that it applies to, of its own specification and of those that it limits. */
  readonly versions: Readonly<Partial<Record<SpecName, readonly string[]>>>;
  readonly replaces: string[];
  readonly fixture: string;
  readonly observed?: true | undefined;
  readonly unless?: OpenQuestionName | undefined;
  readonly exclusive?: true | undefined;
  /** Those that its expectations imply, and those that it asks for. */
  readonly controls: readonly ControlName[];
  readonly phases: readonly Phase[];
}

export const isProbe = (e: Expectation): e is ProbeExpectation => "from" in e && "is" in e;

/**
 * Whether passing says something of the mesh's behaviour. Assertions about the Kubernetes API alone do not, nor do those
 * whose traffic is for the case that the API server lets a fault through: refusing it is enough there.
 */
export function isBehaviour(assertion: Assertion): boolean {
  return assertion.phases.some(
    (phase) => !mayReject(phase) && phase.expect.some((e) => "from" in e || "event" in e || "ready" in e),
  );
}

/** Resources that a phase applies, in order. */
export const appliedBy = ({ changes }: Phase): readonly Resource[] =>
  changes.flatMap((step) => ("apply" in step ? step.apply : []));

/** Resources that a phase removes, in order. */
export const removedBy = ({ changes }: Phase): readonly ResourceRef[] =>
  changes.flatMap((step) => ("remove" in step ? step.remove : []));

/** Whether a refusal of what the phase applies is as good as what it expects. */
export const mayReject = ({ changes }: Phase): boolean =>
  changes.some((step) => "apply" in step && step.mayReject === true);

/** Whether it changes the workloads themselves, and not only what is written about them. */
export function changesWorkloads(assertion: Assertion): boolean {
  return assertion.phases.some(({ changes }) => changes.some(isWorkloadChange));
}

/** Served versions of a kind that the assertion applies to, oldest first. */
export function applicableVersions(assertion: Assertion, served: Served, kind: SmiKindName): readonly ServedVersion[] {
  const allowed = assertion.versions[smiKinds[kind].spec];
  return (served[kind]?.versions ?? []).filter((v) => allowed === undefined || allowed.includes(v.name));
}
