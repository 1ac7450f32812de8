import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ByBackend, Distribution } from "../../../../src/domain/statistics/sampling.ts";
import {
  acceptanceOf,
  judgeSample,
  planSample,
  sharesOf,
  WeightSumError,
} from "../../../../src/domain/statistics/sampling.ts";
import { probabilityAccepted } from "../../../../src/domain/statistics/statistics.ts";

/** The plans of the catalogue, section 3.0. */
const PLANS = {
  Z: { n: 300, weights: { v1: 100, v2: 0 } },
  B75: { n: 400, weights: { v1: 75, v2: 25 } },
  B75x2: { n: 400, weights: { v1: 75, v2: 25 }, clients: 2 },
  B50x2: { n: 400, weights: { v1: 50, v2: 50 }, clients: 2 },
  B90: { n: 1000, weights: { v1: 90, v2: 10 } },
  B33: { n: 600, weights: { v1: 1000, v2: 500 } },
  B50: { n: 400, weights: { v1: 50, v2: 50 } },
  B13: { n: 400, weights: { v1: 1, v2: 3 } },
  T3: { n: 600, weights: { v1: 50, v2: 30, v3: 20 } },
  Q3: { n: 1000, weights: { v1: 0.01, v2: 0.1, v3: 1.5 } },
} satisfies Record<string, Distribution>;
type PlanName = keyof typeof PLANS;

/** `[low, high]` by backend. */
function intervals(name: PlanName): Record<string, [number, number]> {
  return Object.fromEntries(planSample(PLANS[name]).bins.map(({ backend, low, high }) => [backend, [low, high]]));
}

describe("the catalogue's plans", () => {
  it.each<[PlanName, Record<string, [number, number]>]>([
    ["Z", { v1: [300, 300], v2: [0, 0] }],
    ["B75", { v1: [265, 332], v2: [68, 135] }],
    ["B75x2", { v1: [264, 334], v2: [66, 136] }],
    ["B50x2", { v1: [160, 240], v2: [160, 240] }],
    ["B90", { v1: [861, 935], v2: [65, 139] }],
    ["B33", { v1: [354, 444], v2: [156, 246] }],
    ["B50", { v1: [161, 239], v2: [161, 239] }],
    ["B13", { v1: [68, 135], v2: [265, 332] }],
    ["T3", { v1: [249, 351], v2: [135, 228], v3: [81, 162] }],
    ["Q3", { v1: [0, 19], v2: [33, 96], v3: [896, 962] }],
  ])("%s accepts %j", (name, expected) => {
    expect(intervals(name)).toEqual(expected);
  });

  // To the digits printed in the catalogue.
  it.each<[PlanName, string, ByBackend, string]>([
    ["Z", "a leak of 5 %", { v1: 95, v2: 5 }, "2.1e-7"],
    ["Z", "a leak of 2 %", { v1: 98, v2: 2 }, "2.3e-3"],
    ["Z", "a leak of 1 %", { v1: 99, v2: 1 }, "4.9e-2"],
    ["B75", "50/50", { v1: 1, v2: 1 }, "3.8e-11"],
    ["B75", "60/40", { v1: 60, v2: 40 }, "5.8e-3"],
    ["B75", "100/0", { v1: 100 }, "0.0e+0"],
    ["B90", "80/20", { v1: 80, v2: 20 }, "3.1e-7"],
    ["B90", "50/50", { v1: 1, v2: 1 }, "4.9e-128"],
    ["B90", "100/0", { v1: 100 }, "0.0e+0"],
    ["B33", "50/50", { v1: 1, v2: 1 }, "6.0e-6"],
    ["B33", "25 %", { v1: 75, v2: 25 }, "3.0e-1"],
    ["B50", "25/75", { v1: 1, v2: 3 }, "1.6e-11"],
    ["B13", "50/50", { v1: 1, v2: 1 }, "3.8e-11"],
    ["B13", "1 %", { v1: 1, v2: 99 }, "3.1e-60"],
    // The catalogue says "as above" of the plans for two samples; one sample's exact figures:
    ["B75x2", "50/50", { v1: 1, v2: 1 }, "7.6e-11"],
    ["B75x2", "60/40", { v1: 60, v2: 40 }, "7.8e-3"],
    ["B50x2", "25/75", { v1: 1, v2: 3 }, "3.2e-11"],
    // The catalogue bounds the plans for three by their most telling bin; all bins together:
    ["T3", "equal thirds", { v1: 1, v2: 1, v3: 1 }, "1.8e-6"],
  ])("%s accepts %s", (name, _, weights, printed) => {
    expect(acceptanceOf(planSample(PLANS[name]), weights).toExponential(1)).toBe(printed);
  });

  it("T3 and Q3 are bounded for equal thirds as printed", () => {
    const first = planSample(PLANS.T3).bins[0] ?? { low: 0, high: 600 };
    expect(probabilityAccepted(600, first, 1 / 3).toExponential(1)).toBe("1.8e-5");
    expect(acceptanceOf(planSample(PLANS.Q3), { v1: 1, v2: 1, v3: 1 })).toBeLessThan(1e-69);
  });

  it.each(Object.keys(PLANS) as PlanName[])(
    "%s fails a correct mesh within alpha, and squared when repeated",
    (name) => {
      const { falseFailure } = planSample(PLANS[name]);
      expect(falseFailure.perTry).toBeLessThanOrEqual(1e-4);
      expect(falseFailure.withRepeat).toBeLessThanOrEqual(1e-8);
      expect(falseFailure.withRepeat).toBe(falseFailure.perTry ** 2);
    },
  );

  it.each<[PlanName, number, number, string]>([
    ["Z", 0, 1e-4, "0.00e+0"],
    ["B75", 1, 1e-4, "8.27e-5"],
    ["B75x2", 1, 5e-5, "7.69e-5"],
    ["B50x2", 1, 5e-5, "9.68e-5"],
    ["T3", 3, 1e-4 / 3, "7.92e-5"],
    ["Q3", 3, 1e-4 / 3, "5.80e-5"],
  ])("%s has %i independent bins at %d and a bound of %s", (name, bins, alpha, bound) => {
    const plan = planSample(PLANS[name]);
    expect(plan.independentBins).toBe(bins);
    expect(plan.alphaPerBin).toBe(alpha);
    expect(plan.falseFailure.perTry.toExponential(2)).toBe(bound);
  });
});

