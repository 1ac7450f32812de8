import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flakyIds, isFlaky, isWorse, mergeRuns } from "../../../../src/domain/report/repeat.ts";
import type { AssertionResult } from "../../../../src/domain/report/report.ts";
import { type Verdict, verdicts } from "../../../../src/domain/report/verdict.ts";

function run(verdict: Verdict, given: Partial<AssertionResult> = {}): AssertionResult {
  return {
    id: "a/b",
    title: "A result",
    spec: "traffic-access",
    level: "MUST",
    behaviour: true,
    basis: [],
    says: null,
    replaces: [],
    versions: {},
    verdict,
    reason: `it was ${verdict}`,
    findings: [],
    propagation: [],
    startedMs: 100,
    durationMs: 10,
    evidence: [],
    ...given,
  };
}

describe("the runs of an assertion", () => {
  it.each<[Verdict[], Verdict, string]>([
    [["PASS", "PASS", "PASS"], "PASS", "it was PASS"],
    [["PASS", "FAIL", "PASS"], "FAIL", "FAIL in 1 of 3 runs, PASS in 2: it was FAIL"],
    [["INCONCLUSIVE", "PASS"], "INCONCLUSIVE", "INCONCLUSIVE in 1 of 2 runs, PASS in 1: it was INCONCLUSIVE"],
    [["ERROR", "INCONCLUSIVE"], "ERROR", "ERROR in 1 of 2 runs, INCONCLUSIVE in 1: it was ERROR"],
    [["ERROR", "FAIL"], "FAIL", "FAIL in 1 of 2 runs, ERROR in 1: it was FAIL"],
    [["OBSERVED", "ERROR"], "ERROR", "ERROR in 1 of 2 runs, OBSERVED in 1: it was ERROR"],
    [["FAIL", "FAIL"], "FAIL", "it was FAIL"],
  ])("%j are %s", (given, verdict, reason) => {
    const merged = mergeRuns(given.map((one) => run(one)));
    expect(merged).toMatchObject({ verdict, reason });
    expect(merged.runs).toEqual(given.map((one) => ({ verdict: one, reason: `it was ${one}` })));
    expect(isFlaky(merged)).toBe(new Set(given).size > 1);
  });

  it("are the run itself where there is one, and an error where there is none", () => {
    const only = run("FAIL");
    expect(mergeRuns([only])).toBe(only);
    expect(isFlaky(only)).toBe(false);
    expect(() => mergeRuns([])).toThrow(RangeError);
  });

  it("give the findings and the cell of the first of the worst, and the figures and files of all", () => {
    const change = (ms: number) => ({ phase: "p", what: "w", ms, inForce: true, deadlineMs: 1000 });
    const merged = mergeRuns([
      run("PASS", { cell: "one", startedMs: 300, durationMs: 1, propagation: [change(1)] }),
      run("FAIL", { cell: "two", startedMs: 200, durationMs: 2, propagation: [change(2)], evidence: ["x", "y"] }),
      run("FAIL", { cell: "three", startedMs: 400, durationMs: 4, propagation: [change(3)], evidence: ["y"] }),
    ]);
    expect(merged).toMatchObject({ cell: "two", startedMs: 200, durationMs: 7, evidence: ["x", "y"] });
    expect(merged.propagation.map(({ ms }) => ms)).toEqual([1, 2, 3]);
  });

  it("are never better together than one of them, and their order has no say in the verdict", () => {
    const some = fc.array(fc.constantFrom(...verdicts), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        some.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          const { verdict } = mergeRuns(list.map((one) => run(one)));
          expect(list).toContain(verdict);
          for (const one of list) expect(isWorse(one, verdict)).toBe(false);
          expect(mergeRuns(shuffled.map((one) => run(one))).verdict).toBe(verdict);
        },
      ),
    );
  });
});

it("names the assertions that were not the same every time", () => {
  const flaky = mergeRuns([run("PASS", { id: "x/flaky" }), run("FAIL", { id: "x/flaky" })]);
  const steady = mergeRuns([run("FAIL", { id: "x/steady" }), run("FAIL", { id: "x/steady" })]);
  expect(flakyIds([steady, flaky, run("PASS", { id: "x/once" })])).toEqual(["x/flaky"]);
});
