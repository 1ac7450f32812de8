import { describe, expect, it } from "vitest";
import type { Finding } from "../../../../src/domain/measurement/finding.ts";
import {
  capability,
  countVerdicts,
  exitCodes,
  type Judged,
  percentage,
  rule,
  runVerdict,
  type Verdict,
} from "../../../../src/domain/report/verdict.ts";

const finding = (status: Finding["status"], control?: Finding["control"]): Finding => ({
  phase: "p",
  statement: `${control ?? "expectation"} ${status}`,
  status,
  expected: "e",
  observed: "o",
  ...(control === undefined ? {} : { control }),
});
const held = finding("held");
const violated = finding("violated");
const unknown = finding("unknown");
const controlHeld = finding("held", "server-alive");
const controlViolated = finding("violated", "policy-flip");
const controlUnknown = finding("unknown", "server-alive");

describe("rule", () => {
  it.each([
    ["an expectation that held", [held], "PASS"],
    ["expectations and controls that held", [held, controlHeld, held], "PASS"],
    ["a violated expectation", [held, violated], "FAIL"],
    ["a violated expectation beside a control that did not hold", [controlViolated, violated], "FAIL"],
    ["a violated expectation beside an unclear one", [unknown, violated], "FAIL"],
    ["an unclear expectation", [held, unknown], "INCONCLUSIVE"],
    ["a control that was violated", [held, controlViolated], "INCONCLUSIVE"],
    ["a control that is unclear", [held, controlUnknown], "INCONCLUSIVE"],
    ["controls alone", [controlHeld], "INCONCLUSIVE"],
    ["nothing", [], "INCONCLUSIVE"],
  ] as const)("%s", (_, findings, verdict) => {
    expect(rule(findings, false).verdict).toBe(verdict);
  });

  it("gives the finding that decided as its reason", () => {
    expect(rule([held, controlViolated, violated], false).reason).toBe("expectation violated: expected e, observed o");
    expect(rule([unknown, controlUnknown], false).reason).toContain("control server-alive did not hold");
    expect(rule([held, held, controlHeld], false).reason).toBe("2 expectations held, with their controls");
    expect(rule([held], false).reason).toBe("1 expectation held, with their controls");
    expect(rule([], false).reason).toBe("no expectation was measured");
  });

  it.each([
    [[held, violated], "expectation held: o; expectation violated: o"],
    [[], "nothing was recorded"],
  ])("records, whatever it was, where the assertion is observed only", (findings, reason) => {
    expect(rule(findings, true)).toEqual({ verdict: "OBSERVED", reason });
  });
});

const result = (verdict: Verdict, given: Partial<Judged> = {}): Judged => ({
  verdict,
  level: "MUST",
  behaviour: true,
  ...given,
});
const implied = (verdict: Verdict) => result(verdict, { level: "implied" });
const api = (verdict: Verdict) => result(verdict, { behaviour: false });

describe("capability", () => {
  it.each([
    ["every MUST assertion passes", [result("PASS"), result("PASS"), api("PASS")], "FULL"],
    ["an implied assertion fails", [result("PASS"), implied("FAIL")], "FULL"],
    ["a MUST assertion fails", [result("PASS"), result("FAIL")], "HALF"],
    ["a MUST assertion is not applicable", [result("PASS"), result("NOT_APPLICABLE")], "HALF"],
    ["presence alone passes", [api("PASS"), result("FAIL")], "NONE"],
    ["presence alone was asked for", [api("PASS")], "NONE"],
    ["nothing applies", [result("NOT_APPLICABLE")], "NONE"],
    ["something is inconclusive", [result("PASS"), result("INCONCLUSIVE")], "NOT_ASSESSED"],
    ["something implied is inconclusive", [result("PASS"), implied("INCONCLUSIVE")], "NOT_ASSESSED"],
    ["something went wrong", [result("FAIL"), result("ERROR")], "NOT_ASSESSED"],
  ] as const)("where %s", (_, results, wanted) => {
    expect(capability(results, true)).toBe(wanted);
  });

  it("is NONE where the kind is not served, whatever else", () => {
    expect(capability([result("PASS")], false)).toBe("NONE");
    expect(capability([result("INCONCLUSIVE")], false)).toBe("NONE");
  });
});

describe("percentage", () => {
  it.each([
    [[result("PASS")], 100],
    [[result("PASS"), result("PASS"), result("FAIL")], 66.6],
    [[result("PASS"), result("INCONCLUSIVE"), result("ERROR"), result("FAIL")], 25],
    [[result("PASS"), result("NOT_APPLICABLE"), result("OBSERVED")], 100],
    [[result("PASS"), implied("FAIL")], 100],
    [[result("FAIL"), implied("PASS")], 0],
    [[implied("PASS"), result("NOT_APPLICABLE")], undefined],
    [[], undefined],
  ] as const)("of %j is %s", (results, wanted) => {
    expect(percentage(results)).toBe(wanted);
  });

  it("never rounds up to 100", () => {
    expect(percentage([...Array.from({ length: 1999 }, () => result("PASS")), result("FAIL")])).toBe(99.9);
  });
});

describe("the verdict on a run", () => {
  it.each([
    ["all pass", [result("PASS")], "conformant", 0],
    ["an implied assertion fails", [result("PASS"), implied("FAIL")], "conformant", 0],
    ["a MUST assertion fails", [result("PASS"), result("FAIL")], "not-conformant", 1],
    [
      "a MUST assertion fails and others are unclear",
      [result("FAIL"), result("ERROR"), result("INCONCLUSIVE")],
      "not-conformant",
      1,
    ],
    ["one went wrong and one is unclear", [result("PASS"), result("INCONCLUSIVE"), result("ERROR")], "error", 3],
    ["one is unclear", [result("PASS"), result("INCONCLUSIVE")], "inconclusive", 3],
    ["nothing applies", [result("NOT_APPLICABLE"), result("OBSERVED")], "inconclusive", 3],
    ["nothing ran", [], "inconclusive", 3],
  ] as const)("where %s", (_, results, wanted, exit) => {
    const verdict = runVerdict(results);
    expect([verdict, exitCodes[verdict]]).toEqual([wanted, exit]);
  });
});

it("verdicts are counted, those that did not come up as 0", () => {
  expect(countVerdicts([result("PASS"), result("PASS"), result("ERROR")])).toEqual({
    PASS: 2,
    FAIL: 0,
    INCONCLUSIVE: 0,
    NOT_APPLICABLE: 0,
    OBSERVED: 0,
    ERROR: 1,
  });
});
