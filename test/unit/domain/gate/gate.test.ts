import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideGate } from "../../../../src/domain/gate/gate.ts";
import { gateExit, gateState } from "../../../../src/domain/gate/gate-outcome.ts";
import type { GatePolicy } from "../../../../src/domain/gate/gate-policy.ts";
import type { Baseline } from "../../../../src/domain/report/baseline.ts";
import type { ConformanceReport } from "../../../../src/domain/report/report.ts";
import { type Verdict, verdicts } from "../../../../src/domain/report/verdict.ts";
import { reportOf, resultOf } from "../../../fixtures/report.ts";

const today = "2026-11-25";
const a = "traffic-access/a";
const s = "traffic-split/s";

const policyOf = (given: Partial<GatePolicy> = {}): GatePolicy => ({
  failOn: "must-failures",
  minimum: { all: null, perSpec: {} },
  require: [],
  allowed: [],
  regression: false,
  ...given,
});

type Verdicts = Readonly<Record<string, Verdict>>;

const reportWith = (results: Verdicts, given: Partial<ConformanceReport> = {}, level: "MUST" | "SHOULD" = "MUST") =>
  reportOf(
    Object.entries(results).map(([id, verdict]) => resultOf({ id, verdict, level })),
    given,
  );

const baselineOf = (results: Verdicts, given: Partial<ConformanceReport> = {}): Baseline => ({
  report: reportWith(results, given),
  sha256: "0".repeat(64),
  source: "old/report.json",
});

const decide = (report: ConformanceReport, given: Partial<GatePolicy> = {}, baseline?: Baseline) =>
  decideGate({ report, policy: policyOf({ regression: baseline !== undefined, ...given }), baseline, today });

const broken = (...args: Parameters<typeof decide>) =>
  decide(...args)
    .rules.filter(({ held }) => !held)
    .map(({ rule }) => rule);

const known = { id: a, reason: "issue 12", expires: today };
const otherMesh = { mesh: { ...reportWith({}).mesh, name: "linkerd", title: "Linkerd" } };

