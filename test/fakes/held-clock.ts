/** A clock whose deadlines pass when the test says so, and never by themselves. */
import type { Clock } from "../../src/ports.ts";

export interface HeldClock extends Clock {
  /** Milliseconds of each deadline that was set, in order. */
  readonly deadlines: readonly number[];
  /** All deadlines of so many milliseconds have passed, and so has every later one. */
  expire(ms: number): void;
}

export function heldClock(): HeldClock {
  const held: { readonly ms: number; readonly late: AbortController }[] = [];
  const expired = new Set<number>();
  const expireOne = (late: AbortController) => late.abort(new DOMException("late", "TimeoutError"));
  const deadlines: number[] = [];
  let now = 0;
  return {
    deadlines,
    expire(ms) {
      now += ms;
      expired.add(ms);
      for (const one of held) if (one.ms === ms) expireOne(one.late);
    },
    now: () => now,
    timestamp: () => new Date(Date.UTC(2026, 0, 1) + now).toISOString(),
    wait: () => Promise.reject(new Error("nothing here waits")),
    deadline(ms) {
      const late = new AbortController();
      deadlines.push(ms);
      held.push({ ms, late });
      if (expired.has(ms)) expireOne(late);
      return late.signal;
    },
  };
}
