/**
 * Virtual time, which passes only by waiting: waits end in their order, and take no real time. The only use of a timer outside of
 * adapters/clock.ts: `setImmediate`, since only Node's event loop knows when everything that can run has run.
 */
import type { Clock } from "../../ports.ts";
import { type Sleeper, WakeQueue } from "./wake-queue.ts";

export interface VirtualClock extends Clock {
  /** How many waits have ended because time has passed. */
  readonly waits: number;
}

const EPOCH = Date.UTC(2024, 0, 1);

export function createVirtualClock(): VirtualClock {
  const sleepers = new WakeQueue();
  let now = 0;
  let waits = 0;
  let turn = 0;
  let isRunning = false;

  /** Advances to the next wake-up once everything that can run at this moment has run. */
  function run(): void {
    const next = sleepers.next();
    if (next === undefined) {
      isRunning = false;
      return;
    }
    now = Math.max(now, next.at);
    waits += 1;
    next.wake();
    setImmediate(run);
  }

  function add(ms: number, wake: () => void): Sleeper {
    turn += 1;
    const sleeper: Sleeper = { at: now + ms, turn, isGone: false, wake };
    sleepers.add(sleeper);
    if (!isRunning) {
      isRunning = true;
      setImmediate(run);
    }
    return sleeper;
  }

  return {
    now: () => now,
    timestamp: () => new Date(EPOCH + now).toISOString(),
    get waits() {
      return waits;
    },
    wait(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason as Error);
          return;
        }
        const sleeper = add(ms, () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        });
        const stop = () => {
          sleeper.isGone = true;
          reject(signal?.reason as Error);
        };
        signal?.addEventListener("abort", stop, { once: true });
      });
    },
    deadline(ms) {
      const late = new AbortController();
      add(ms, () => late.abort(new DOMException(`${ms} ms have passed`, "TimeoutError")));
      return late.signal;
    },
  };
}
