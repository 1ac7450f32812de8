/** Wake-ups by time: a binary heap, since a run of the suite has tens of thousands of waits. */

export interface Sleeper {
  readonly at: number;
  /** Of two with the same time, the one with the lower turn is first. */
  readonly turn: number;
  readonly wake: () => void;
  /** Cancelled: stays in the queue, and is skipped. */
  isGone: boolean;
}

const isEarlier = (x: Sleeper, y: Sleeper) => x.at < y.at || (x.at === y.at && x.turn < y.turn);

export class WakeQueue {
  /** The children of place `n` are at `2n + 1` and `2n + 2`, and none is earlier than its parent. */
  readonly #heap: Sleeper[] = [];

  add(sleeper: Sleeper): void {
    let place = this.#heap.push(sleeper) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#heap[above] as Sleeper;
      if (!isEarlier(sleeper, parent)) break;
      this.#heap[place] = parent;
      place = above;
    }
    this.#heap[place] = sleeper;
  }

  /** Removes and returns the next one that is not cancelled; undefined if there is none. */
  next(): Sleeper | undefined {
    for (;;) {
      const first = this.#heap[0];
      const last = this.#heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (last !== first) this.#sink(last);
      if (!first.isGone) return first;
    }
  }

  /** Puts it in the first place, and moves it down to where it belongs. */
  #sink(sleeper: Sleeper): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && isEarlier(heap[right] as Sleeper, heap[left] as Sleeper) ? right : left;
      if (!isEarlier(heap[child] as Sleeper, sleeper)) break;
      heap[place] = heap[child] as Sleeper;
      place = child;
    }
    heap[place] = sleeper;
  }
}
