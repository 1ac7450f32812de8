/**
 * Exact binomial statistics, for assertions whose outcome is random. Counts are whole requests, probabilities are plain
 * numbers from 0 to 1, logarithms are natural. Relative error is below about 1e-12 for n up to 100 000, in the tails
 * too, as far down as a double reaches (logarithms go on below). Every function throws RangeError for counts that are
 * not whole numbers from 0 and for probabilities outside 0 to 1.
 */

/** Whole counts from `low` to `high`, both included. */
export interface CountInterval {
  readonly low: number;
  readonly high: number;
}

/** An acceptance region, and the probability that a correct proportion falls outside it. */
export interface AcceptanceInterval extends CountInterval {
  readonly falseRejection: number;
}

/** A range of proportions, both ends included. */
export interface ProportionInterval {
  readonly low: number;
  readonly high: number;
}

const HALF_LOG_TWO_PI = 0.9189385332046727;

/** ln(n!) less Stirling's leading terms, n from 0 to 15 (for 0 the whole of ln(0!), which is 0). */
const STIRLING_ERROR: readonly number[] = [
  0, 0.08106146679532726, 0.0413406959554093, 0.02767792568499834, 0.020790672103765093, 0.016644691189821193,
  0.013876128823070748, 0.01189670994589177, 0.010411265261972096, 0.009255462182712733, 0.00833056343336287,
  0.007573675487951841, 0.00694284010720953, 0.006408994188004207, 0.0059513701127588475, 0.005554733551962801,
];

/** ln(n!) - (n + 1/2) ln n + n - ln(2 pi)/2; the series is Abramowitz & Stegun 6.1.41. */
function stirlingError(n: number): number {
  const tabled = STIRLING_ERROR[n];
  if (tabled !== undefined) return tabled;
  const r = 1 / (n * n);
  return (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / n;
}

/**
 * x ln(x / mean) + mean - x, given also `excess` = x - mean, which the caller knows better than a subtraction of the
 * rounded mean would tell. Near the mean the terms cancel, hence the series (Loader 2000, `bd0`).
 */
function deviance(x: number, mean: number, excess: number): number {
  const v = excess / (x + mean);
  if (Math.abs(v) > 0.5) {
    const ratio = x / mean;
    return x * (Number.isFinite(ratio) ? Math.log(ratio) : Math.log(x) - Math.log(mean)) - excess;
  }
  let sum = excess * v;
  let power = 2 * x * v;
  for (let odd = 3; ; odd += 2) {
    power *= v * v;
    const next = sum + power / odd;
    if (next === sum) return sum;
    sum = next;
  }
}

/** The two halves of a double whose products with other halves are exact (Dekker 1971). */
function halves(value: number): readonly [number, number] {
  const scaled = 134217729 * value;
  const high = scaled - (scaled - value);
  return [high, value - high];
}

/** x - n p with one rounding only. */
function excessOver(n: number, p: number, x: number): number {
  const product = n * p;
  const [n1, n2] = halves(n);
  const [p1, p2] = halves(p);
  const error = n2 * p2 - (product - n1 * p1 - n2 * p1 - n1 * p2);
  return x - product - error;
}

function requireCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${name} must be a whole number from 0: ${value}`);
}

function requireProbability(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} must be from 0 to 1: ${value}`);
}

function requireLevel(name: string, value: number): void {
  if (!(value > 0 && value < 1)) throw new RangeError(`${name} must lie between 0 and 1: ${value}`);
}

function requireWithin(name: string, value: number, n: number): void {
  requireCount("n", n);
  requireCount(name, value);
  if (value > n) throw new RangeError(`${name} must not exceed n = ${n}: ${value}`);
}

/** ln(n!). @throws RangeError if n is not a whole number from 0. */
export function logFactorial(n: number): number {
  requireCount("n", n);
  return n === 0 ? 0 : (n + 0.5) * Math.log(n) - n + HALF_LOG_TWO_PI + stirlingError(n);
}

/**
 * ln P(X = k) for X binomial(n, p); -Infinity where that is impossible. By the saddle point expansion of C. Loader,
 * "Fast and Accurate Computation of Binomial Probabilities", 2000, which does not lose digits as differences of large
 * log-factorials do.
 * @throws RangeError on bad input, k > n included.
 */
export function logBinomialPmf(n: number, p: number, k: number): number {
  requireWithin("k", k, n);
  requireProbability("p", p);
  if (p === 0) return k === 0 ? 0 : -Infinity;
  if (p === 1) return k === n ? 0 : -Infinity;
  if (k === 0) return n * Math.log1p(-p);
  if (k === n) return n * Math.log(p);
  const mean = n * p;
  const excess = excessOver(n, p, k);
  return (
    stirlingError(n) -
    stirlingError(k) -
    stirlingError(n - k) -
    deviance(k, mean, excess) -
    deviance(n - k, n * (1 - p), -excess) -
    HALF_LOG_TWO_PI -
    0.5 * Math.log((k / n) * (n - k))
  );
}

/** P(X = k) for X binomial(n, p). @throws RangeError on bad input, k > n included. */
export function binomialPmf(n: number, p: number, k: number): number {
  return Math.exp(logBinomialPmf(n, p, k));
}

