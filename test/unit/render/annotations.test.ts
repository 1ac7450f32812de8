import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AssertionResult, ConformanceReport } from "../../../src/domain/report/report.ts";
import { annotationsOf } from "../../../src/render/annotations.ts";
import { diedReport, mixedReport, reportOf, resultOf } from "../../fixtures/report.ts";
import { gateOf } from "./gated.ts";
import { hostileText, reportSaying } from "./hostile.ts";

type Gate = NonNullable<ConformanceReport["gate"]>;

const broken = (rule: string, ids: readonly string[] = []): Gate["rules"][number] => ({
  rule,
  held: false,
  text: `${rule} text`,
  ids: [...ids],
});
const gate = (given: Partial<Gate> = {}): Gate => ({ ...gateOf(), allowed: [], newlyPassing: [], rules: [], ...given });
const result = (id: string, given: Partial<AssertionResult> = {}) => resultOf({ id, verdict: "FAIL", ...given });
const said = (report: ConformanceReport) => annotationsOf(report).map(({ level, title }) => `${level} ${title}`);

const all = [
  result("traffic-access/should", { level: "SHOULD" }),
  result("traffic-split/unclear", { verdict: "INCONCLUSIVE" }),
  result("traffic-split/wrong", { verdict: "ERROR" }),
  result("traffic-access/must"),
  result("traffic-access/known"),
  result("traffic-access/fine", { verdict: "PASS" }),
];
const known = { id: "traffic-access/known", reason: "issue 12", expires: "2026-12-31", used: true };

describe("annotationsOf", () => {
  it("says nothing of a report in which nothing is wrong", () => {
    expect(annotationsOf(reportOf([resultOf()], { gate: gate({ decision: "pass" }) }))).toEqual([]);
  });

  it("tells what decides first: MUST failures, regressions, what went wrong, other rules, then warnings", () => {
    const rules = [
      broken("failures", ["traffic-access/must"]),
      broken("required"),
      broken("inconclusive"),
      broken("regression", ["a/b"]),
    ];
    expect(said(reportOf(all, { gate: gate({ rules, allowed: [known] }) }))).toEqual([
      "error FAIL (MUST) traffic-access/must",
      "error Gate: regression does not hold",
      "error ERROR (MUST) traffic-split/wrong",
      "error Gate: required does not hold",
      "warning INCONCLUSIVE (MUST) traffic-split/unclear",
      "warning FAIL (SHOULD) traffic-access/should",
      "notice FAIL (MUST) traffic-access/known",
    ]);
  });

  it("says what ended the run once, and what to do", () => {
    const report = { ...diedReport(), gate: gate({ rules: [broken("completeness")] }) };
    expect(annotationsOf(report)).toEqual([
      {
        level: "error",
        title: "The run ended in phase mesh (mesh-not-ready)",
        message:
          'Deployment "traefik-mesh-controller" is not ready after 180 s last seen: 0 of 1 pods ready (ImagePullBackOff)\n' +
          "What to do: Check that the image can be pulled: traefik/mesh:v1.4.8",
      },
    ]);
  });

  it("gives what was expected and observed, the clause with what it says, and the command", () => {
    const [first] = annotationsOf(mixedReport());
    expect(first).toEqual({
      level: "error",
      title: "FAIL (MUST) traffic-access/targets-are-additive",
      message: [
        "Two TrafficTargets on one destination add up, without their cross product",
        "a -> b GET /metrics is refused: expected no answer of the application, observed 20 OK; 20 arrived",
        "Clause: traffic-access/v1alpha3 line 15, traffic-access/v1alpha3 line 194",
        "A source may do what any target grants it, and nothing that only another source is granted.",
        "Reproduce: smi-conformance run --mesh traefik-mesh --mesh-version 1.4.8 --only traffic-access/targets-are-additive",
      ].join("\n"),
    });
  });

  it.each([
    ["the gate is not enforced", gate({ enforced: false, rules: [broken("failures", ["traffic-access/must"])] })],
    ["the gate passes", gate({ decision: "pass" })],
  ])("makes no error of anything where %s", (_, given) => {
    const levels = annotationsOf(reportOf(all, { gate: given })).map(({ level }) => level);
    expect(levels.length).toBeGreaterThan(0);
    expect(levels).not.toContain("error");
  });

  it("takes a failure below MUST for what decides where the gate does", () => {
    const rules = [broken("failures", ["traffic-access/should"])];
    expect(said(reportOf(all.slice(0, 1), { gate: gate({ failOn: "any-failure", rules }) }))).toEqual([
      "error FAIL (SHOULD) traffic-access/should",
    ]);
  });

  it.each([
    [25, 10],
    [25, 9],
    [10, 10],
    [9, 10],
    [25, 1],
    [25, 0],
    [25, 99],
  ])("of %i failures with room for %i, tells of the rest in the last place", (failures, limit) => {
    const told = annotationsOf(
      reportOf(Array.from({ length: failures }, (__, at) => result(`traffic-split/row-${at}`))),
      {
        limit,
      },
    );
    const room = Math.min(limit, 10);
    expect(told).toHaveLength(Math.min(failures, room));
    if (failures <= room || room === 0) return;
    const last = told.at(-1);
    expect(last?.level).toBe("error");
    expect(last?.title).toBe(`${failures - room + 1} more: see the job summary`);
    expect(last?.message.split("\n")).toHaveLength(failures - room + 1);
  });

  it("stays within what the runner shows, whatever is said", () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 3000 }), (text, times) => {
        for (const { title, message } of annotationsOf({ ...reportSaying(text.repeat(times)), gate: gateOf(text) })) {
          expect(message.length).toBeLessThanOrEqual(4096);
          expect(title.length).toBeLessThanOrEqual(160);
          expect(`${title}${message.replaceAll("\n", "")}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        }
      }),
      { numRuns: 50 },
    );
  });
});
