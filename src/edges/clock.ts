/** The real clock: the only file outside of the workload that may start a timer. */
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../ports.ts";

export const systemClock: Clock = {
  now: () => performance.now(),
  timestamp: () => new Date().toISOString(),
  wait: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }),
};

/** Aborts after `ms`; `cancel` stops the timer, which otherwise does not keep the process alive either. */
export function deadlineSignal(ms: number): AbortSignal {
  return AbortSignal.timeout(ms);
}
