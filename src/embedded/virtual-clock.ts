/**
 * Time of its own: a wait takes as long as its place in the order of all waits, and no real time at all. The one use of a timer
 * outside of edges/clock.ts: `setImmediate`, since only Node's event loop knows when everything that could run has run.
 */
import type { Clock } from "../ports.ts";

interface Sleeper {
  readonly at: number;
  /** Of two with the same time the first to ask wakes first. */
  readonly turn: number;
  readonly wake: () => void;
}

export interface VirtualClock extends Clock {
  /** How many waits have ended by time passing. */
  readonly waits: number;
}

const EPOCH = Date.UTC(2024, 0, 1);

export function createVirtualClock(): VirtualClock {
  const sleepers: Sleeper[] = [];
  let now = 0;
  let waits = 0;
  let turn = 0;
  let isRunning = false;

  const isLater = (x: Sleeper, y: Sleeper) => x.at > y.at || (x.at === y.at && x.turn > y.turn);

  /** Sorted, the next to wake at the end. */
  function insert(sleeper: Sleeper): void {
    let low = 0;
    let high = sleepers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isLater(sleepers[middle] as Sleeper, sleeper)) low = middle + 1;
      else high = middle;
    }
    sleepers.splice(low, 0, sleeper);
  }

  /** Moves on to the next wake-up once everything that could run at this moment has run. */
  function run(): void {
    const next = sleepers.pop();
    if (next === undefined) {
      isRunning = false;
      return;
    }
    now = Math.max(now, next.at);
    waits += 1;
    next.wake();
    setImmediate(run);
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
        turn += 1;
        const sleeper: Sleeper = {
          at: now + ms,
          turn,
          wake: () => {
            signal?.removeEventListener("abort", stop);
            resolve();
          },
        };
        const stop = () => {
          const index = sleepers.indexOf(sleeper);
          if (index >= 0) sleepers.splice(index, 1);
          reject(signal?.reason as Error);
        };
        signal?.addEventListener("abort", stop, { once: true });
        insert(sleeper);
        if (!isRunning) {
          isRunning = true;
          setImmediate(run);
        }
      });
    },
  };
}
