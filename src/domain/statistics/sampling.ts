/**
 * Sampling plans for weighted distributions: how many of n requests each backend may receive, how rarely a correct
 * mesh fails that, and how rarely a wrong one passes. A correct mesh is one that chooses a backend for each request
 * independently by the weights; weighted round robin varies less, so the bounds hold for it too.
 */

import { acceptanceInterval, binomialPmf } from "./statistics.ts";

/** Weights, counts or shares by backend name. */
export type ByBackend = Readonly<Record<string, number>>;

/** Probability that a correct mesh fails the sample of one assertion, in one try. */
export const DEFAULT_ALPHA = 1e-4;

/** No backend has a positive weight, so no share is defined. */
export class WeightSumError extends RangeError {
  override readonly name = "WeightSumError";
}

/** What an assertion samples: n requests over backends by weight. */
export interface Distribution {
  /** Requests in the sample; of each client, if there are several. */
  readonly n: number;
  /** Relative weights, 0 or more, not all 0. */
  readonly weights: ByBackend;
  /** Bound on the probability that a correct mesh fails one try of the whole sample. Default `DEFAULT_ALPHA`. */
  readonly alpha?: number;
  /** How many such samples (clients, ports) must all be accepted for the expectation to hold. Default 1. */
  readonly clients?: number;
}

/** One backend of a plan: counts from `low` to `high`, both included, are accepted. */
export interface PlanBin {
  readonly backend: string;
  readonly weight: number;
  /** Share of the requests, 0 to 1. */
  readonly expectedShare: number;
  readonly low: number;
  readonly high: number;
  /** Probability that a correct mesh falls outside this bin's interval. */
  readonly falseRejection: number;
}

/** How a named wrong mesh would fare. */
export interface Detection {
  /** What the mesh does wrong, for people. */
  readonly mesh: string;
  /** Probability that one sample of it is accepted, all bins taken together. */
  readonly accepted: number;
  /** Probability that it passes when a first failure is repeated once. */
  readonly acceptedWithRepeat: number;
}

export interface Plan {
  readonly n: number;
  readonly alpha: number;
  readonly clients: number;
  /** Bins with a test of their own: of two weighted backends one, as the other mirrors it; of one, none. */
  readonly independentBins: number;
  readonly alphaPerBin: number;
  /** In the order of the weights given. */
  readonly bins: readonly PlanBin[];
  /** Bounds on the probability that a correct mesh fails, all bins and clients together. */
  readonly falseFailure: { readonly perTry: number; readonly withRepeat: number };
  /** One client's sample; a mesh that is wrong for every client is caught more often still. */
  readonly detects: readonly Detection[];
}

export interface JudgedBin extends PlanBin {
  readonly observed: number;
  readonly within: boolean;
}

export interface Judgement {
  /** The plan's bins in their order, then backends that the plan does not name, as bins of weight 0. */
  readonly bins: readonly JudgedBin[];
  readonly total: number;
  /** Whether `total` is the plan's n, for which alone the intervals hold. */
  readonly complete: boolean;
  /** Complete and every bin within. A sample that is not complete is no evidence against the weights either. */
  readonly accepted: boolean;
}

/**
 * Weights as shares that sum to 1, in the same order.
 * @throws WeightSumError if the sum is 0; RangeError for a weight that is negative or not finite.
 */
export function sharesOf(weights: ByBackend): Map<string, number> {
  let sum = 0;
  for (const [backend, weight] of Object.entries(weights)) {
    if (!Number.isFinite(weight) || weight < 0)
      throw new RangeError(`weight of ${backend} must be 0 or more: ${weight}`);
    sum += weight;
  }
  if (sum === 0) throw new WeightSumError("no backend has a positive weight");
  if (!Number.isFinite(sum)) throw new RangeError("the sum of the weights is too large");
  return new Map(Object.entries(weights).map(([backend, weight]) => [backend, weight / sum]));
}

interface Box {
  readonly low: number;
  readonly high: number;
}

/**
 * The probability that a multinomial sample of n falls inside every box, the boxes' probabilities summing to at most
 * 1 (what is left over must receive nothing). Given how many fell on the first j boxes together, the j-th count is
 * binomial; so the boxes are added one by one, summing over the counts so far.
 */
function multinomialInside(n: number, boxes: readonly (Box & { readonly share: number })[]): number {
  const [first, ...others] = boxes.filter(({ share }) => share > 0);
  if (first === undefined || boxes.some(({ share, low }) => share === 0 && low > 0)) return 0;
  let inside = (m: number): number => (m >= first.low && m <= first.high ? 1 : 0);
  let reach: Box = first;
  let mass = first.share;
  others.forEach((box, i) => {
    mass += box.share;
    const before = inside;
    const from = reach;
    const p = Math.min(1, box.share / mass);
    const at = (m: number): number => {
      let sum = 0;
      const last = Math.min(box.high, m - from.low);
      for (let x = Math.max(box.low, m - from.high, 0); x <= last; x++) sum += binomialPmf(m, p, x) * before(m - x);
      return sum;
    };
    reach = { low: from.low + box.low, high: Math.min(n, from.high + box.high) };
    if (i === others.length - 1) inside = at;
    else {
      const { low, high } = reach;
      const known = Array.from({ length: Math.max(0, high - low + 1) }, (_, k) => at(low + k));
      inside = (m) => known[m - low] ?? 0;
    }
  });
  const unplanned = mass < 1 - 1e-12 ? mass ** n : 1;
  return Math.min(1, inside(n) * unplanned);
}

