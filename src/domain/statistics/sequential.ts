/**
 * Sequential tests that detect when a change has arrived at the data plane, from probes that are not part of any verdict.
 * Nothing here waits or reads a clock; one sample at a time is pushed.
 */

import type { ByBackend } from "./sampling.ts";
import { sharesOf } from "./sampling.ts";

/**
 * The least share a backend is taken to have under the old distribution: one request in ten thousand. An arrival at a
 * backend that had weight 0 is thus strong evidence of the change, but not proof.
 */
export const SHARE_FLOOR = 1e-4;

/** Fewest samples since the last reset before a change is signalled. */
export const MINIMUM_SAMPLES = 20;

/** A million to one. */
export const DEFAULT_THRESHOLD = Math.log(1e6);

/** Mean evidence per sample, in nats, below which the two distributions count as the same. */
const NO_INFORMATION = 1e-6;

export interface ChangeDetectorOptions {
  /** Shares, or weights, by backend before the change; a backend left out has 0. */
  readonly old: ByBackend;
  /** The same after the change. */
  readonly next: ByBackend;
  /** Evidence to signal at, in nats. Default `DEFAULT_THRESHOLD`. */
  readonly threshold?: number;
}

export interface ChangeState {
  readonly samples: number;
  /** Samples since the evidence last fell to 0: those on which a signal rests. */
  readonly sinceReset: number;
  /** Evidence for the new distribution since the last reset, in nats; never negative. */
  readonly statistic: number;
  readonly done: boolean;
}

export interface ChangeDetector {
  /** Takes the backend that one sample arrived at; true from the sample on at which the change is signalled. */
  push(backend: string): boolean;
  readonly state: ChangeState;
  readonly threshold: number;
  /** The two distributions do not differ, so that `done` says no more than that enough samples were seen. */
  readonly indistinguishable: boolean;
  /** About how many samples under the new distribution a signal takes. */
  readonly expectedSamples: number;
}

/**
 * Detects the change from one distribution over backends to another by the cumulative sum of log likelihood ratios,
 * ln(next share / old share), reset to 0 whenever it falls below: E. S. Page, "Continuous Inspection Schemes",
 * Biometrika 41 (1954) 100-115. Signals once the sum reaches the threshold h and at least `MINIMUM_SAMPLES` samples
 * came since the last reset. While the old distribution holds, the probability of a signal within N samples is at most
 * N exp(-h): 2e-3 for 2000 at the default.
 *
 * An arrival at a backend that has no share under `next`, or that neither names, resets at once. Old shares are taken
 * as at least `SHARE_FLOOR`. Distributions that do not differ are signalled after `MINIMUM_SAMPLES` samples without a
 * reset.
 * @throws WeightSumError if the shares of one distribution are all 0; RangeError for a share that is negative or not
 * finite, and for a threshold that is not positive.
 */
export function createChangeDetector(options: ChangeDetectorOptions): ChangeDetector {
  const { threshold = DEFAULT_THRESHOLD } = options;
  if (!(threshold > 0 && Number.isFinite(threshold))) throw new RangeError(`threshold must be positive: ${threshold}`);
  const old = sharesOf(options.old);
  const evidence = new Map<string, number>();
  let information = 0;
  for (const [backend, share] of sharesOf(options.next)) {
    if (share === 0) continue;
    const ratio = Math.log(share / Math.max(SHARE_FLOOR, old.get(backend) ?? 0));
    evidence.set(backend, ratio);
    information += share * ratio;
  }
  const indistinguishable = information < NO_INFORMATION;
  const goal = indistinguishable ? 0 : threshold;

  let samples = 0;
  let sinceReset = 0;
  let statistic = 0;
  let done = false;
  const reset = () => {
    sinceReset = 0;
    statistic = 0;
  };
  return {
    threshold,
    indistinguishable,
    expectedSamples: Math.max(MINIMUM_SAMPLES, indistinguishable ? 0 : Math.ceil(threshold / information)),
    push(backend) {
      samples++;
      const ratio = evidence.get(backend);
      if (ratio === undefined) reset();
      else {
        sinceReset++;
        if (!indistinguishable) {
          statistic += ratio;
          if (statistic <= 0) reset();
        }
      }
      if (sinceReset >= MINIMUM_SAMPLES && statistic >= goal) done = true;
      return done;
    },
    get state() {
      return { samples, sinceReset, statistic, done };
    },
  };
}

export interface RunDetectorOptions {
  /** Expected outcomes in a row that make a run. Default `MINIMUM_SAMPLES`. */
  readonly consecutive?: number;
}

export interface RunState {
  readonly samples: number;
  /** Expected outcomes in a row up to now. */
  readonly current: number;
  readonly done: boolean;
}

export interface RunDetector {
  /** Expected outcomes in a row that make a run. */
  readonly consecutive: number;
  /** Takes whether one outcome was the expected one; true from the sample on that completes the first run. */
  push(expected: boolean): boolean;
  readonly state: RunState;
}

/**
 * Waits for a run of expected outcomes. A data plane still stale for half of the requests shows a run of 20 in 20 with
 * probability 9.5e-7.
 * @throws RangeError if `consecutive` is not a whole number from 1.
 */
export function createRunDetector({ consecutive = MINIMUM_SAMPLES }: RunDetectorOptions = {}): RunDetector {
  if (!Number.isSafeInteger(consecutive) || consecutive < 1) {
    throw new RangeError(`consecutive must be a whole number from 1: ${consecutive}`);
  }
  let samples = 0;
  let current = 0;
  let done = false;
  return {
    consecutive,
    push(expected) {
      samples++;
      current = expected ? current + 1 : 0;
      if (current >= consecutive) done = true;
      return done;
    },
    get state() {
      return { samples, current, done };
    },
  };
}
