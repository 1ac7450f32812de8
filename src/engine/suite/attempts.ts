/** Which of an assertion's attempts count, and what its result is once it has been run as often as was asked for. */
import { isWorse, mergeRuns } from "../../domain/report/repeat.ts";
import type { AssertionResult } from "../../domain/report/report.ts";
import { needsAttention } from "../../domain/report/verdict.ts";
import type { Log } from "../../ports.ts";
import type { Cell } from "../cell/cell.ts";
import type { KeepEvidence } from "./options.ts";

export interface AttemptOptions {
  /** Attempts that count, for each assertion. */
  readonly repeat: number;
  readonly log: Log;
  readonly keepEvidence?: KeepEvidence;
  /** Called once for each assertion, with its result. */
  readonly settle: (result: AssertionResult) => void;
}

/** Takes in one attempt, while its cell still holds what explains it. */
export type TakeAttempt = (attempt: AssertionResult, cell?: Cell) => Promise<void>;

export interface Attempts {
  /** An attempt made while other assertions ran: does not count where one of those may be the reason for what it gave. */
  readonly parallel: TakeAttempt;
  /** An attempt made while nothing else ran: counts. */
  readonly isolated: TakeAttempt;
  /** How many parallel attempts of the assertion did not count: each has to be repeated in isolation. */
  retries(id: string): number;
  /** Settles what the run's end has kept from its retry, or from more repeats, by what is known. */
  conclude(): Promise<void>;
}

/**
 * Whether another assertion can be the reason: a mesh that cannot digest one assertion's objects may stop taking anyone's
 * changes, and may never serve a new cell. One that failed with its change in force needs no retry.
 */
function needsIsolatedRetry({ verdict, propagation, cell }: AssertionResult): boolean {
  if (verdict === "ERROR") return cell === undefined;
  return (verdict === "FAIL" || verdict === "INCONCLUSIVE") && propagation.some(({ inForce }) => !inForce);
}

export function createAttempts({ repeat, log, keepEvidence, settle }: AttemptOptions): Attempts {
  /** Parallel attempts that wait for their retry, by assertion. */
  const retried = new Map<string, AssertionResult[]>();
  /** Attempts that count, of assertions that have more to come. */
  const counted = new Map<string, readonly AssertionResult[]>();

  async function count(attempt: AssertionResult, cell?: Cell, parallelAttempt?: AssertionResult): Promise<void> {
    const result = {
      ...attempt,
      ...(parallelAttempt && { parallelAttempt: { verdict: parallelAttempt.verdict, reason: parallelAttempt.reason } }),
    };
    // The evidence of an assertion is that of the attempt which decides its verdict: of equal ones the first.
    const decides = (counted.get(result.id) ?? []).every(({ verdict }) => isWorse(result.verdict, verdict));
    const evidence = decides && needsAttention(result) ? ((await keepEvidence?.(result, cell)) ?? []) : [];
    const known = [...(counted.get(result.id) ?? []), { ...result, evidence: [...result.evidence, ...evidence] }];
    counted.set(result.id, known);
    if (repeat > 1)
      log.info(`      ${result.cell ?? "no cell"}  ${result.id}  run ${known.length} of ${repeat}: ${result.verdict}`);
    if (known.length < repeat) return;
    counted.delete(result.id);
    settle(mergeRuns(known));
  }

  return {
    async parallel(attempt, cell) {
      if (!needsIsolatedRetry(attempt)) return count(attempt, cell);
      retried.set(attempt.id, [...(retried.get(attempt.id) ?? []), attempt]);
      log.info(
        `      ${attempt.cell ?? "no cell"}  ${attempt.id}  ${attempt.verdict} for now: it is run once more, alone`,
      );
    },
    isolated: (attempt, cell) => count(attempt, cell, retried.get(attempt.id)?.shift()),
    retries: (id) => retried.get(id)?.length ?? 0,
    async conclude() {
      const unsettled = [...retried.values()].flat();
      retried.clear();
      for (const attempt of unsettled) await count(attempt);
      for (const known of counted.values()) settle(mergeRuns(known));
    },
  };
}