/**
 * The probability that one sample of a mesh which really splits by `weights` is accepted by the plan, all bins taken
 * together. Backends not named receive nothing; backends that the plan does not name must receive nothing to be
 * accepted.
 * @throws WeightSumError, RangeError as `sharesOf`.
 */
export function acceptanceOf(plan: Pick<Plan, "n" | "bins">, weights: ByBackend): number {
  const shares = sharesOf(weights);
  return multinomialInside(
    plan.n,
    plan.bins.map(({ backend, low, high }) => ({ low, high, share: shares.get(backend) ?? 0 })),
  );
}

/** The probability that a mesh accepted with probability `once` passes when a failure is repeated once. */
function eitherOfTwo(once: number): number {
  return once * (2 - once);
}

function wrongMeshes(bins: readonly PlanBin[]): { mesh: string; weights: ByBackend }[] {
  const wrong: { mesh: string; weights: ByBackend }[] = [];
  if (bins.some(({ expectedShare }) => Math.abs(expectedShare * bins.length - 1) > 1e-9)) {
    wrong.push({ mesh: "uniform split", weights: Object.fromEntries(bins.map(({ backend }) => [backend, 1])) });
  }
  const idle = bins.filter(({ weight }) => weight === 0).length;
  if (idle > 0) {
    for (const percent of [1, 2, 5]) {
      const leak = percent / 100;
      const weights = bins.map(({ backend, weight, expectedShare }) => [
        backend,
        weight === 0 ? leak / idle : expectedShare * (1 - leak),
      ]);
      wrong.push({ mesh: `${percent} % leak to weight 0`, weights: Object.fromEntries(weights) });
    }
  }
  return wrong;
}

/**
 * The plan for a distribution: exact equal-tailed binomial intervals, alpha shared evenly among the independent bins
 * and the clients (Bonferroni). Of two weighted backends the bins mirror each other, so that they are one test; a
 * backend of weight 0 must receive exactly 0, and with a single weighted backend that one exactly n.
 * @throws WeightSumError if all weights are 0; RangeError for n or clients below 1 or not whole, for alpha not strictly
 * between 0 and 1, and for a weight that is negative or not finite.
 */
export function planSample({ n, weights, alpha = DEFAULT_ALPHA, clients = 1 }: Distribution): Plan {
  for (const [name, value] of Object.entries({ n, clients })) {
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(`${name} must be a whole number from 1: ${value}`);
  }
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must lie between 0 and 1: ${alpha}`);
  const shares = sharesOf(weights);
  const weighted = [...shares.values()].filter((share) => share > 0).length;
  const independentBins = weighted > 2 ? weighted : weighted - 1;
  const alphaPerBin = alpha / Math.max(1, independentBins) / clients;

  const bins = Object.entries(weights).map(([backend, weight]): PlanBin => {
    const expectedShare = shares.get(backend) ?? 0;
    return { backend, weight, expectedShare, ...acceptanceInterval(n, expectedShare, alphaPerBin) };
  });

  const rejections = bins.map(({ falseRejection }) => falseRejection);
  const perSample = weighted === 2 ? Math.max(...rejections) : rejections.reduce((sum, r) => sum + r, 0);
  const perTry = Math.min(1, perSample * clients);
  const detects = wrongMeshes(bins).map(({ mesh, weights }): Detection => {
    const accepted = acceptanceOf({ n, bins }, weights);
    return { mesh, accepted, acceptedWithRepeat: eitherOfTwo(accepted) };
  });
  return {
    n,
    alpha,
    clients,
    independentBins,
    alphaPerBin,
    bins,
    falseFailure: { perTry, withRepeat: perTry ** 2 },
    detects,
  };
}

/**
 * Holds one sample's arrivals against the plan. A backend missing from `counts` received nothing; one that the plan
 * does not name counts as weight 0.
 * @throws RangeError for a count that is not a whole number from 0.
 */
export function judgeSample(plan: Plan, counts: ByBackend): Judgement {
  let total = 0;
  for (const [backend, count] of Object.entries(counts)) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new RangeError(`count of ${backend} must be a whole number from 0: ${count}`);
    }
    total += count;
  }
  const planned = new Set(plan.bins.map(({ backend }) => backend));
  const unplanned = Object.keys(counts)
    .filter((backend) => !planned.has(backend))
    .map((backend): PlanBin => ({ backend, weight: 0, expectedShare: 0, low: 0, high: 0, falseRejection: 0 }));
  const bins = [...plan.bins, ...unplanned].map((bin): JudgedBin => {
    const observed = Object.hasOwn(counts, bin.backend) ? (counts[bin.backend] ?? 0) : 0;
    return { ...bin, observed, within: observed >= bin.low && observed <= bin.high };
  });
  const complete = total === plan.n;
  return { bins, total, complete, accepted: complete && bins.every(({ within }) => within) };
}
