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
  ])("records, whatever it was, where the row is observed only", (findings, reason) => {
    expect(rule(findings, true)).toEqual({ verdict: "OBSERVED", reason });
  });
});

const row = (verdict: Verdict, given: Partial<Judged> = {}): Judged => ({
  verdict,
  level: "MUST",
  behaviour: true,
  ...given,
});
const implied = (verdict: Verdict) => row(verdict, { level: "implied" });
const api = (verdict: Verdict) => row(verdict, { behaviour: false });

describe("capability", () => {
  it.each([
    ["every MUST row passes", [row("PASS"), row("PASS"), api("PASS")], "FULL"],
    ["an implied row fails", [row("PASS"), implied("FAIL")], "FULL"],
    ["a MUST row fails", [row("PASS"), row("FAIL")], "HALF"],
    ["a MUST row is not applicable", [row("PASS"), row("NOT_APPLICABLE")], "HALF"],
    ["presence alone passes", [api("PASS"), row("FAIL")], "NONE"],
    ["presence alone was asked for", [api("PASS")], "NONE"],
    ["nothing applies", [row("NOT_APPLICABLE")], "NONE"],
    ["something is inconclusive", [row("PASS"), row("INCONCLUSIVE")], "NOT_ASSESSED"],
    ["something implied is inconclusive", [row("PASS"), implied("INCONCLUSIVE")], "NOT_ASSESSED"],
    ["something went wrong", [row("FAIL"), row("ERROR")], "NOT_ASSESSED"],
  ] as const)("where %s", (_, rows, wanted) => {
    expect(capability(rows, true)).toBe(wanted);
  });

  it("is NONE where the kind is not served, whatever else", () => {
    expect(capability([row("PASS")], false)).toBe("NONE");
    expect(capability([row("INCONCLUSIVE")], false)).toBe("NONE");
  });
});

describe("percentage", () => {
  it.each([
    [[row("PASS")], 100],
    [[row("PASS"), row("PASS"), row("FAIL")], 66.6],
    [[row("PASS"), row("INCONCLUSIVE"), row("ERROR"), row("FAIL")], 25],
    [[row("PASS"), row("NOT_APPLICABLE"), row("OBSERVED")], 100],
    [[row("PASS"), implied("FAIL")], 100],
    [[row("FAIL"), implied("PASS")], 0],
    [[implied("PASS"), row("NOT_APPLICABLE")], undefined],
    [[], undefined],
  ] as const)("of %j is %s", (rows, wanted) => {
    expect(percentage(rows)).toBe(wanted);
  });

  it("never rounds up to 100", () => {
    expect(percentage([...Array.from({ length: 1999 }, () => row("PASS")), row("FAIL")])).toBe(99.9);
  });
});

describe("the verdict on a run", () => {
  it.each([
    ["all pass", [row("PASS")], "conformant", 0],
    ["an implied row fails", [row("PASS"), implied("FAIL")], "conformant", 0],
    ["a MUST row fails", [row("PASS"), row("FAIL")], "not-conformant", 1],
    ["a MUST row fails and others are unclear", [row("FAIL"), row("ERROR"), row("INCONCLUSIVE")], "not-conformant", 1],
    ["one went wrong and one is unclear", [row("PASS"), row("INCONCLUSIVE"), row("ERROR")], "error", 3],
    ["one is unclear", [row("PASS"), row("INCONCLUSIVE")], "inconclusive", 3],
    ["nothing applies", [row("NOT_APPLICABLE"), row("OBSERVED")], "inconclusive", 3],
    ["nothing ran", [], "inconclusive", 3],
  ] as const)("where %s", (_, rows, wanted, exit) => {
    const verdict = runVerdict(rows);
    expect([verdict, exitCodes[verdict]]).toEqual([wanted, exit]);
  });
});

it("verdicts are counted, those that did not come up as 0", () => {
  expect(countVerdicts([row("PASS"), row("PASS"), row("ERROR")])).toEqual({
    PASS: 2,
    FAIL: 0,
    INCONCLUSIVE: 0,
    NOT_APPLICABLE: 0,
    OBSERVED: 0,
    ERROR: 1,
  });
});
