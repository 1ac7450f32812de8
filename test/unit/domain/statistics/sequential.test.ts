import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ByBackend } from "../../../../src/domain/statistics/sampling.ts";
import { sharesOf, WeightSumError } from "../../../../src/domain/statistics/sampling.ts";
import {
  createChangeDetector,
  createRunDetector,
  DEFAULT_THRESHOLD,
  MINIMUM_SAMPLES,
  SHARE_FLOOR,
} from "../../../../src/domain/statistics/sequential.ts";

/** Uniform on 0 to 1 (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A mesh that draws backends by weight. */
function mesh(weights: ByBackend, seed: number): () => string {
  const next = random(seed);
  const shares = [...sharesOf(weights)];
  return () => {
    let left = next();
    for (const [backend, share] of shares) {
      left -= share;
      if (left < 0) return backend;
    }
    return shares[0]?.[0] ?? "";
  };
}

/** Samples until the change is signalled, or undefined within `limit`. */
function delay(old: ByBackend, next: ByBackend, actual: () => string, limit: number): number | undefined {
  const detector = createChangeDetector({ old, next });
  for (let i = 1; i <= limit; i++) if (detector.push(actual())) return i;
  return undefined;
}

const CHANGES: [ByBackend, ByBackend, number][] = [
  [{ v1: 75, v2: 25 }, { v1: 25, v2: 75 }, 45],
  [{ v1: 100, v2: 0 }, { v1: 75, v2: 25 }, 45],
  [{ v1: 100, v2: 0 }, { v1: 90, v2: 10 }, 60],
  [{ v1: 100, v2: 0 }, { v1: 0, v2: 100 }, 20],
  [{ v1: 1000, v2: 500 }, { v1: 0, v2: 1 }, 20],
  [{ v1: 50, v2: 50 }, { v1: 75, v2: 25 }, 200],
  [{ v1: 50, v2: 30, v3: 20 }, { v1: 20, v2: 30, v3: 50 }, 90],
  [{ v1: 1 }, { v1: 1, v2: 1 }, 40],
];
const SEEDS = Array.from({ length: 40 }, (_, i) => 1000 + i);

