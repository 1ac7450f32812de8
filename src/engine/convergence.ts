/** The one place that waits: by observing a condition again and again, until it holds or its named deadline has passed. */
import type { Clock } from "../ports.ts";

export interface Convergence<T> {
  readonly value: T;
  /** Milliseconds from the first observation's start to the end of the one that satisfied. */
  readonly elapsedMs: number;
  readonly attempts: number;
}

export interface ConvergenceOptions<T> {
  /** What is awaited, for messages: "pods of cell access-1 are ready". */
  readonly name: string;
  readonly deadlineMs: number;
  /** Pause between the end of one observation and the start of the next, in milliseconds. */
  readonly intervalMs?: number;
  /** Least length of a pause as a share of the time already waited: a long wait needs no frequent looks. */
  readonly slackening?: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** A rejection of it is thrown on: a condition that cannot be observed yet must be an observation, not an error. */
  readonly observe: () => Promise<T>;
  readonly done: (seen: T) => boolean;
  /** The last observation in words, kept for the message. */
  readonly describe?: (seen: T) => string;
  /** Called with each observation that did not satisfy, for progress. */
  readonly onWaiting?: (seen: T, elapsedMs: number) => void;
}

/** The condition did not come about in time. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
  readonly awaited: string;
  readonly deadlineMs: number;
  readonly last: string;
  constructor(awaited: string, deadlineMs: number, last: string) {
    super(`waited ${(deadlineMs / 1000).toFixed(0)} s for "${awaited}"; last seen: ${last}`);
    this.awaited = awaited;
    this.deadlineMs = deadlineMs;
    this.last = last;
  }
}

/** Observation pace: quick enough not to blur a propagation time, slow enough to leave two cores to the mesh. */
export const DEFAULT_INTERVAL_MS = 50;

/** @throws DeadlineError; whatever `observe` throws; the reason of an aborted `signal`. */
export async function converge<T>(options: ConvergenceOptions<T>): Promise<Convergence<T>> {
  const { clock, deadlineMs, signal, intervalMs = DEFAULT_INTERVAL_MS, slackening = 0 } = options;
  const start = clock.now();
  for (let attempts = 1; ; attempts++) {
    signal?.throwIfAborted();
    const value = await options.observe();
    const elapsedMs = clock.now() - start;
    if (options.done(value)) return { value, elapsedMs, attempts };
    if (elapsedMs >= deadlineMs)
      throw new DeadlineError(options.name, deadlineMs, options.describe?.(value) ?? String(value));
    options.onWaiting?.(value, elapsedMs);
    const pause = Math.max(intervalMs, slackening * elapsedMs);
    await clock.wait(Math.min(pause, Math.max(1, deadlineMs - elapsedMs)), signal);
  }
}