/** Each rule with a report that it lets pass and one that it blocks. */
const table: readonly {
  readonly rule: string;
  readonly policy?: Partial<GatePolicy>;
  readonly pass: readonly [ConformanceReport, Baseline?];
  readonly block: readonly [ConformanceReport, Baseline?];
}[] = [
  { rule: "failures", pass: [reportWith({ [a]: "PASS" })], block: [reportWith({ [a]: "FAIL", [s]: "PASS" })] },
  {
    rule: "failures",
    policy: { failOn: "any-failure" },
    pass: [reportWith({ [a]: "PASS" }, {}, "SHOULD")],
    block: [reportWith({ [a]: "FAIL" }, {}, "SHOULD")],
  },
  {
    rule: "inconclusive",
    policy: { failOn: "regression" },
    pass: [reportWith({ [a]: "PASS" }), baselineOf({ [a]: "PASS" })],
    block: [reportWith({ [a]: "PASS", [s]: "INCONCLUSIVE" }), baselineOf({ [a]: "PASS" })],
  },
  {
    rule: "inconclusive",
    pass: [reportWith({ [a]: "PASS" })],
    block: [reportWith({ [a]: "PASS", [s]: "ERROR" }, {}, "SHOULD")],
  },
  {
    rule: "inconclusive",
    pass: [reportWith({ [a]: "PASS", [s]: "NOT_APPLICABLE" })],
    block: [reportWith({ [a]: "NOT_APPLICABLE", [s]: "OBSERVED" })],
  },
  {
    rule: "completeness",
    pass: [reportWith({ [a]: "PASS" }, { suite: { ...reportWith({}).suite, selected: 1, planned: [a] } })],
    block: [reportWith({ [a]: "PASS" }, { suite: { ...reportWith({}).suite, selected: 2, planned: [a, s] } })],
  },
  { rule: "completeness", pass: [reportWith({ [a]: "PASS" })], block: [reportWith({})] },
  {
    rule: "completeness",
    pass: [reportWith({ [a]: "PASS" })],
    block: [
      reportWith({ [a]: "PASS" }, { verdict: "error", error: { phase: "mesh", code: "x", message: "m", next: "n" } }),
    ],
  },
  {
    rule: "minimum",
    policy: { failOn: "regression", minimum: { all: 60, perSpec: {} } },
    pass: [reportWith({ [a]: "PASS", [s]: "PASS", "traffic-specs/x": "FAIL" }), baselineOf({ [a]: "PASS" })],
    block: [reportWith({ [a]: "PASS", [s]: "FAIL" }), baselineOf({ [a]: "PASS" })],
  },
  {
    rule: "minimum",
    policy: { failOn: "regression", minimum: { all: null, perSpec: { "traffic-split": 100 } } },
    pass: [reportWith({ [a]: "FAIL", [s]: "PASS" }), baselineOf({ [s]: "PASS" })],
    block: [reportWith({ [a]: "PASS", [s]: "NOT_APPLICABLE" }), baselineOf({ [a]: "PASS" })],
  },
  {
    rule: "required",
    policy: { require: [s] },
    pass: [reportWith({ [s]: "PASS" })],
    block: [reportWith({ [a]: "PASS", [s]: "NOT_APPLICABLE" })],
  },
  {
    rule: "required",
    policy: { require: [s] },
    pass: [reportWith({ [s]: "PASS" })],
    block: [reportWith({ [a]: "PASS" })],
  },
  {
    rule: "required",
    policy: { require: ["traffic-split"] },
    pass: [reportWith({ [a]: "PASS", [s]: "PASS" })],
    block: [reportWith({ [a]: "PASS" })],
  },
  {
    rule: "allowed-failures",
    policy: { allowed: [{ ...known, expires: "2026-11-24" }] },
    pass: [reportWith({ [a]: "PASS" })],
    block: [reportWith({ [a]: "FAIL" })],
  },
  ...(["FAIL", "INCONCLUSIVE", "NOT_APPLICABLE"] as const).map((verdict) => ({
    rule: "regression",
    policy: { failOn: "regression" } as const,
    pass: [reportWith({ [a]: "PASS", [s]: "FAIL" }), baselineOf({ [a]: "PASS", [s]: "FAIL" })] as const,
    block: [reportWith({ [a]: verdict, [s]: "PASS" }), baselineOf({ [a]: "PASS" })] as const,
  })),
  {
    rule: "regression",
    pass: [reportWith({ [a]: "PASS" }), baselineOf({ [a]: "PASS" })],
    block: [reportWith({ [a]: "PASS" }), baselineOf({ [a]: "PASS", [s]: "PASS" })],
  },
  {
    rule: "baseline",
    pass: [reportWith({ [a]: "PASS" }), baselineOf({ [a]: "PASS" })],
    block: [reportWith({ [a]: "PASS" }), baselineOf({ [a]: "PASS" }, otherMesh)],
  },
  {
    rule: "baseline",
    pass: [reportWith({ [a]: "PASS" }), baselineOf({ [a]: "PASS" })],
    block: [reportWith({ [a]: "PASS" }), baselineOf({ [a]: "FAIL" })],
  },
  {
    rule: "baseline",
    policy: { failOn: "regression" },
    pass: [reportWith({ [a]: "PASS" }), baselineOf({ [a]: "PASS" })],
    block: [reportWith({ [a]: "PASS" })],
  },
  {
    rule: "baseline",
    policy: { regression: true },
    pass: [reportWith({ [a]: "PASS" }), baselineOf({ [a]: "PASS" })],
    block: [reportWith({ [a]: "PASS" })],
  },
];

describe("each rule", () => {
  it.each(table)("$rule lets pass and blocks", ({ rule, policy, pass, block }) => {
    expect(decide(pass[0], policy, pass[1])).toMatchObject({ decision: "pass" });
    const blocked = decide(block[0], policy, block[1]);
    expect(blocked.decision).toBe("block");
    expect(blocked.rules.filter(({ held }) => !held).map((one) => one.rule)).toContain(rule);
    for (const { text } of blocked.rules) expect(text).not.toBe("");
  });
});

