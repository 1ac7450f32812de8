/**
 * Waits until a change is in force, by the only thing that can tell: the probes themselves. Outcomes that must flip are
 * awaited until 20 in a row came out as expected; weights until a sequential test tells the new from the old. What was as
 * expected before the change shows nothing, and is measured once those that do flip have.
 */

import { isProbe } from "../../domain/assertion/assertion.ts";
import {
  type DistributionExpectation,
  describeProbe,
  type Probe,
  type ProbeExpectation,
  sameExchange,
  transportOf,
} from "../../domain/assertion/expectation.ts";
import { classify } from "../../domain/measurement/outcome.ts";
import type { Observation } from "../../domain/measurement/probe.ts";
import type { Propagation } from "../../domain/report/report.ts";
import { converge, DeadlineError } from "../convergence.ts";
import { serviceOf } from "../probe/address.ts";
import { send } from "../probe/send.ts";
import { type Observer, outcomeObserver, type Shift, weightsObserver } from "./change-observers.ts";
import type { Row } from "./context.ts";

/** Probes sent before a change to see what stands; enough to tell refused from allowed, no part of any verdict. */
const BEFORE = 5;

export function asExpected(row: Row, expectation: ProbeExpectation, seen: Observation): boolean {
  const outcome = classify(seen);
  return expectation.is === "ok" ? outcome === "OK" : row.refusals[transportOf(expectation)].has(outcome);
}

/** Notes what each probe of the row meets before anything is changed. */
export async function noteFirst(row: Row): Promise<void> {
  const probes = row.assertion.phases
    .flatMap((phase) => phase.expect.filter(isProbe))
    .filter((e) => e.is !== "recorded");
  const distinct = new Map(probes.map((e) => [describeProbe(e), e] as const));
  await Promise.all(
    [...distinct].map(async ([key, probe]) => {
      const { seen } = await send(row.cell, probe, BEFORE, row.deps);
      row.first.set(key, {
        probe,
        allowed: seen.every((o) => classify(o) === "OK"),
      });
    }),
  );
}

/** True once all that the row changed is seen to be as it was before; false when the deadline passed. */
export async function awaitReturn(row: Row, asIntended: boolean): Promise<boolean> {
  // Where the row went as it should, only what it was to open or shut has moved; otherwise anything may have.
  const meant = row.assertion.phases.flatMap((phase) => phase.expect.filter(isProbe));
  const moved = [...row.first].filter(
    ([key, { allowed }]) =>
      !asIntended || meant.some((e) => describeProbe(e) === key && e.is !== "recorded" && (e.is === "ok") !== allowed),
  );
  const probes = moved.map(([what, { probe, allowed }]) =>
    outcomeObserver(row, probe, what, (o) => (classify(o) === "OK") === allowed),
  );
  const roots = row.assertion.phases
    .flatMap((phase) => phase.expect.flatMap((e) => ("requests" in e ? [e] : [])))
    .filter((e, index, all) => row.weights.has(describeProbe(e)) && all.findIndex((o) => sameExchange(o, e)) === index)
    .map(({ connection: _pinned, ...e }) => {
      const uniform = uniformOf(row, e);
      return weightsObserver(row, e, describeProbe(e), {
        old: row.weights.get(describeProbe(e)) ?? uniform,
        next: uniform,
      });
    });
  try {
    await converge({
      name: `cell ${row.cell.id} is as it was before ${row.assertion.id}`,
      ...paceOf(row),
      observe: () => Promise.all([...probes, ...roots].map((observer) => observer.observe())),
      done: (seen) => seen.every(Boolean),
    });
    return true;
  } catch (error) {
    if (error instanceof DeadlineError) return false;
    throw error;
  }
}

/** What Kubernetes alone does with a service's requests. */
function uniformOf(row: Row, probe: Probe): Readonly<Record<string, number>> {
  return Object.fromEntries(serviceOf(row.cell.fixture.services, probe).selects.map((workload) => [workload, 1]));
}

const paceOf = ({ deadlineMs, deps: { clock, signal } }: Row) => ({
  deadlineMs,
  intervalMs: 20,
  slackening: 0.1,
  clock,
  ...(signal && { signal }),
});

/** Those of the probes whose outcome the change has to flip; before anything was changed, `noteFirst` has seen it. */
export async function whatMustFlip(
  row: Row,
  expectations: readonly ProbeExpectation[],
): Promise<readonly ProbeExpectation[]> {
  const judged = expectations.filter((e) => e.is !== "recorded");
  if (row.made.size === 0) return judged.filter((e) => row.first.get(describeProbe(e))?.allowed !== (e.is === "ok"));
  const before = await Promise.all(judged.map((e) => send(row.cell, e, BEFORE, row.deps)));
  return judged.filter((e, index) => !before[index]?.seen.every((o) => asExpected(row, e, o)));
}

/** Old and new shares of a distribution. */
export function weightsOf(row: Row, e: DistributionExpectation): Shift {
  const next = Object.fromEntries(
    Object.entries(e.reach).map(([name, w]) => [name, w === "some" ? 1 : w === "none" ? 0 : w]),
  );
  return { old: row.weights.get(describeProbe(e)) ?? uniformOf(row, e), next };
}

/** One propagation for each thing awaited. The deadline passing is a fact to report, not an error: the measurement judges. */
export async function awaitChange(
  row: Row,
  phase: string,
  flips: readonly ProbeExpectation[],
  distributions: readonly DistributionExpectation[],
  changedAt: number,
): Promise<readonly Propagation[]> {
  const awaited = [
    ...flips.map((e) => outcomeObserver(row, e, `${describeProbe(e)} is ${e.is}`, (seen) => asExpected(row, e, seen))),
    ...distributions.map((e) =>
      weightsObserver(row, e, `${describeProbe(e)} is split ${JSON.stringify(e.reach)}`, weightsOf(row, e)),
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
      name: `phase "${phase}" of ${row.assertion.id} is in force`,
      ...paceOf(row),
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
        row.progress(`still converging after ${(elapsedMs / 1000).toFixed(0)} s: ${describe()}`);
      },
    });
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
  }
  return awaited.map((a) => ({
    phase,
    what: a.what,
    ms: Math.max(0, Math.round(done.has(a) ? a.since() - changedAt : row.deadlineMs)),
    inForce: done.has(a),
    deadlineMs: row.deadlineMs,
  }));
}
