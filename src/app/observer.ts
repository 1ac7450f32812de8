/** Looks at the mesh through batches of probes until what is awaited has shown: an outcome, or a distribution. */
import type { DistributionExpectation, Probe } from "../domain/expectation.ts";
import { classify } from "../domain/outcome.ts";
import type { Observation } from "../domain/probe.ts";
import { createChangeDetector, createRunDetector } from "../domain/sequential.ts";
import { send } from "./measure.ts";
import type { Row } from "./row.ts";

const OUTCOME_BATCH = 10;
const WEIGHT_BATCH = 20;

export interface Observer {
  readonly what: string;
  /** Sends one batch, unless all has shown already; true once it has. */
  observe(): Promise<boolean>;
  /** Milliseconds, by the clock, at which the batch was sent that what has shown began in. */
  since(): number;
  /** For people, where it has not shown yet. */
  state(): string;
}

/** Keeps when the batches were sent, so far as they may still hold the first sample of what shows. */
function batchTimes() {
  let batches: { readonly at: number; readonly samples: number }[] = [];
  return {
    add: (at: number, samples: number) => {
      batches = [...batches.slice(-100), { at, samples }];
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
  };
}

/** Until 20 in a row came out as expected. */
export function outcomeObserver(
  row: Row,
  probe: Probe,
  what: string,
  asExpected: (seen: Observation) => boolean,
): Observer {
  const run = createRunDetector();
  const times = batchTimes();
  let last = "";
  return {
    what,
    async observe() {
      if (run.state.done) return true;
      const at = row.deps.clock.now();
      const { seen } = await send(row.cell, probe, OUTCOME_BATCH, row.deps);
      times.add(at, seen.length);
      for (const observation of seen) run.push(asExpected(observation));
      last = classify(seen.at(-1) ?? { id: "", ms: 0 });
      return run.state.done;
    },
    since: () => times.of(run.state.current),
    state: () => `${run.state.current} in a row, last ${last}`,
  };
}

export interface Shift {
  readonly old: Readonly<Record<string, number>>;
  readonly next: Readonly<Record<string, number>>;
}

/** Until a sequential test tells the new weights from the old ones. */
export function weightsObserver(
  row: Row,
  probe: Probe & Pick<DistributionExpectation, "connection">,
  what: string,
  shift: Shift,
): Observer {
  const detector = createChangeDetector(shift);
  const times = batchTimes();
  return {
    what,
    async observe() {
      if (detector.state.done) return true;
      const at = row.deps.clock.now();
      const { seen } = await send(row.cell, probe, WEIGHT_BATCH, {
        ...row.deps,
        ...(probe.connection && { connection: probe.connection }),
      });
      times.add(at, seen.length);
      for (const o of seen) detector.push(classify(o) === "OK" ? (o.server?.workload ?? "") : "");
      return detector.state.done;
    },
    since: () => times.of(detector.state.sinceReset),
    state: () =>
      `evidence ${detector.state.statistic.toFixed(1)} of ${detector.threshold.toFixed(1)} nats after ${detector.state.samples} samples`,
  };
}
