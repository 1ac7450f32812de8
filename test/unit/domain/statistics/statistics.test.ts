import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  acceptanceInterval,
  binomialCdf,
  binomialPmf,
  binomialUpperTail,
  clopperPearson,
  logBinomialBetween,
  logBinomialPmf,
  logFactorial,
  probabilityAccepted,
} from "../../../../src/domain/statistics/statistics.ts";

/** Relative, as the values span three hundred orders of magnitude. */
function expectRelative(actual: number, expected: number, tolerance = 1e-12): void {
  if (expected === 0) expect(actual + 0).toBe(0);
  else expect(Math.abs(actual / expected - 1), `${actual} for ${expected}`).toBeLessThan(tolerance);
}

/** Binomials small enough for a property to go over all counts. */
const counts = fc.integer({ min: 1, max: 500 });
/** Dyadic, so that 1 - p is exact. */
const proportions = fc.integer({ min: 1, max: 1023 }).map((x) => x / 1024);
const levels = fc.constantFrom(0.3, 0.05, 1e-2, 1e-4, 5e-5, 1e-8);

describe("logFactorial", () => {
  it("is the logarithm of the product", () => {
    let factorial = 1n;
    for (let n = 0; n <= 170; n++) {
      if (n > 0) factorial *= BigInt(n);
      expect(logFactorial(n)).toBeCloseTo(Math.log(Number(factorial)), 11);
    }
  });

  it("grows by ln n at large n", () => {
    expect(logFactorial(100_000) - logFactorial(99_999)).toBeCloseTo(Math.log(100_000), 8);
    expectRelative(logFactorial(100_000), 1051299.221899122);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses %s", (n) => {
    expect(() => logFactorial(n)).toThrow(RangeError);
  });
});

// Computed with 60 digits (mpmath 1.3), p being the double nearest to what is written.
const PMF: [number, number, number, number, number][] = [
  [0, 0.3, 0, 1, 0],
  [1, 0.3, 1, 0.3, -1.2039728043259361],
  [10, 0.5, 3, 0.1171875, -2.1439800628174073],
  [20, 0.1, 0, 0.12157665459056927, -2.1072103131565263],
  [400, 0.75, 300, 0.04602431823440329, -3.0785853649134296],
  [400, 0.75, 265, 2.0265308799987256e-5, -10.806600059905492],
  [1000, 0.1, 65, 2.3823757559654244e-5, -10.644827258381726],
  [1000, 0.5, 900, 5.958935980362645e-162, -371.23389312668075],
  [1000, 1e-9, 3, 1.6616683433158354e-19, -43.24129464312514],
  [5000, 0.9999, 4990, 1.6192059814715914e-10, -22.543915035745613],
  [100_000, 0.5, 50_000, 0.00252312621419674, -5.982256585129842],
  [100_000, 0.3, 30_500, 7.257670531157298e-6, -11.833451644092225],
  [100_000, 0.5, 44_200, 3.5703301824713996e-296, -680.2925294466355],
  [100_000, 0.001, 400, 3.708375453699755e-113, -258.88152161070644],
  [100_000, 0.999, 99_900, 0.0398809422346256, -3.221856707421729],
  [100_000, 0.75, 70_000, 2.6795017761307394e-281, -646.0407802585153],
  [92_269, 0.9972682700354194, 91_537, 1.3642363430859654e-133, -305.9332225517395],
  [73_714, 0.9999863122797314, 73_713, 0.3678672028259692, -1.000033267825478],
];

const TAILS: [number, number, number, number, number][] = [
  [10, 0.5, 3, 0.171875, 0.9453125],
  [400, 0.75, 264, 3.567178878500589e-5, 0.99997749072796],
  [400, 0.75, 332, 0.9999530085392452, 7.864137408030434e-5],
  [1000, 0.1, 64, 3.724270597842164e-5, 0.9999776471424964],
  [1000, 0.5, 139, 4.910256551384599e-128, 1],
  [600, 0.3, 228, 0.9999883872949392, 1.6925212292158487e-5],
  [100_000, 0.5, 49_000, 1.294358019173449e-10, 0.9999999998757588],
  [100_000, 0.3, 30_500, 0.9997184609053404, 0.0002887967651907624],
  [100_000, 0.5, 44_200, 1.7163261484709473e-295, 1],
  [100_000, 0.001, 150, 0.999998783094961, 1.8604062101283559e-6],
  [100_000, 0.999, 99_900, 0.513318740379556, 0.5265622018550695],
];

