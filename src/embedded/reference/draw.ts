/** Draws by weight. */
import type { PodEndpoint } from "../data-plane.ts";

export interface Share {
  readonly weight: number;
  readonly endpoints: readonly PodEndpoint[];
}

/** The share that `random`, of [0, 1), falls on; undefined where all weigh nothing. */
export function drawBackend(shares: readonly Share[], random: number): Share | undefined {
  const weighed = shares.filter(({ weight }) => weight > 0);
  let left = random * weighed.reduce((sum, { weight }) => sum + weight, 0);
  for (const share of weighed) {
    left -= share.weight;
    if (left < 0) return share;
  }
  // Rounding may leave the last weight a trace too small.
  return weighed.at(-1);
}

export function drawOne<Item>(items: readonly Item[], random: number): Item | undefined {
  return items[Math.floor(random * items.length)];
}
