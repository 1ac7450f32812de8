/**
 * Waits until a change is in force, by the only thing that can tell: the probes themselves. Outcomes that must flip are
 * awaited until 20 in a row came out as expected; weights until a sequential test tells the new from the old. What was as
 * expected before the change shows nothing, and is measured once those that do flip have.
 */

import { isProbe } from "../domain/assertion.ts";
import {
  type DistributionExpectation,
  describeProbe,
  type Probe,
  type ProbeExpectation,
  transportOf,
} from "../domain/expectation.ts";
import { classify } from "../domain/outcome.ts";
import type { Observation } from "../domain/probe.ts";
import type { Propagation } from "../domain/report.ts";
import { createChangeDetector, createRunDetector } from "../domain/sequential.ts";
import { serviceOf } from "./address.ts";
import { converge, DeadlineError } from "./convergence.ts";
import { send } from "./measure.ts";
import type { Row } from "./row.ts";

/** Probes sent before a change to see what stands; enough to tell refused from allowed, no part of any verdict. */
const BEFORE = 5;
const OUTCOME_BATCH = 10;
const WEIGHT_BATCH = 20;

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
  const probes = moved
    .map(([, first]) => first)
    .map(({ probe, allowed }) => {
      const run = createRunDetector();
      return async () => {
        if (run.state.done) return true;
        const { seen } = await send(row.cell, probe, OUTCOME_BATCH, row.deps);
        for (const o of seen) run.push((classify(o) === "OK") === allowed);
        return run.state.done;
      };
    });
  const roots = row.assertion.phases
    .flatMap((phase) => phase.expect.flatMap((e) => ("requests" in e ? [e] : [])))
    .filter((e, index, all) => row.weights.has(e.to) && all.findIndex((o) => o.to === e.to) === index)
    .map((e) => {
      const selected = serviceOf(row.cell.fixture.services, e).selects;
      const uniform = Object.fromEntries(selected.map((workload) => [workload, 1]));
      const detector = createChangeDetector({
        old: row.weights.get(e.to) ?? uniform,
        next: uniform,
      });
      return async () => {
        if (detector.state.done) return true;
        const { seen } = await send(row.cell, e, WEIGHT_BATCH, row.deps);
        for (const o of seen) detector.push(classify(o) === "OK" ? (o.server?.workload ?? "") : "");
        return detector.state.done;
      };
    });
  try {
    await converge({
      name: `cell ${row.cell.id} is as it was before ${row.assertion.id}`,
      deadlineMs: row.deadlineMs,
      intervalMs: 20,
      clock: row.deps.clock,
      ...(row.deps.signal && { signal: row.deps.signal }),
      observe: () => Promise.all([...probes, ...roots].map((look) => look())),
      done: (seen) => seen.every(Boolean),
    });
    return true;
  } catch (error) {
    if (error instanceof DeadlineError) return false;
    throw error;
  }
}

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

/** Old and new shares of a distribution, or undefined where nothing about it changes. */
export function weightsOf(
  row: Row,
  e: DistributionExpectation,
): {
  readonly old: Readonly<Record<string, number>>;
  readonly next: Readonly<Record<string, number>>;
} {
  const selected = serviceOf(row.cell.fixture.services, e).selects;
  const uniform = Object.fromEntries(selected.map((workload) => [workload, 1]));
  const old = row.weights.get(e.to) ?? uniform;
  const next = Object.fromEntries(
    Object.entries(e.reach).map(([name, w]) => [name, w === "some" ? 1 : w === "none" ? 0 : w]),
  );
  return { old, next };
}

interface Awaited {
  readonly what: string;
  /** Sends one batch; true once the change has shown. */
  readonly observe: () => Promise<boolean>;
  /** Milliseconds, by the clock, at which the run of expected samples began. */
  readonly since: () => number;
  readonly state: () => string;
}

/** Keeps the starting time of the batch in which the current run began. */
function runStart() {
  let batches: { readonly at: number; readonly samples: number }[] = [];
  return {
    add: (at: number, samples: number) => {
      batches.push({ at, samples });
    },
    /** Time of the batch that holds the first of the last `length` samples. */
    of: (length: number): number => {
      let left = length;
      for (const batch of batches.toReversed()) {
        left -= batch.samples;
        if (left <= 0) return batch.at;
      }
      return batches[0]?.at ?? 0;
    },
    trim: () => {
      batches = batches.slice(-100);
    },
  };
}

function awaitOutcome(row: Row, expectation: ProbeExpectation): Awaited {
  const run = createRunDetector();
  const start = runStart();
  let last = "";
  return {
    what: `${describeProbe(expectation)} is ${expectation.is}`,
    async observe() {
      if (run.state.done) return true;
      const at = row.deps.clock.now();
      const { seen } = await send(row.cell, expectation, OUTCOME_BATCH, row.deps);
      start.add(at, seen.length);
      start.trim();
      for (const observation of seen) run.push(asExpected(row, expectation, observation));
      last = classify(seen.at(-1) ?? { id: "", ms: 0 });
      return run.state.done;
    },
    since: () => start.of(run.state.current),
    state: () => `${run.state.current} in a row, last ${last}`,
  };
}

function awaitWeights(row: Row, expectation: DistributionExpectation): Awaited {
  const detector = createChangeDetector(weightsOf(row, expectation));
  const start = runStart();
  const { reach: _r, requests: _n, ...rest } = expectation;
  const probe: Probe = rest;
  return {
    what: `${describeProbe(probe)} is split ${JSON.stringify(expectation.reach)}`,
    async observe() {
      if (detector.state.done) return true;
      const at = row.deps.clock.now();
      const { seen } = await send(row.cell, expectation, WEIGHT_BATCH, {
        ...row.deps,
        ...(expectation.connection && { connection: expectation.connection }),
      });
      start.add(at, seen.length);
      for (const o of seen) detector.push(classify(o) === "OK" ? (o.server?.workload ?? "") : "");
      return detector.state.done;
    },
    since: () => start.of(detector.state.sinceReset),
    state: () =>
      `evidence ${detector.state.statistic.toFixed(1)} of ${detector.threshold.toFixed(1)} nats after ${detector.state.samples} samples`,
  };
}

/** One propagation for each thing awaited. The deadline passing is a fact to report, not an error: the measurement judges. */
export async function awaitChange(
  row: Row,
  phase: string,
  flips: readonly ProbeExpectation[],
  distributions: readonly DistributionExpectation[],
  changedAt: number,
): Promise<readonly Propagation[]> {
  const awaited = [...flips.map((e) => awaitOutcome(row, e)), ...distributions.map((e) => awaitWeights(row, e))];
  if (awaited.length === 0) return [];
  const done = new Set<Awaited>();
  const describe = () =>
    awaited
      .filter((a) => !done.has(a))
      .map((a) => `${a.what}: ${a.state()}`)
      .join("; ");
  let reported = 0;
  try {
    await converge({
      name: `phase "${phase}" of ${row.assertion.id} is in force`,
      deadlineMs: row.deadlineMs,
      intervalMs: 20,
      clock: row.deps.clock,
      ...(row.deps.signal && { signal: row.deps.signal }),
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