describe("planSample", () => {
  it("tells each bin's weight and share, in the order given", () => {
    const { bins } = planSample({ n: 40, weights: { b: 3, a: 1, idle: 0 } });
    expect(bins.map(({ backend, weight, expectedShare }) => [backend, weight, expectedShare])).toEqual([
      ["b", 3, 0.75],
      ["a", 1, 0.25],
      ["idle", 0, 0],
    ]);
  });

  it("gives a backend of weight 0 no part in alpha and no arrival", () => {
    const { bins, independentBins } = planSample({ n: 400, weights: { v1: 75, idle: 0, v2: 25 } });
    expect(independentBins).toBe(1);
    expect(bins.map(({ low, high }) => [low, high])).toEqual([
      [265, 332],
      [0, 0],
      [68, 135],
    ]);
  });

  it("mirrors the bins of two weighted backends, so that they are one test", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 1000 }), fc.nat(), (a, b, seed) => {
        const n = 1 + (seed % 1000);
        const [first, second] = planSample({ n, weights: { a, b } }).bins;
        expect(second).toMatchObject({ low: n - (first?.high ?? 0), high: n - (first?.low ?? 0) });
      }),
    );
  });

  it("names the wrong meshes and how they fare", () => {
    const said = (distribution: Distribution) =>
      planSample(distribution).detects.map(({ mesh, accepted }) => [mesh, accepted.toExponential(1)]);
    expect(said(PLANS.Z)).toEqual([
      ["uniform split", "4.9e-91"],
      ["1 % leak to weight 0", "4.9e-2"],
      ["2 % leak to weight 0", "2.3e-3"],
      ["5 % leak to weight 0", "2.1e-7"],
    ]);
    expect(said(PLANS.B75)).toEqual([["uniform split", "3.8e-11"]]);
    expect(said(PLANS.T3)).toEqual([["uniform split", "1.8e-6"]]);
    expect(said(PLANS.B50)).toEqual([]);
    expect(said({ n: 300, weights: { only: 7 } })).toEqual([]);
  });

  it("leaks from the weighted backends by their weights, to all others together", () => {
    const { detects, falseFailure } = planSample({ n: 300, weights: { v1: 50, v2: 50, x: 0, y: 0 } });
    const left = [0.5, 0.99, 0.98, 0.95];
    expect(detects.map(({ mesh }) => mesh)).toEqual([
      "uniform split",
      ...[1, 2, 5].map((x) => `${x} % leak to weight 0`),
    ]);
    detects.forEach(({ accepted }, i) => {
      expect(accepted / ((left[i] ?? 0) ** 300 * (1 - falseFailure.perTry))).toBeCloseTo(1, 10);
    });
  });

  it("says what the repeat costs in power", () => {
    for (const { accepted, acceptedWithRepeat } of planSample(PLANS.Z).detects) {
      expect(acceptedWithRepeat).toBeCloseTo(1 - (1 - accepted) ** 2, 14);
      expect(acceptedWithRepeat).toBeGreaterThan(accepted);
    }
  });

  it("keeps the bound for any weights", () => {
    const weights = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.nat({ max: 50 }), { minKeys: 1, maxKeys: 4 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 3 }), (given, n, clients) => {
        fc.pre(Object.values(given).some((weight) => weight > 0));
        const plan = planSample({ n, weights: given, clients, alpha: 1e-3 });
        expect(plan.falseFailure.perTry).toBeLessThanOrEqual(1e-3);
        const accepted = acceptanceOf(plan, given);
        expect(1 - accepted).toBeLessThanOrEqual(plan.falseFailure.perTry / clients + 1e-12);
        expect(accepted).toBeLessThanOrEqual(1);
        for (const { low, high, expectedShare } of plan.bins) {
          expect(low).toBeLessThanOrEqual(Math.ceil(expectedShare * n + 1e-9));
          expect(high).toBeGreaterThanOrEqual(Math.floor(expectedShare * n - 1e-9));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("depends on the weights' ratios only", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), fc.constantFrom(0.5, 2, 1024), (w, scale) => {
        const plan = planSample({ n: 100, weights: { a: w, b: 100 - w } });
        const scaled = planSample({ n: 100, weights: { a: w * scale, b: (100 - w) * scale } });
        expect(scaled.bins.map(({ low, high }) => [low, high])).toEqual(plan.bins.map(({ low, high }) => [low, high]));
      }),
      { numRuns: 40 },
    );
  });

  it.each<[string, Distribution]>([
    ["no requests", { n: 0, weights: { a: 1 } }],
    ["half a request", { n: 1.5, weights: { a: 1 } }],
    ["no clients", { n: 10, weights: { a: 1 }, clients: 0 }],
    ["alpha 0", { n: 10, weights: { a: 1 }, alpha: 0 }],
    ["alpha 1", { n: 10, weights: { a: 1 }, alpha: 1 }],
    ["a negative weight", { n: 10, weights: { a: 1, b: -1 } }],
    ["an infinite weight", { n: 10, weights: { a: Number.POSITIVE_INFINITY } }],
    ["a sum beyond doubles", { n: 10, weights: { a: 1.7e308, b: 1.7e308 } }],
  ])("refuses %s", (_, distribution) => {
    expect(() => planSample(distribution)).toThrow(RangeError);
    expect(() => planSample(distribution)).not.toThrow(WeightSumError);
  });

  it.each<[string, ByBackend]>([
    ["weights all 0", { a: 0, b: 0 }],
    ["no backends", {}],
  ])("says so of %s", (_, weights) => {
    expect(() => planSample({ n: 10, weights })).toThrow(WeightSumError);
    expect(() => sharesOf(weights)).toThrow(WeightSumError);
  });
});