/**
 * ln P(low <= X <= high) for X binomial(n, p); -Infinity for an empty or impossible range. Sums the range from its most
 * probable count outward, each term from the one before by the ratio of neighbours, until the rest cannot be seen.
 * @throws RangeError on bad input, bounds beyond n included; low > high is an empty range.
 */
export function logBinomialBetween(n: number, p: number, low: number, high: number): number {
  requireWithin("low", low, n);
  requireWithin("high", high, n);
  requireProbability("p", p);
  if (low > high) return -Infinity;
  if (p === 0) return low === 0 ? 0 : -Infinity;
  if (p === 1) return high === n ? 0 : -Infinity;
  const q = 1 - p;
  const start = Math.min(high, Math.max(low, Math.floor((n + 1) * p)));
  let sum = 1;
  for (let x = start, term = 1; x > low && term > sum * 1e-20; x--) {
    term *= (x / (n - x + 1)) * (q / p);
    sum += term;
  }
  for (let x = start, term = 1; x < high && term > sum * 1e-20; x++) {
    term *= ((n - x) / (x + 1)) * (p / q);
    sum += term;
  }
  return Math.min(0, logBinomialPmf(n, p, start) + Math.log(sum));
}

/** P(X <= k) for X binomial(n, p). @throws RangeError on bad input, k > n included. */
export function binomialCdf(n: number, p: number, k: number): number {
  return Math.exp(logBinomialBetween(n, p, 0, k));
}

/** P(X >= k) for X binomial(n, p); k itself counts. @throws RangeError on bad input, k > n included. */
export function binomialUpperTail(n: number, p: number, k: number): number {
  return Math.exp(logBinomialBetween(n, p, k, n));
}

/** The last of `first`..`last` for which `holds`, given that it holds for `first` and, once it fails, fails on. */
function lastHolding(first: number, last: number, holds: (k: number) => boolean): number {
  let low = first;
  let high = last;
  while (low < high) {
    const middle = high - Math.floor((high - low) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * The exact two-sided, equal-tailed acceptance region of the test that n requests go to one backend with probability p
 * each: the largest `low` with P(X < low) <= alpha/2 and the smallest `high` with P(X > high) <= alpha/2, hence
 * falseRejection <= alpha. p = 0 accepts nothing but 0, p = 1 nothing but n. It is the region whose inversion gives the
 * interval of Clopper & Pearson, Biometrika 26 (1934) 404-413.
 * @throws RangeError on bad input; alpha must lie strictly between 0 and 1.
 */
export function acceptanceInterval(n: number, p: number, alpha: number): AcceptanceInterval {
  requireCount("n", n);
  requireProbability("p", p);
  requireLevel("alpha", alpha);
  if (p === 0) return { low: 0, high: 0, falseRejection: 0 };
  if (p === 1) return { low: n, high: n, falseRejection: 0 };
  const half = alpha / 2;
  const low = lastHolding(0, n, (k) => k === 0 || binomialCdf(n, p, k - 1) <= half);
  const spared = lastHolding(0, n, (k) => k === 0 || binomialUpperTail(n, p, n - k + 1) <= half);
  const high = n - spared;
  const below = low === 0 ? 0 : binomialCdf(n, p, low - 1);
  const above = high === n ? 0 : binomialUpperTail(n, p, high + 1);
  return { low, high, falseRejection: below + above };
}

/**
 * The probability that a mesh whose true probability is `trueP` is accepted by the interval: for a wrong `trueP` the
 * complement of the test's power.
 * @throws RangeError on bad input, bounds beyond n included; low > high accepts nothing.
 */
export function probabilityAccepted(n: number, interval: CountInterval, trueP: number): number {
  return Math.exp(logBinomialBetween(n, trueP, interval.low, interval.high));
}

/** Bisects to neighbouring doubles the point from `from` to `to` up to which `below` holds. */
function bisect(from: number, to: number, below: (p: number) => boolean): number {
  let low = from;
  let high = to;
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return middle;
    if (below(middle)) low = middle;
    else high = middle;
  }
}

/**
 * The exact two-sided confidence interval for a proportion of which k of n were seen, at confidence 1 - alpha (alpha/2
 * at either end): Clopper & Pearson, "The use of confidence or fiducial limits illustrated in the case of the
 * binomial", Biometrika 26 (1934) 404-413. One-sided at confidence 1 - a is the one end at alpha = 2a: after n clean
 * requests the error rate is below `clopperPearson(0, n, 2 * 0.05).high` at 95 %.
 * @throws RangeError on bad input, n = 0 and k > n included; alpha must lie strictly between 0 and 1.
 */
export function clopperPearson(k: number, n: number, alpha: number): ProportionInterval {
  requireWithin("k", k, n);
  if (n === 0) throw new RangeError("n must be at least 1");
  requireLevel("alpha", alpha);
  const half = alpha / 2;
  return {
    low: k === 0 ? 0 : bisect(0, k / n, (p) => binomialUpperTail(n, p, k) <= half),
    high: k === n ? 1 : bisect(k / n, 1, (p) => binomialCdf(n, p, k) >= half),
  };
}