describe("a report that is missing", () => {
  it("blocks, and is told as what could not be known", () => {
    const gate = decideGate({ report: undefined, policy: policyOf({ allowed: [known] }), today });
    expect(gate).toMatchObject({ decision: "block", allowed: [{ used: false }], newlyPassing: [], baseline: null });
    expect([gateExit(gate), gateState(gate)]).toEqual([3, "error"]);
  });
});

describe("known failures", () => {
  it("do not block until the day they expire, and say whether they were needed", () => {
    const allowed = [known, { ...known, id: s }];
    const gate = decide(reportWith({ [a]: "FAIL", [s]: "PASS" }), { allowed });
    expect(gate.decision).toBe("pass");
    expect(gate.allowed.map(({ id, used }) => [id, used])).toEqual([
      [a, true],
      [s, false],
    ]);
    expect(gate.rules.find(({ rule }) => rule === "failures")?.text).toContain("1 known and allowed");
  });

  it.each(["INCONCLUSIVE", "ERROR"] as const)("excuse no %s", (verdict) => {
    expect(broken(reportWith({ [a]: verdict, [s]: "PASS" }), { allowed: [known] })).toEqual(["inconclusive"]);
  });

  it("excuse a failure that was none in the baseline", () => {
    expect(broken(reportWith({ [a]: "FAIL", [s]: "PASS" }), { allowed: [known] }, baselineOf({ [a]: "PASS" }))).toEqual(
      [],
    );
  });
});

describe("a baseline", () => {
  it("names what passes now and did not", () => {
    const gate = decide(reportWith({ [a]: "PASS", [s]: "PASS" }), {}, baselineOf({ [a]: "FAIL" }));
    expect(gate.newlyPassing).toEqual([a, s]);
    expect(gate.baseline).toEqual({
      mesh: "traefik-mesh",
      version: "v1.4.8",
      sha256: "0".repeat(64),
      source: "old/report.json",
    });
  });
});

describe("the end of the step", () => {
  it.each([
    [{ [a]: "PASS" }, 0, "success"],
    [{ [a]: "FAIL" }, 1, "failure"],
    [{ [a]: "FAIL", [s]: "INCONCLUSIVE" }, 1, "failure"],
    [{ [a]: "PASS", [s]: "INCONCLUSIVE" }, 3, "error"],
    [{}, 3, "error"],
  ] as const)("of %j is %i and %s", (results, exit, state) => {
    const gate = decide(reportWith(results as Verdicts));
    expect([gateExit(gate), gateState(gate)]).toEqual([exit, state]);
    const never = decide(reportWith(results as Verdicts), { failOn: "never" });
    expect([never.decision, gateExit(never), gateState(never)]).toEqual([gate.decision, 0, state]);
  });
});

describe("laws", () => {
  const results = fc.dictionary(
    fc.constantFrom(a, s, "traffic-specs/x", "traffic-access/b"),
    fc.constantFrom(...verdicts),
  );
  const failOn = fc.constantFrom("must-failures", "any-failure", "regression", "never" as const);

  it("what is unclear never turns a block into a pass", () => {
    fc.assert(
      fc.property(results, failOn, (given, mode) => {
        const more = { ...given, "traffic-split/unclear": "INCONCLUSIVE" as const };
        expect(decide(reportWith(more), { failOn: mode }).decision).toBe("block");
      }),
    );
  });

  it("what passed before and does not now blocks in every mode", () => {
    fc.assert(
      fc.property(results, failOn, (given, mode) => {
        if (given[a] === "PASS") return;
        expect(decide(reportWith(given), { failOn: mode }, baselineOf({ [a]: "PASS" })).decision).toBe("block");
      }),
    );
  });

  it("the same report and policy give the same decision", () => {
    fc.assert(
      fc.property(results, (given) => {
        expect(decide(reportWith(given))).toEqual(decide(reportWith(given)));
      }),
    );
  });
});