describe("createChangeDetector", () => {
  it.each(CHANGES)("tells %j to %j typically within %i samples", (old, next, typical) => {
    const delays = SEEDS.map((seed) => delay(old, next, mesh(next, seed), 2000) ?? Number.POSITIVE_INFINITY);
    const sorted = delays.sort((a, b) => a - b);
    expect(sorted[SEEDS.length / 2]).toBeLessThanOrEqual(typical);
    expect(sorted.at(-1)).toBeLessThanOrEqual(5 * typical);
    expect(sorted[0]).toBeGreaterThanOrEqual(MINIMUM_SAMPLES);
  });

  it.each(CHANGES)("never tells %j to %j of a mesh stuck at the old", (old, next) => {
    for (const seed of SEEDS) expect(delay(old, next, mesh(old, seed), 2000)).toBeUndefined();
  });

  it("raises false alarms within the bound of N exp(-h)", () => {
    const old = { v1: 75, v2: 25 };
    const next = { v1: 25, v2: 75 };
    const threshold = Math.log(2e4);
    const runs = 1500;
    let alarms = 0;
    for (let seed = 0; seed < runs; seed++) {
      const detector = createChangeDetector({ old, next, threshold });
      const actual = mesh(old, seed);
      for (let i = 0; i < 400; i++) detector.push(actual());
      if (detector.state.done) alarms++;
    }
    expect(alarms / runs).toBeLessThan((400 / 2e4) * 1.5);
  });

  it("does alarm often where the threshold is low, so that the bound above means something", () => {
    const old = { v1: 75, v2: 25 };
    const alarms = SEEDS.filter((seed) => {
      const detector = createChangeDetector({ old, next: { v1: 50, v2: 50 }, threshold: 1 });
      const actual = mesh(old, seed);
      for (let i = 0; i < 400; i++) detector.push(actual());
      return detector.state.done;
    });
    expect(alarms.length).toBeGreaterThan(SEEDS.length / 2);
  });

  it("tells a change that comes late about as fast", () => {
    const old = { v1: 75, v2: 25 };
    const next = { v1: 25, v2: 75 };
    const late = SEEDS.map((seed) => {
      const before = mesh(old, seed);
      const after = mesh(next, seed + 1);
      let sent = 0;
      return (delay(old, next, () => (sent++ < 500 ? before() : after()), 3000) ?? Number.POSITIVE_INFINITY) - 500;
    }).sort((a, b) => a - b);
    expect(late[0]).toBeGreaterThan(0);
    expect(late[SEEDS.length / 2]).toBeLessThanOrEqual(45);
  });

  it("sums log likelihood ratios and never falls below 0", () => {
    const detector = createChangeDetector({ old: { a: 3, b: 1 }, next: { a: 1, b: 3 } });
    const statistics = ["b", "b", "a", "a", "a", "b"].map((backend) => {
      detector.push(backend);
      const { statistic, sinceReset } = detector.state;
      return [Math.round((statistic / Math.log(3)) * 1e9) / 1e9, sinceReset];
    });
    expect(statistics.slice(0, 3)).toEqual([
      [1, 1],
      [2, 2],
      [1, 3],
    ]);
    expect(statistics[4]).toEqual([0, 0]);
    expect(statistics[5]).toEqual([1, 1]);
  });

  it("waits for the least number of samples, then for the threshold", () => {
    const strong = createChangeDetector({ old: { a: 1 }, next: { b: 1 } });
    const pushes = Array.from({ length: MINIMUM_SAMPLES }, () => strong.push("b"));
    expect(pushes.indexOf(true)).toBe(MINIMUM_SAMPLES - 1);

    const weak = createChangeDetector({ old: { a: 1, b: 1 }, next: { a: 3, b: 1 } });
    const needed = Math.ceil(DEFAULT_THRESHOLD / Math.log(1.5));
    expect(Array.from({ length: needed }, () => weak.push("a")).indexOf(true)).toBe(needed - 1);
    expect(needed).toBeGreaterThan(MINIMUM_SAMPLES);
  });

  it.each(["a", "unheard-of"])("starts over at an arrival that the new weights do not allow: %s", (stray) => {
    const detector = createChangeDetector({ old: { a: 1, b: 1 }, next: { a: 0, b: 1 } });
    for (let i = 1; i < MINIMUM_SAMPLES; i++) detector.push("b");
    expect(detector.state.statistic).toBeGreaterThan(10);
    expect(detector.push(stray)).toBe(false);
    expect(detector.state).toEqual({ samples: MINIMUM_SAMPLES, sinceReset: 0, statistic: 0, done: false });
    for (let i = 1; i < MINIMUM_SAMPLES; i++) expect(detector.push("b")).toBe(false);
    expect(detector.push("b")).toBe(true);
  });

  it("counts an arrival at a backend without old share strongly", () => {
    const detector = createChangeDetector({ old: { a: 1, b: 0 }, next: { a: 1, b: 1 } });
    detector.push("b");
    expect(detector.state.statistic).toBeCloseTo(Math.log(0.5 / SHARE_FLOOR), 12);
    expect(detector.state.statistic).toBeGreaterThan(DEFAULT_THRESHOLD / 2);
    expect(detector.state.statistic).toBeLessThan(DEFAULT_THRESHOLD);
  });

  it.each<[ByBackend, ByBackend]>([
    [
      { a: 75, b: 25 },
      { a: 3, b: 1 },
    ],
    [{ a: 1 }, { a: 1, b: 0 }],
    [
      { a: 1, b: 1, c: 1 },
      { a: 0.1, b: 0.1, c: 0.1 },
    ],
  ])("says that %j and %j do not differ, and is done after the least number of samples", (old, next) => {
    const detector = createChangeDetector({ old, next });
    expect(detector.indistinguishable).toBe(true);
    expect(detector.expectedSamples).toBe(MINIMUM_SAMPLES);
    const pushes = Array.from({ length: MINIMUM_SAMPLES }, () => detector.push("a"));
    expect(pushes.indexOf(true)).toBe(MINIMUM_SAMPLES - 1);
  });

  it("starts over at a stray arrival although there is nothing to tell apart", () => {
    const detector = createChangeDetector({ old: { a: 1, b: 0 }, next: { a: 1, b: 0 } });
    for (let i = 1; i < MINIMUM_SAMPLES; i++) detector.push("a");
    expect(detector.push("b")).toBe(false);
    expect(detector.state.sinceReset).toBe(0);
  });

  it.each(CHANGES)("says of %j to %j about how many samples it takes", (old, next) => {
    const detector = createChangeDetector({ old, next });
    expect(detector.indistinguishable).toBe(false);
    const delays = SEEDS.map((seed) => delay(old, next, mesh(next, seed), 2000) ?? Number.POSITIVE_INFINITY);
    const mean = delays.reduce((sum, d) => sum + d, 0) / delays.length;
    expect(mean).toBeGreaterThan(0.7 * detector.expectedSamples);
    expect(mean).toBeLessThan(1.6 * detector.expectedSamples);
  });

  it("stays done, keeps counting, and says what it waited for", () => {
    const detector = createChangeDetector({ old: { a: 1 }, next: { b: 1 }, threshold: 2 });
    expect(detector.threshold).toBe(2);
    for (let i = 0; i < MINIMUM_SAMPLES; i++) detector.push("b");
    expect(detector.push("a")).toBe(true);
    expect(detector.state).toEqual({ samples: MINIMUM_SAMPLES + 1, sinceReset: 0, statistic: 0, done: true });
  });

  it("keeps its statistic and counts in order whatever arrives", () => {
    const backends = fc.constantFrom("a", "b", "c", "d");
    const weights = fc.record({ a: fc.nat({ max: 9 }), b: fc.nat({ max: 9 }), c: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(weights, weights, fc.array(backends, { maxLength: 80 }), (old, next, arrivals) => {
        const detector = createChangeDetector({ old, next });
        let done = false;
        arrivals.forEach((backend, i) => {
          const { sinceReset: before } = detector.state;
          const said = detector.push(backend);
          const { samples, sinceReset, statistic } = detector.state;
          expect(samples).toBe(i + 1);
          expect(statistic).toBeGreaterThanOrEqual(0);
          expect([0, before + 1]).toContain(sinceReset);
          if (said && !done) {
            expect(sinceReset).toBeGreaterThanOrEqual(MINIMUM_SAMPLES);
            if (!detector.indistinguishable) expect(statistic).toBeGreaterThanOrEqual(DEFAULT_THRESHOLD);
          }
          if (done) expect(said).toBe(true);
          done = said;
        });
      }),
    );
  });

  it("refuses bad input", () => {
    const a = { a: 1 };
    expect(() => createChangeDetector({ old: { a: 0 }, next: a })).toThrow(WeightSumError);
    expect(() => createChangeDetector({ old: a, next: {} })).toThrow(WeightSumError);
    expect(() => createChangeDetector({ old: { a: -1 }, next: a })).toThrow(RangeError);
    for (const threshold of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => createChangeDetector({ old: a, next: { b: 1 }, threshold })).toThrow(RangeError);
    }
  });
});

