/** Runs one assertion in a cell: phase by phase, each begun, changed, in force, measured, controlled. */
import type { Phase } from "../../domain/assertion/assertion.ts";
import { isWorkloadChange } from "../../domain/assertion/step.ts";
import type { Finding } from "../../domain/measurement/finding.ts";
import type { Propagation } from "../../domain/report/report.ts";
import { type Ruling, rule } from "../../domain/report/verdict.ts";
import { makeChanges } from "./apply-changes.ts";
import { awaitChange } from "./await-propagation.ts";
import { noteFirst } from "./await-return.ts";
import { type AssertionContext, noteWeights } from "./context.ts";
import { changeVisible, controlsLeftOut, probeControls } from "./controls.ts";
import { expectedChange } from "./expected-change.ts";
import { beginMeasurement } from "./measure-expectations.ts";

export interface AssertionOutcome extends Ruling {
  readonly findings: readonly Finding[];
  readonly propagation: readonly Propagation[];
}

interface PhaseOutcome {
  readonly findings: readonly Finding[];
  readonly propagation: readonly Propagation[];
  /** Nothing after this phase can be read any more. */
  readonly stop: boolean;
}

/** Whether what comes after such findings says nothing. */
const isEnd = (findings: readonly Finding[]) =>
  findings.some(
    (f) => f.recorded !== true && (f.status === "violated" || (f.control !== undefined && f.status !== "held")),
  );

/** In a phase that is a control as a whole, every expectation is one. */
const asControls = ({ control }: Phase, findings: readonly Finding[]): readonly Finding[] =>
  control === undefined ? findings : findings.map((finding) => ({ control, ...finding }));

/** Makes the changes of a phase and waits until they are in force. `stop`: there is nothing to measure. */
async function bringIntoForce(context: AssertionContext, phase: Phase): Promise<PhaseOutcome> {
  const expected = await expectedChange(context, phase.expect);
  const { findings, isMade } = await makeChanges(context, phase);
  if (!isMade) return { findings, propagation: [], stop: true };
  const propagation = await awaitChange(context, phase.name, expected, context.deps.clock.now());
  for (const { expectation, shift } of expected.shifts) noteWeights(context, expectation, shift.next);
  const isJudged = phase.expect.some((e) => "from" in e && !("is" in e && e.is === "recorded"));
  const visible = isJudged ? [changeVisible(phase.name, expected)] : [];
  return { findings: [...findings, ...visible], propagation, stop: false };
}

async function runPhase(context: AssertionContext, phase: Phase): Promise<PhaseOutcome> {
  const { before, measure } = await beginMeasurement(context, phase.name, phase.expect);
  if (isEnd(before)) return { findings: before, propagation: [], stop: true };
  const change =
    phase.changes.length > 0 ? await bringIntoForce(context, phase) : { findings: [], propagation: [], stop: false };
  const known = [...before, ...change.findings];
  if (change.stop) return { ...change, findings: known };
  const findings = [...known, ...asControls(phase, await measure())];
  return { findings, propagation: change.propagation, stop: isEnd(findings) };
}

export async function runAssertion(context: AssertionContext): Promise<AssertionOutcome> {
  const { assertion, deps } = context;
  const findings: Finding[] = [];
  const propagation: Propagation[] = [];
  let last = "";
  let isWhole = true;
  if (assertion.phases.some(({ changes }) => !changes.every(isWorkloadChange))) await noteFirst(context);
  for (const phase of assertion.phases) {
    deps.signal?.throwIfAborted();
    const outcome = await runPhase(context, phase);
    findings.push(...outcome.findings);
    propagation.push(...outcome.propagation);
    last = phase.name;
    isWhole = !outcome.stop;
    if (outcome.stop) break;
  }
  findings.push(...probeControls(context, last));
  if (isWhole) findings.push(...controlsLeftOut(context, last, findings));
  return { ...rule(findings, assertion.observed === true), findings, propagation };
}
