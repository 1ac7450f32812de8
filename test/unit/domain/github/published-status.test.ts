import { describe, expect, it } from "vitest";
import { decideGate } from "../../../../src/domain/gate/gate.ts";
import type { GatePolicy } from "../../../../src/domain/gate/gate-policy.ts";
import { disagreements, publishedStatus } from "../../../../src/domain/github/published-status.ts";
import type { ConformanceReport } from "../../../../src/domain/report/report.ts";
import type { Verdict } from "../../../../src/domain/report/verdict.ts";
import { reportOf, resultOf } from "../../../fixtures/report.ts";

const policy: GatePolicy = {
  failOn: "must-failures",
  minimum: { all: null, perSpec: {} },
  require: [],
  allowed: [],
  regression: false,
};
const of = (...verdicts: readonly Verdict[]) =>
  reportOf(verdicts.map((verdict, index) => resultOf({ id: `traffic-split/${index}`, verdict })));
const gated = (report: ConformanceReport, given: Partial<GatePolicy> = {}): ConformanceReport => ({
  ...report,
  gate: decideGate({ report, policy: { ...policy, ...given }, today: "2026-11-25" }),
});
const ofReport = (report: ConformanceReport, ...mismatches: readonly string[]) =>
  publishedStatus({ report, mismatches });

describe("the state that is published for somebody else's run", () => {
  it.each([
    ["a gate that passes", ofReport(gated(of("PASS", "PASS"))), "success"],
    ["a gate that blocks", ofReport(gated(of("PASS", "FAIL"))), "failure"],
    ["a gate that blocks and is not enforced", ofReport(gated(of("PASS", "FAIL"), { failOn: "never" })), "failure"],
    ["a gate that blocks for what is unclear", ofReport(gated(of("PASS", "INCONCLUSIVE"))), "error"],
    ["an older report that is conformant", ofReport(of("PASS")), "success"],
    ["an older report that is not conformant", ofReport(of("PASS", "FAIL")), "failure"],
    ["an older report that is unclear", ofReport(of("PASS", "INCONCLUSIVE")), "error"],
    ["an older report of a run that went wrong", ofReport(of("PASS", "ERROR")), "error"],
    ["a passing report that does not agree with itself", ofReport(gated(of("PASS")), "$.verdict"), "error"],
    ["no report", publishedStatus({ missing: "the run was cancelled" }), "error"],
  ])("%s", (_what, status, state) => {
    expect(status.state).toBe(state);
  });

  it("comes with the figures of the report", () => {
    expect(ofReport(gated(of("PASS", "FAIL"))).description).toMatch(/: 1\/2 MUST/);
  });

  it.each([
    [publishedStatus({ missing: "the run was cancelled" }), "SMI conformance: no verdict, the run was cancelled"],
    [
      ofReport(of("PASS"), "$.verdict is conformant, but its results make not-conformant", "$.counts"),
      "SMI conformance: no verdict, the report contradicts itself: $.verdict is conformant, but its results make not-conformant",
    ],
  ])("without figures where they can't be believed", ({ description }, expected) => {
    expect(description).toBe(expected);
  });

  it("puts nothing of a hostile report into it but one short line", () => {
    const report = of("PASS");
    const title = `x\u202e\n::error::${"\u{1F4A3}<script>".repeat(500)}`;
    const { description } = ofReport({ ...report, mesh: { ...report.mesh, title } });
    expect([...description].length).toBeLessThanOrEqual(140);
    expect(description).toMatch(/^[^\p{C}\u{10000}-\u{10FFFF}]*$/u);
  });
});

describe("disagreements", () => {
  const passing = gated(of("PASS", "PASS"));
  const blocked = gated(of("PASS", "FAIL"));
  it.each([
    ["a report that passes", passing, []],
    ["one that does not", blocked, []],
    ["an older one", of("FAIL"), []],
    [
      "a run that went wrong",
      { ...of("PASS"), verdict: "error" as const, error: { phase: "p", code: "c", message: "m", next: "n" } },
      [],
    ],
    [
      "a verdict that was made better",
      { ...blocked, verdict: "conformant" as const },
      [/^the verdict is conformant, but its results make not-conformant$/],
    ],
    ["rows that were made worse", { ...passing, assertions: blocked.assertions }, [/its results make not-conformant/]],
    [
      "a gate that was opened",
      { ...blocked, gate: { ...blocked.gate, decision: "pass" as const } },
      [/^the gate is pass, but its rules make block$/],
    ],
  ])("%s", (_what, report, expected) => {
    expect(disagreements(report as ConformanceReport)).toEqual(expected.map((one) => expect.stringMatching(one)));
  });
});
