import { describe, expect, it } from "vitest";
import { legacyHeadline, missing, resultsWith, score, slowest } from "../../../../src/render/text/wording.ts";
import { reportOf, resultOf } from "../../../fixtures/report.ts";

describe("score", () => {
  it("counts what applies at level MUST", () => {
    const results = [
      resultOf(),
      resultOf({ verdict: "FAIL" }),
      resultOf({ verdict: "NOT_APPLICABLE" }),
      resultOf({ verdict: "FAIL", level: "SHOULD" }),
    ];
    expect(score(reportOf(results))).toBe("passes 1 of 2 applicable MUST assertions (50 %)");
  });

  it("claims nothing when nothing applies, or nothing ran", () => {
    expect(score(reportOf([resultOf({ level: "MAY" })]))).toBe(
      "was not tested by any MUST assertion that applies to it",
    );
    expect(score(reportOf([]))).toBe("was not tested by any assertion");
  });
});

it("says when selected assertions have no result", () => {
  const whole = reportOf([resultOf()]);
  expect(missing(whole)).toBeUndefined();
  expect(missing({ ...whole, suite: { ...whole.suite, selected: 3 } })).toMatch(/^Only 1 of the 3 /);
});

it("compares with the 24-step suite only where something replaces a step", () => {
  expect(legacyHeadline(reportOf([resultOf()]))).toBeUndefined();
  expect(legacyHeadline(reportOf([resultOf({ replaces: ["access-03", "access-07"] })]))).toBe(
    "The 24-step suite of 2020 would have passed 0 of its steps as published (24 with its CRD checks ported); " +
      "2 of 24 hold under sound checks (22 were not run).",
  );
});

it("puts results in the order in which they decide", () => {
  const results = [resultOf({ level: "none" }), resultOf({ level: "SHOULD" }), resultOf({ level: "MUST" })];
  expect(resultsWith(reportOf(results), "PASS").map((result) => result.level)).toEqual(["MUST", "SHOULD", "none"]);
});

it("a change that never came into force is the slowest", () => {
  const change = { phase: "p", what: "w", deadlineMs: 60_000 };
  const late = { ...change, ms: 10, inForce: false };
  expect(slowest(resultOf({ propagation: [{ ...change, ms: 50, inForce: true }, late] }))).toEqual(late);
  expect(slowest(resultOf())).toBeUndefined();
});
