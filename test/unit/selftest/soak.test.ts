import { describe, expect, it } from "vitest";
import type { Verdict } from "../../../src/domain/report/verdict.ts";
import { clopperPearson } from "../../../src/domain/statistics/statistics.ts";
import { type SoakRun, summariseSoak } from "../../../src/selftest/soak.ts";

type Result = SoakRun["results"][number];

function result(
  id: string,
  verdict: Verdict,
  samples: readonly { tries: number; falseFailure: number }[] = [],
): Result {
  const findings = samples.map(({ tries, falseFailure }) => ({
    phase: "p",
    statement: "a -> root GET / reaches v1: 75, v2: 25",
    status: "held" as const,
    expected: "",
    observed: "",
    sample: { n: 400, falseFailure, bins: [], detects: [], tries },
  }));
  return { id, verdict, reason: `${verdict} for a reason`, findings };
}

const many = (n: number, results: (seed: number) => readonly Result[]): readonly SoakRun[] =>
  Array.from({ length: n }, (_, index) => ({ seed: index + 1, results: results(index + 1) }));

describe("verdicts over many runs", () => {
  it("are stable when all are the same", () => {
    const { unstable, counts, runs } = summariseSoak(many(5, () => [result("a/x", "PASS"), result("a/y", "OBSERVED")]));
    expect(unstable).toEqual([]);
    expect(counts).toEqual({ PASS: 1, OBSERVED: 1 });
    expect(runs).toBe(5);
  });

  it("are named with their seeds when they do, the commonest first", () => {
    const { unstable } = summariseSoak(
      many(4, (seed) => [result("a/x", seed === 1 ? "FAIL" : "PASS"), result("a/y", "PASS")]),
    );
    expect(unstable).toEqual([
      {
        id: "a/x",
        verdicts: [
          { verdict: "PASS", runs: 3, seeds: [2, 3, 4], reason: "PASS for a reason" },
          { verdict: "FAIL", runs: 1, seeds: [1], reason: "FAIL for a reason" },
        ],
      },
    ]);
  });

  it("count an assertion without a result as another verdict", () => {
    const { unstable } = summariseSoak(many(3, (seed) => (seed === 2 ? [] : [result("a/x", "PASS")])));
    expect(unstable.map(({ id, verdicts }) => [id, verdicts.map((v) => v.verdict)])).toEqual([
      ["a/x", ["PASS", "no result"]],
    ]);
  });
});

describe("first tries", () => {
  it("are none where nothing was sampled", () => {
    expect(summariseSoak(many(2, () => [result("a/x", "PASS")])).firstTries).toBeUndefined();
  });

  it("are counted over all samples, with the mean of the bounds for one try", () => {
    const samples = [
      { tries: 1, falseFailure: 1e-8 },
      { tries: 1, falseFailure: 0 },
    ];
    const { firstTries } = summariseSoak(many(50, () => [result("a/x", "PASS", samples)]));
    expect(firstTries).toMatchObject({ tried: 100, rejected: 0, boundIs: "inside" });
    expect(firstTries?.bound).toBeCloseTo(5e-5, 12);
    expect(firstTries?.interval).toEqual(clopperPearson(0, 100, 0.05));
  });

  it("refute a bound below the interval, and agree with one above it", () => {
    const of = (falseFailure: number) =>
      summariseSoak(many(1000, (seed) => [result("a/x", "PASS", [{ tries: seed <= 5 ? 2 : 1, falseFailure }])]))
        .firstTries;
    expect(of(1e-8)).toMatchObject({ rejected: 5, boundIs: "below" });
    expect(of(0.05 ** 2)).toMatchObject({ boundIs: "above" });
    expect(of(0.005 ** 2)).toMatchObject({ boundIs: "inside" });
  });
});
