/** Random choices. `random` gives numbers from 0 up to but not 1. */
import type { PodEndpoint } from "../data-plane.ts";

export interface Share {
  readonly weight: number;
  readonly endpoints: readonly PodEndpoint[];
}

/** One share, each with a chance in proportion to its weight; undefined if all weights are 0. */
export function drawByWeight(shares: readonly Share[], random: () => number): Share | undefined {
  const weighed = shares.filter(({ weight }) => weight > 0);
  let left = random() * weighed.reduce((sum, { weight }) => sum + weight, 0);
  for (const share of weighed) {
    left -= share.weight;
    if (left < 0) return share;
  }
  // Rounding may leave the last weight a trace too small.
  return weighed.at(-1);
}

/** One of the items, all with the same chance. */
export function drawOne<Item>(items: readonly Item[], random: number): Item | undefined {
  return items[Math.floor(random * items.length)];
}
