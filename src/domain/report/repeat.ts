/** Several runs of one assertion as one result: the worst verdict counts, and runs that disagree are reported. */
import type { AssertionResult } from "./report.ts";
import type { Ruling, Verdict } from "./verdict.ts";

/** Worst first: a shown failure, then what could not be measured, then what was not clear. */
const worstFirst: readonly Verdict[] = ["FAIL", "ERROR", "INCONCLUSIVE", "PASS", "OBSERVED", "NOT_APPLICABLE"];

export function isWorse(a: Verdict, b: Verdict): boolean {
  return worstFirst.indexOf(a) < worstFirst.indexOf(b);
}

/** Whether the runs of an assertion gave more than one verdict. */
export function isFlaky({ runs = [] }: { readonly runs?: readonly Ruling[] | undefined }): boolean {
  return new Set(runs.map(({ verdict }) => verdict)).size > 1;
}

/** Ids of the assertions that gave more than one verdict. */
export function flakyIds(results: readonly Pick<AssertionResult, "id" | "runs">[]): readonly string[] {
  return results.filter(isFlaky).map(({ id }) => id);
}

/** `FAIL in 1 of 3 runs, PASS in 2`: the worst first. */
function tally(runs: readonly Ruling[]): string {
  return worstFirst
    .map((verdict) => ({ verdict, count: runs.filter((run) => run.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }, n) =>
      n === 0 ? `${verdict} in ${count} of ${runs.length} runs` : `${verdict} in ${count}`,
    )
    .join(", ");
}

/**
 * The first of the worst runs, with every run's ruling in `runs`, in order. Its duration and its propagation are those of
 * all runs: each is a measurement of its own.
 * @throws RangeError for no runs at all.
 */
export function mergeRuns(runs: readonly AssertionResult[]): AssertionResult {
  const [first, ...others] = runs;
  if (first === undefined) throw new RangeError("there is no run to make a result from");
  if (others.length === 0) return first;
  const worst = others.reduce((held, run) => (isWorse(run.verdict, held.verdict) ? run : held), first);
  const rulings = runs.map(({ verdict, reason }) => ({ verdict, reason }));
  return {
    ...worst,
    reason: isFlaky({ runs: rulings }) ? `${tally(rulings)}: ${worst.reason}` : worst.reason,
    runs: rulings,
    propagation: runs.flatMap(({ propagation }) => propagation),
    startedMs: Math.min(...runs.map(({ startedMs }) => startedMs)),
    durationMs: runs.reduce((sum, { durationMs }) => sum + durationMs, 0),
    evidence: [...new Set(runs.flatMap(({ evidence }) => evidence))],
  };
}
