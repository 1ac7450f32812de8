/**
 * Waits until a change is in force, by the only thing that can tell: the probes themselves. Outcomes that must flip are
 * awaited until 20 in a row came out as expected; weights until a sequential test tells the new from the old. What was as
 * expected before the change shows nothing, and is measured once those that do flip have.
 */
import { describeProbe } from "../../domain/assertion/expectation.ts";
import type { Propagation } from "../../domain/report/report.ts";
import { converge, DeadlineError } from "../convergence.ts";
import { type Observer, outcomeObserver, weightsObserver } from "./change-observers.ts";
import type { AssertionContext } from "./context.ts";
import { type ExpectedChange, isAsExpected } from "./expected-change.ts";
import { describeShares } from "./shares.ts";

/** Often enough to show life, seldom enough to stay readable. */
const PROGRESS_MS = 3_000;

/** How often, and until when, an assertion looks for what it awaits. */
export const paceOf = ({ deadlineMs, deps: { clock, signal } }: AssertionContext) => ({
  deadlineMs,
  intervalMs: 20,
  slackening: 0.1,
  clock,
  ...(signal && { signal }),
});

function observersOf(context: AssertionContext, { flips, shifts }: ExpectedChange): readonly Observer[] {
  return [
    ...flips.map((e) =>
      outcomeObserver(context, e, `${describeProbe(e)} is ${e.is}`, ({ outcome }) => isAsExpected(context, e, outcome)),
    ),
    ...shifts.map(({ expectation, shift }) =>
      weightsObserver(context, expectation, describeShares(expectation), shift),
    ),
  ];
}

/**
 * One propagation for each thing awaited. The deadline passing is a fact to report, not an error: the measurement judges.
 * `changedAt`: clock time at which the API server had accepted the change.
 */
export async function awaitChange(
  context: AssertionContext,
  phase: string,
  expected: ExpectedChange,
  changedAt: number,
): Promise<readonly Propagation[]> {
  const awaited = observersOf(context, expected);
  if (awaited.length === 0) return [];
  const done = new Set<Observer>();
  const describe = () =>
    awaited
      .filter((a) => !done.has(a))
      .map((a) => `${a.what}: ${a.state()}`)
      .join("; ");
  let reported = 0;
  try {
    await converge({
      name: `phase "${phase}" of ${context.assertion.id} is in force`,
      ...paceOf(context),
      observe: async () => {
        await Promise.all(
          awaited.map(async (a) => {
            if (await a.observe()) done.add(a);
          }),
        );
        return done.size;
      },
      done: (count) => count === awaited.length,
      describe,
      onWaiting: (_, elapsedMs) => {
        if (elapsedMs - reported < PROGRESS_MS) return;
        reported = elapsedMs;
        context.progress(`still converging after ${(elapsedMs / 1000).toFixed(0)} s: ${describe()}`);
      },
    });
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
  }
  return awaited.map((a) => ({
    phase,
    what: a.what,
    ms: Math.max(0, Math.round(done.has(a) ? a.since() - changedAt : context.deadlineMs)),
    inForce: done.has(a),
    deadlineMs: context.deadlineMs,
  }));
}