describe("acceptanceOf", () => {
  it("is the multinomial sum over the boxes", () => {
    const bin = (backend: string, low: number, high: number) => ({
      backend,
      weight: 1,
      expectedShare: 0,
      low,
      high,
      falseRejection: 0,
    });
    const factorials = [1, 1, 2, 6, 24, 120, 720, 5040];
    const boxes = fc.array(fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 4 }), fc.nat({ max: 5 })), {
      minLength: 4,
      maxLength: 4,
    });
    fc.assert(
      fc.property(boxes, fc.integer({ min: 1, max: 7 }), fc.nat({ max: 2 }), (given, n, elsewhere) => {
        const total = given.reduce((sum, [, , weight]) => sum + weight, elsewhere);
        fc.pre(total > 0);
        const weights = Object.fromEntries(given.map(([, , weight], i) => [`v${i}`, weight]));
        const sum = (i: number, left: number): number => {
          const box = given[i];
          if (box === undefined) return left === 0 ? 1 : 0;
          const [low, extra, weight] = box;
          let mass = 0;
          for (let x = low; x <= Math.min(left, low + extra); x++) {
            mass += ((weight / total) ** x / (factorials[x] ?? Number.NaN)) * sum(i + 1, left - x);
          }
          return mass;
        };
        const bins = given.map(([low, extra], i) => bin(`v${i}`, low, low + extra));
        const expected = (factorials[n] ?? Number.NaN) * sum(0, n);
        expect(acceptanceOf({ n, bins }, { ...weights, elsewhere })).toBeCloseTo(expected, 12);
      }),
      { numRuns: 300 },
    );
  });

  it("accepts nothing of a mesh that sends to a backend outside the plan", () => {
    const plan = planSample(PLANS.B50);
    expect(acceptanceOf(plan, { v1: 49, v2: 49, v0: 2 })).toBeCloseTo(0.98 ** 400, 6);
    expect(acceptanceOf(plan, { v0: 1 })).toBe(0);
  });
});