describe("the binomial distribution", () => {
  it.each(PMF)("has n %i, p %d at %i with probability %d", (n, p, k, probability, logarithm) => {
    expectRelative(binomialPmf(n, p, k), probability);
    expectRelative(logBinomialPmf(n, p, k), logarithm);
  });

  it.each(TAILS)("has n %i, p %d up to %i with probability %d, from there %d", (n, p, k, below, above) => {
    expectRelative(binomialCdf(n, p, k), below);
    expectRelative(binomialUpperTail(n, p, k), above);
  });

  it("keeps logarithms where the probability underflows", () => {
    expect(binomialPmf(10_000, 0.5, 10_000)).toBe(0);
    expectRelative(logBinomialPmf(10_000, 0.5, 10_000), -10_000 * Math.LN2);
    expectRelative(logBinomialBetween(10_000, 0.25, 10_000, 10_000), -20_000 * Math.LN2);
    expectRelative(logBinomialPmf(2, 2e-320, 1), Math.log(2) + Math.log(2e-320));
  });

  it("is certain at p = 0 and p = 1", () => {
    expect([0, 1, 5].map((k) => binomialPmf(5, 0, k))).toEqual([1, 0, 0]);
    expect([0, 4, 5].map((k) => binomialPmf(5, 1, k))).toEqual([0, 0, 1]);
    expect([binomialCdf(5, 0, 0), binomialUpperTail(5, 0, 1)]).toEqual([1, 0]);
    expect([binomialCdf(5, 1, 4), binomialUpperTail(5, 1, 5)]).toEqual([0, 1]);
  });

  it("sums to 1", () => {
    fc.assert(
      fc.property(counts, proportions, (n, p) => {
        let sum = 0;
        for (let k = 0; k <= n; k++) sum += binomialPmf(n, p, k);
        expect(Math.abs(sum - 1)).toBeLessThan(1e-12);
        expect(Math.abs(logBinomialBetween(n, p, 0, n))).toBeLessThan(1e-12);
        expect(binomialCdf(n, p, n)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 50 },
    );
  });

  it("has tails that are sums of the probabilities and complete each other", () => {
    fc.assert(
      fc.property(counts, proportions, fc.nat(), (n, p, seed) => {
        const k = seed % n;
        let sum = 0;
        for (let x = 0; x <= k; x++) sum += binomialPmf(n, p, x);
        expect(Math.abs(binomialCdf(n, p, k) - sum)).toBeLessThan(1e-12 * sum + 1e-300);
        expect(Math.abs(binomialCdf(n, p, k) + binomialUpperTail(n, p, k + 1) - 1)).toBeLessThan(1e-12);
        expect(binomialUpperTail(n, 1 - p, n - k)).toBeCloseTo(binomialCdf(n, p, k), 13);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ["k beyond n", () => binomialPmf(3, 0.5, 4)],
    ["negative k", () => binomialCdf(3, 0.5, -1)],
    ["fractional k", () => binomialUpperTail(3, 0.5, 1.5)],
    ["fractional n", () => binomialPmf(3.5, 0.5, 1)],
    ["p below 0", () => binomialPmf(3, -0.1, 1)],
    ["p above 1", () => binomialCdf(3, 1.1, 1)],
    ["p not a number", () => binomialUpperTail(3, Number.NaN, 1)],
    ["bounds beyond n", () => probabilityAccepted(3, { low: 0, high: 4 }, 0.5)],
  ])("refuses %s", (_, call) => {
    expect(call).toThrow(RangeError);
  });
});

describe("acceptanceInterval", () => {
  it("accepts only the certain count at p = 0 and p = 1", () => {
    expect(acceptanceInterval(300, 0, 1e-4)).toEqual({ low: 0, high: 0, falseRejection: 0 });
    expect(acceptanceInterval(300, 1, 1e-4)).toEqual({ low: 300, high: 300, falseRejection: 0 });
  });

  it("is the shortest with at most alpha/2 beyond either end", () => {
    fc.assert(
      fc.property(counts, proportions, levels, (n, p, alpha) => {
        const { low, high, falseRejection } = acceptanceInterval(n, p, alpha);
        expect(low).toBeLessThanOrEqual(high);
        const below = low === 0 ? 0 : binomialCdf(n, p, low - 1);
        const above = high === n ? 0 : binomialUpperTail(n, p, high + 1);
        expect(below).toBeLessThanOrEqual(alpha / 2);
        expect(above).toBeLessThanOrEqual(alpha / 2);
        expect(binomialCdf(n, p, low)).toBeGreaterThan(alpha / 2);
        expect(binomialUpperTail(n, p, high)).toBeGreaterThan(alpha / 2);
        expect(falseRejection).toBe(below + above);
        expect(Math.abs(probabilityAccepted(n, { low, high }, p) - (1 - falseRejection))).toBeLessThan(1e-12);
      }),
    );
  });

  it("mirrors for the other share", () => {
    fc.assert(
      fc.property(counts, proportions, levels, (n, p, alpha) => {
        const { low, high } = acceptanceInterval(n, p, alpha);
        expect(acceptanceInterval(n, 1 - p, alpha)).toMatchObject({ low: n - high, high: n - low });
      }),
    );
  });

  it("moves up with p and widens as alpha falls", () => {
    fc.assert(
      fc.property(counts, proportions, proportions, (n, p, q) => {
        const lower = acceptanceInterval(n, Math.min(p, q), 1e-3);
        const upper = acceptanceInterval(n, Math.max(p, q), 1e-3);
        expect(lower.low).toBeLessThanOrEqual(upper.low);
        expect(lower.high).toBeLessThanOrEqual(upper.high);
        const wider = acceptanceInterval(n, Math.min(p, q), 1e-6);
        expect(wider.low).toBeLessThanOrEqual(lower.low);
        expect(wider.high).toBeGreaterThanOrEqual(lower.high);
      }),
    );
  });

  it.each([0, 1, -0.1, Number.NaN])("refuses alpha %s", (alpha) => {
    expect(() => acceptanceInterval(10, 0.5, alpha)).toThrow(RangeError);
  });
});

describe("probabilityAccepted", () => {
  it("is the probability of the counts in the interval", () => {
    expect(probabilityAccepted(4, { low: 1, high: 2 }, 0.5)).toBeCloseTo(10 / 16, 14);
    expect(probabilityAccepted(4, { low: 3, high: 2 }, 0.5)).toBe(0);
    expect(probabilityAccepted(4, { low: 1, high: 4 }, 0)).toBe(0);
    expect(probabilityAccepted(4, { low: 1, high: 4 }, 1)).toBe(1);
  });

  // What other suites' rules accept: anchors.md, "Error bounds to state in the report".
  it.each([
    ["more than half of 50 at 50/50", 50, 26, 50, 0.5, 0.44],
    ["more than half of 50 at 60/40", 50, 26, 50, 0.6, 0.9],
    ["70 % within 5 points of 500 at 63/37", 500, 325, 375, 0.63, 0.19],
    ["70 % within 5 points of 500 at 65/35", 500, 325, 375, 0.65, 0.52],
    ["70 % within 5 points of 500 at 70/30", 500, 325, 375, 0.7, 1 - 0.013],
  ])("reproduces %s", (_, n, low, high, p, printed) => {
    expect(probabilityAccepted(n, { low, high }, p)).toBeCloseTo(printed, printed > 0.95 ? 3 : 2);
  });
});

describe("clopperPearson", () => {
  // Roots found with 30 digits (mpmath 1.3).
  it.each([
    [0, 10, 0.05, 0, 0.30849710781876083],
    [1, 10, 0.05, 0.0025285785444617848, 0.44501611702819543],
    [3, 10, 0.05, 0.06673951117773447, 0.6524528500599973],
    [10, 10, 0.05, 0.6915028921812392, 1],
    [300, 400, 1e-4, 0.6586910524481927, 0.8281751572381094],
    [1, 1000, 0.05, 2.5317487491294045e-5, 0.005558924279826673],
    [37, 1000, 0.01, 0.02335899491136423, 0.055223679512418494],
  ])("gives for %i of %i at alpha %d the interval %d to %d", (k, n, alpha, low, high) => {
    const interval = clopperPearson(k, n, alpha);
    expectRelative(interval.low, low);
    expectRelative(interval.high, high);
  });

  // anchors.md, "Error bounds to state in the report": upper bound of the error rate after n clean requests.
  it.each([
    [3, 0.632],
    [5, 0.451],
    [50, 0.058],
    [60, 0.049],
    [300, 0.01],
    [500, 0.006],
  ])("bounds the error rate after %i clean requests by %d at 95 percent", (n, bound) => {
    expect(clopperPearson(0, n, 0.1).high).toBeCloseTo(bound, 3);
  });

  it("ends where the tails hold alpha/2 and covers what was seen", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), levels, (n, seed, alpha) => {
        const k = seed % (n + 1);
        const { low, high } = clopperPearson(k, n, alpha);
        expect(low).toBeLessThanOrEqual(k / n);
        expect(high).toBeGreaterThanOrEqual(k / n);
        if (k > 0) expectRelative(binomialUpperTail(n, low, k), alpha / 2, 1e-10);
        // Near 1 neighbouring doubles are too coarse to hit the tail more closely.
        if (k < n) expectRelative(binomialCdf(n, high, k), alpha / 2, 1e-10 + (3e-16 * (n - k)) / (1 - high));
      }),
      { numRuns: 50 },
    );
  });

  it("holds exactly the proportions whose acceptance interval holds the count", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(), proportions, levels, (n, seed, p, alpha) => {
        const k = seed % (n + 1);
        const confidence = clopperPearson(k, n, alpha);
        const accepted = acceptanceInterval(n, p, alpha);
        expect(p >= confidence.low && p <= confidence.high).toBe(k >= accepted.low && k <= accepted.high);
      }),
    );
  });

  it.each([
    ["no samples", () => clopperPearson(0, 0, 0.05)],
    ["more hits than samples", () => clopperPearson(4, 3, 0.05)],
    ["alpha 0", () => clopperPearson(1, 3, 0)],
    ["alpha 1", () => clopperPearson(1, 3, 1)],
  ])("refuses %s", (_, call) => {
    expect(call).toThrow(RangeError);
  });
});
