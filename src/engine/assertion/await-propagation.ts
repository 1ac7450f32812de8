/**
 * Waits until a change is in force, by the only thing that can tell: the probes themselves. Outcomes that must flip are
 * awaited until 20 in a row came out as expected; weights until a sequential test tells the new from the old. What was as
 * expected before the change shows nothing, and is measured once those that do flip have.
 */

import {
  type DistributionExpectation,
  describeProbe,
  type Probe,
  type ProbeExpectation,
  transportOf,
} from "../../domain/assertion/expectation.ts";
import { probeKey } from "../../domain/assertion/probe-key.ts";
import type { Outcome } from "../../domain/measurement/outcome.ts";
import { isRefusal } from "../../domain/measurement/refusal.ts";
import type { Propagation } from "../../domain/report/report.ts";
import { converge, DeadlineError } from "../convergence.ts";
import { serviceOf } from "../probe/address.ts";
import { send } from "../probe/send.ts";
import { type Observer, outcomeObserver, type Shift, weightsObserver } from "./change-observers.ts";
import type { AssertionContext } from "./context.ts";

/** Probes sent before a change to see what stands; enough to tell refused from allowed, no part of any verdict. */
export const BEFORE = 5;

function isAsExpected(context: AssertionContext, expectation: ProbeExpectation, outcome: Outcome): boolean {
  if (expectation.is === "ok") return outcome === "OK";
  return isRefusal(context.cell.plan.profile.refusal, transportOf(expectation), outcome);
}

/** What Kubernetes alone does with a service's requests. */
export function uniformOf(context: AssertionContext, probe: Probe): Readonly<Record<string, number>> {
  return Object.fromEntries(serviceOf(context.cell.fixture.services, probe).selects.map((workload) => [workload, 1]));
}

/** How often, and until when, an assertion looks for what it awaits. */
export const paceOf = ({ deadlineMs, deps: { clock, signal } }: AssertionContext) => ({
  deadlineMs,
  intervalMs: 20,
  slackening: 0.1,
  clock,
  ...(signal && { signal }),
});

/** Those of the probes whose outcome the change has to flip; before anything was changed, `noteFirst` has seen it. */
export async function whatMustFlip(
  context: AssertionContext,
  expectations: readonly ProbeExpectation[],
): Promise<readonly ProbeExpectation[]> {
  const judged = expectations.filter((e) => e.is !== "recorded");
  if (context.made.size === 0) return judged.filter((e) => context.first.get(probeKey(e))?.allowed !== (e.is === "ok"));
  const before = await Promise.all(judged.map((e) => send(context.cell, e, BEFORE, context.deps)));
  return judged.filter((e, index) => !before[index]?.seen.every(({ outcome }) => isAsExpected(context, e, outcome)));
}

/** Old and new shares of a distribution. */
export function weightsOf(context: AssertionContext, e: DistributionExpectation): Shift {
  const next = Object.fromEntries(
    Object.entries(e.reach).map(([name, w]) => [name, w === "some" ? 1 : w === "none" ? 0 : w]),
  );
  return { old: context.weights.get(probeKey(e))?.shares ?? uniformOf(context, e), next };
}

/** One propagation for each thing awaited. The deadline passing is a fact to report, not an error: the measurement judges. */
export async function awaitChange(
  context: AssertionContext,
  phase: string,
  flips: readonly ProbeExpectation[],
  distributions: readonly DistributionExpectation[],
  changedAt: number,
): Promise<readonly Propagation[]> {
  const awaited = [
    ...flips.map((e) =>
      outcomeObserver(context, e, `${describeProbe(e)} is ${e.is}`, ({ outcome }) => isAsExpected(context, e, outcome)),
    ),
    ...distributions.map((e) =>
      weightsObserver(context, e, `${describeProbe(e)} is split ${JSON.stringify(e.reach)}`, weightsOf(context, e)),
    ),
  ];
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
        // Often enough to show life, seldom enough to stay readable.
        if (elapsedMs - reported < 3000) return;
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
