/** The delay between the API server and the proxies: each change takes effect a fixed time after it was made, in order. */
import type { Clock } from "../../ports.ts";

export interface Propagation<Item> {
  send(item: Item): void;
}

export interface PropagationOptions<Item> {
  readonly clock: Clock;
  /** Milliseconds until an item is delivered; at 0 it is delivered immediately. */
  readonly delayMs: number;
  /** Nothing is delivered once it aborts. */
  readonly signal: AbortSignal;
  /** Called with the items that are due, oldest first; at least one. */
  readonly deliver: (items: readonly Item[]) => void;
}

export function createPropagation<Item>({
  clock,
  delayMs,
  signal,
  deliver,
}: PropagationOptions<Item>): Propagation<Item> {
  const underWay: { readonly item: Item; readonly due: number }[] = [];
  let isRunning = false;

  async function run(): Promise<void> {
    while (underWay[0] !== undefined) {
      const left = underWay[0].due - clock.now();
      if (left > 0) await clock.wait(left, signal);
      const now = clock.now();
      const arrived = underWay.findIndex(({ due }) => due > now);
      const items = underWay.splice(0, arrived < 0 ? underWay.length : arrived);
      if (items.length > 0) deliver(items.map(({ item }) => item));
    }
    isRunning = false;
  }

  return {
    send(item) {
      if (signal.aborted) return;
      if (delayMs === 0) return deliver([item]);
      underWay.push({ item, due: clock.now() + delayMs });
      if (isRunning) return;
      isRunning = true;
      run().catch((error: unknown) => {
        // The end of the mesh ends the wait; any other error is a bug.
        if (!signal.aborted) throw error;
      });
    },
  };
}
