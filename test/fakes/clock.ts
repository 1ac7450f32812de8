/** Virtual time: a wait takes as long as its place in the order of all waits, and no real time at all. */
import type { Clock } from "../../src/ports.ts";

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

export interface FakeClock extends Clock {
  /** How many waits have ended by time passing. */
  readonly waits: number;
}

export function createFakeClock(): FakeClock {
  let now = 0;
  let waits = 0;
  let sleepers: Sleeper[] = [];
  let running = false;

  /** Moves on to the next wake-up once everything that could run at this moment has run. */
  function run(): void {
    const next = sleepers.toSorted((x, y) => x.at - y.at)[0];
    if (next === undefined) {
      running = false;
      return;
    }
    sleepers = sleepers.filter((s) => s !== next);
    now = Math.max(now, next.at);
    waits += 1;
    next.wake();
    setImmediate(run);
  }

  return {
    now: () => now,
    timestamp: () => new Date(Date.UTC(2024, 0, 1) + now).toISOString(),
    get waits() {
      return waits;
    },
    wait(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason as Error);
          return;
        }
        const sleeper: Sleeper = {
          at: now + ms,
          wake: () => {
            signal?.removeEventListener("abort", stop);
            resolve();
          },
        };
        const stop = () => {
          sleepers = sleepers.filter((s) => s !== sleeper);
          reject(signal?.reason as Error);
        };
        signal?.addEventListener("abort", stop, { once: true });
        sleepers.push(sleeper);
        if (!running) {
          running = true;
          setImmediate(run);
        }
      });
    },
  };
}
