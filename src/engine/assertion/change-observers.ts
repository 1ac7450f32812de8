/** Watches the mesh through batches of probes until it shows what is awaited: an outcome, or a distribution. */
import type { DistributionExpectation, Probe } from "../../domain/assertion/expectation.ts";
import type { Seen } from "../../domain/measurement/outcome.ts";
import { createChangeDetector, createRunDetector } from "../../domain/statistics/sequential.ts";
import { send } from "../probe/send.ts";
import type { AssertionContext } from "./context.ts";
import type { Shift } from "./shares.ts";

/** Probes a batch while nothing has changed: enough to see that it has, few enough to leave the processors to the mesh. */
const BATCH = { outcome: 4, weights: 20 };
/** Most probes a batch once weights have begun to change. */
const LARGEST_BATCH = 80;
/** Share of the required evidence from which on weights count as changing. */
const CHANGING = 0.1;

export interface Observer {
  readonly what: string;
  /** Sends one batch, unless everything has been seen already; true once it has. */
  observe(): Promise<boolean>;
  /** Clock time, in milliseconds, at which the batch was sent in which what has been seen began. */
  since(): number;
  /** How far it has got, for people. */
  state(): string;
}

/** Keeps the times of the batches that may still hold the first sample of what is seen. */
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

/** Watches until the run detector has seen enough expected outcomes in a row. */
export function outcomeObserver(
  context: AssertionContext,
  probe: Probe,
  what: string,
  asExpected: (seen: Seen) => boolean,
): Observer {
  const run = createRunDetector();
  const times = batchTimes();
  let last = "";
  return {
    what,
    async observe() {
      if (run.state.done) return true;
      const at = context.deps.clock.now();
      // Once it has come out as expected, the rest of the run is asked for at once.
      const count = run.state.current === 0 ? BATCH.outcome : run.consecutive - run.state.current;
      const { seen } = await send(context.cell, probe, count, context.deps);
      times.add(at, seen.length);
      for (const observation of seen) run.push(asExpected(observation));
      last = seen.at(-1)?.outcome ?? "";
      return run.state.done;
    },
    since: () => times.of(run.state.current),
    state: () => `${run.state.current} in a row, last ${last}`,
  };
}

/** Watches until a sequential test tells the new weights from the old ones. */
export function weightsObserver(
  context: AssertionContext,
  probe: Probe & Pick<DistributionExpectation, "connection">,
  what: string,
  shift: Shift,
): Observer {
  const detector = createChangeDetector(shift);
  /** What is missing, at the evidence that a sample of the new weights gives on average. */
  const batch = () => {
    const missing = 1 - detector.state.statistic / detector.threshold;
    if (missing > 1 - CHANGING) return BATCH.weights;
    return Math.min(LARGEST_BATCH, Math.max(BATCH.weights, Math.ceil(missing * detector.expectedSamples)));
  };
  const times = batchTimes();
  return {
    what,
    async observe() {
      if (detector.state.done) return true;
      const at = context.deps.clock.now();
      const { seen } = await send(context.cell, probe, batch(), {
        ...context.deps,
        ...(probe.connection && { connection: probe.connection }),
      });
      times.add(at, seen.length);
      for (const { outcome, server } of seen) detector.push(outcome === "OK" ? (server?.workload ?? "") : "");
      return detector.state.done;
    },
    since: () => times.of(detector.state.sinceReset),
    state: () =>
      `evidence ${detector.state.statistic.toFixed(1)} of ${detector.threshold.toFixed(1)} nats after ${detector.state.samples} samples`,
  };
}