describe("createRunDetector", () => {
  it("is done at the twentieth expected outcome in a row, not before", () => {
    const detector = createRunDetector({ consecutive: 20 });
    for (let i = 1; i < 20; i++) expect(detector.push(true)).toBe(false);
    expect(detector.push(false)).toBe(false);
    expect(detector.state).toEqual({ samples: 20, current: 0, done: false });
    for (let i = 1; i < 20; i++) expect(detector.push(true)).toBe(false);
    expect(detector.state.current).toBe(19);
    expect(detector.push(true)).toBe(true);
    expect(detector.state).toEqual({ samples: 40, current: 20, done: true });
  });

  it("takes twenty unless told otherwise", () => {
    const standard = createRunDetector();
    expect(Array.from({ length: 25 }, () => standard.push(true)).indexOf(true)).toBe(19);
    expect(createRunDetector({ consecutive: 1 }).push(true)).toBe(true);
  });

  it("is done exactly when such a run has been seen, and stays so", () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { maxLength: 60 }),
        fc.integer({ min: 1, max: 6 }),
        (outcomes, consecutive) => {
          const detector = createRunDetector({ consecutive });
          let text = "";
          for (const expected of outcomes) {
            text += expected ? "+" : "-";
            expect(detector.push(expected)).toBe(text.includes("+".repeat(consecutive)));
            expect(detector.state.current).toBe(text.length - 1 - text.lastIndexOf("-"));
          }
        },
      ),
    );
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses a run of %s", (consecutive) => {
    expect(() => createRunDetector({ consecutive })).toThrow(RangeError);
  });
});
