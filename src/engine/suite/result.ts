/** The result of one assertion, as the report has it. */
import { type Assertion, isBehaviour } from "../../domain/assertion/assertion.ts";
import type { AssertionResult } from "../../domain/report/report.ts";
import { describeError } from "../../errors.ts";
import type { AssertionOutcome } from "../assertion/run-assertion.ts";
import type { Cell } from "../cell/cell.ts";
import type { Task } from "./tasks.ts";

/**
 * What is known of a result before the assertion has run.
 * @param startedMs milliseconds from the start of the run.
 */
export function initialResult(assertion: Assertion, startedMs: number): Omit<AssertionResult, "verdict" | "reason"> {
  const { id, title, says, spec, level, basis, replaces } = assertion;
  return {
    id,
    title,
    says,
    spec,
    level,
    behaviour: isBehaviour(assertion),
    basis: basis.map((b) => ({ ...b })),
    replaces,
    versions: {},
    findings: [],
    propagation: [],
    startedMs,
    durationMs: 0,
    evidence: [],
  };
}

/** When and where an assertion ran. Times are in milliseconds; `startedMs` counts from the start of the run. */
export interface Execution {
  readonly startedMs: number;
  readonly durationMs: number;
  /** Undefined where none could be leased. */
  readonly cell: Cell | undefined;
}

function executed({ assertion, versions }: Task, { startedMs, durationMs, cell }: Execution) {
  return {
    ...initialResult(assertion, startedMs),
    versions: Object.fromEntries([...versions].map(([kind, version]) => [kind, version.name])),
    ...(cell && { cell: cell.id }),
    durationMs,
  };
}

export function resultOf(task: Task, execution: Execution, outcome: AssertionOutcome): AssertionResult {
  const { verdict, reason, findings, propagation } = outcome;
  return {
    ...executed(task, execution),
    verdict,
    reason,
    findings: [...findings],
    propagation: [...propagation],
  };
}

/** Something other than the mesh went wrong: the assertion has no verdict. */
export function errorResult(task: Task, execution: Execution, error: unknown): AssertionResult {
  return { ...executed(task, execution), verdict: "ERROR", reason: describeError(error).message };
}