describe("judgeSample", () => {
  const plan = planSample(PLANS.B75);

  it.each<[string, ByBackend, boolean]>([
    ["the lowest", { v1: 265, v2: 135 }, true],
    ["below", { v1: 264, v2: 136 }, false],
    ["the highest", { v1: 332, v2: 68 }, true],
    ["above", { v1: 333, v2: 67 }, false],
  ])("judges %s count", (_, counts, accepted) => {
    const judgement = judgeSample(plan, counts);
    expect(judgement.accepted).toBe(accepted);
    expect(judgement.complete).toBe(true);
    expect(judgement.bins.map(({ within }) => within)).toEqual([accepted, accepted]);
  });

  it("tells what was seen and expected", () => {
    expect(judgeSample(plan, { v2: 90, v1: 310 }).bins).toMatchObject([
      { backend: "v1", weight: 75, expectedShare: 0.75, observed: 310, low: 265, high: 332, within: true },
      { backend: "v2", weight: 25, expectedShare: 0.25, observed: 90, low: 68, high: 135, within: true },
    ]);
  });

  it("does not accept a single arrival at weight 0", () => {
    const zero = planSample(PLANS.Z);
    expect(judgeSample(zero, { v1: 300 }).accepted).toBe(true);
    const { accepted, bins } = judgeSample(zero, { v1: 299, v2: 1 });
    expect(accepted).toBe(false);
    expect(bins.map(({ within }) => within)).toEqual([false, false]);
  });

  it("takes a backend outside the plan as weight 0", () => {
    const { accepted, bins } = judgeSample(plan, { v1: 300, v2: 99, root: 1 });
    expect(accepted).toBe(false);
    expect(bins[2]).toMatchObject({ backend: "root", weight: 0, observed: 1, low: 0, high: 0, within: false });
    expect(judgeSample(plan, { v1: 300, v2: 100, root: 0 }).accepted).toBe(true);
  });

  it.each([399, 401])("does not accept a sample of %i for 400, though every bin is within", (total) => {
    const judgement = judgeSample(plan, { v1: 300, v2: total - 300 });
    expect(judgement).toMatchObject({ accepted: false, complete: false, total });
    expect(judgement.bins.every(({ within }) => within)).toBe(true);
  });

  it("counts a missing backend as 0, whatever its name", () => {
    const named = planSample({ n: 10, weights: { constructor: 0, v1: 1 } });
    expect(judgeSample(named, { v1: 10 }).bins[0]).toMatchObject({
      backend: "constructor",
      observed: 0,
      within: true,
    });
  });

  it.each([-1, 0.5, Number.NaN])("refuses a count of %s", (count) => {
    expect(() => judgeSample(plan, { v1: count })).toThrow(RangeError);
  });
});
