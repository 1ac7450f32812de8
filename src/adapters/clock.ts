/** The real clock: the only file outside of the workload that may start a timer. */
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../ports.ts";

export const systemClock: Clock = {
  now: () => performance.now(),
  timestamp: () => new Date().toISOString(),
  wait: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }),
  deadline: (ms) => AbortSignal.timeout(ms),
};
