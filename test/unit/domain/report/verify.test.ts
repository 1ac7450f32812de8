import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type Catalogue, readCatalogue } from "../../../../src/adapters/files/catalogue.ts";
import { decideGate } from "../../../../src/domain/gate/gate.ts";
import { testResultStatement } from "../../../../src/domain/report/in-toto.ts";
import { type ConformanceReport, REPORT_API_VERSION } from "../../../../src/domain/report/report.ts";
import { type VerifyInput, verifyReport } from "../../../../src/domain/report/verify.ts";
import { embeddedPolicy, embeddedReport } from "../../../fakes/embedded-report.ts";
import { resultOf } from "../../../fixtures/report.ts";

const sha256 = "1".repeat(64);

let catalogue: Catalogue;
let good: ConformanceReport;

beforeAll(async () => {
  catalogue = await readCatalogue("assertions");
  good = await embeddedReport(catalogue);
});

const verify = (report: ConformanceReport, given: Partial<VerifyInput> = {}) =>
  verifyReport({ report, apiVersion: REPORT_API_VERSION, sha256, catalogue, ...given });

const pathsOf = (report: ConformanceReport, given?: Partial<VerifyInput>) =>
  verify(report, given).mismatches.map(({ path }) => path);

type Json = Record<string, unknown>;

/** The report with the value at `path` (as a mismatch names it) changed by `change`. */
function changed(report: ConformanceReport, path: string, change: (value: unknown) => unknown): ConformanceReport {
  const copy = structuredClone(report) as unknown as Json;
  const keys = path.split(/[.[\]]+/).filter((key) => key !== "");
  const last = keys.pop() as string;
  const holder = keys.reduce<Json>((held, key) => held[key] as Json, copy);
  if (!(last in holder)) throw new RangeError(`the report has no ${path}`);
  holder[last] = change(holder[last]);
  return copy as unknown as ConformanceReport;
}

/** Some other value of the same kind. */
function other(value: unknown): unknown {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (value === null) return 1;
  const swaps: Readonly<Record<string, string>> = {
    PASS: "FAIL",
    FAIL: "PASS",
    FULL: "HALF",
    HALF: "FULL",
    NONE: "FULL",
    MUST: "MAY",
    pass: "block",
    block: "pass",
    "not-conformant": "conformant",
  };
  return swaps[String(value)] ?? `${value}x`;
}

describe("a good report", () => {
  it("matches, and says what was not recomputed", () => {
    const { mismatches, checked, unchecked } = verify(good);
    expect(mismatches).toEqual([]);
    expect(checked.join("\n")).toContain("the verdicts of 9 assertions");
    expect(unchecked.join("\n")).toContain("1 assertion that was not applicable");
  });

  it("has findings, samples, propagation, a gate and old steps, so that the mutations below mean something", () => {
    expect(good.assertions.some(({ findings }) => findings.some(({ sample }) => sample !== undefined))).toBe(true);
    expect(good.gate?.rules.length).toBeGreaterThan(3);
    expect(good.propagation?.changes).toBeGreaterThan(0);
    expect(good.counts).toMatchObject({ PASS: 7, FAIL: 1, NOT_APPLICABLE: 1, OBSERVED: 1 });
    expect(good.gate?.decision).toBe("pass");
  });
});

describe("each field that follows from others", () => {
  it.each([
    "verdict",
    "reason",
    "percentage",
    "counts.PASS",
    "counts.FAIL",
    "counts.ERROR",
    "suite.selected",
    "suite.assertions",
    "propagation.changes",
    "propagation.p50Ms",
    "propagation.p95Ms",
    "legacy.asPublished",
    "legacy.crdChecksPorted",
    "legacy.sound",
    "legacy.steps[4].old",
    "legacy.steps[4].verdict",
    "specs[0].capability",
    "specs[0].percentage",
    "specs[0].counts.PASS",
    "specs[1].byLevel.MUST.PASS",
    "assertions[0].verdict",
    "assertions[0].reason",
    "assertions[0].level",
    "assertions[0].title",
    "assertions[0].says",
    "assertions[0].behaviour",
    "assertions[2].basis[0].line",
    "assertions[0].id",
    "gate.decision",
    "gate.enforced",
    "gate.failOn",
    "gate.rules[0].held",
    "gate.rules[2].text",
    "gate.allowed[0].used",
  ])("%s is named when it is changed", (path) => {
    const { mismatches } = verify(changed(good, path, other));
    expect(mismatches.map((one) => one.path)).toContain(path);
    const named = mismatches.find((one) => one.path === path);
    expect(named?.claimed).not.toBe(named?.recomputed);
  });

  it("finds, for each assertion, another verdict, and a finding that is turned around", () => {
    for (const [index, result] of good.assertions.entries()) {
      const path = `assertions[${index}].verdict`;
      if (result.verdict === "NOT_APPLICABLE") continue;
      expect(pathsOf(changed(good, path, other))).toContain(path);
      // What is only observed has no verdict that a finding could turn.
      if (result.verdict === "OBSERVED") continue;
      const judged = result.findings.findIndex(({ control, recorded }) => control === undefined && recorded !== true);
      const turned = changed(good, `assertions[${index}].findings[${judged}].status`, (status) =>
        status === "held" ? "violated" : "held",
      );
      // A result that fails for two findings still fails when one of them is turned around: its reason is another one.
      expect(pathsOf(turned).some((found) => found.startsWith(`assertions[${index}]`))).toBe(true);
    }
  });

  it("finds a result that was taken out, and one that was put in twice", () => {
    const [first, ...others] = good.assertions;
    expect(pathsOf({ ...good, assertions: others })).toEqual(expect.arrayContaining(["counts.PASS", "gate.decision"]));
    expect(pathsOf({ ...good, assertions: [...good.assertions, ...(first ? [first] : [])] })).toContain(
      "assertions[10].id",
    );
  });

  it("finds a result of an assertion that is not of the suite, or that was not planned", () => {
    const strange = { ...good, assertions: [...good.assertions, resultOf({ id: "traffic-access/made-up" })] };
    expect(verify(strange).mismatches).toEqual(
      expect.arrayContaining([
        {
          path: "assertions[10].id",
          claimed: "traffic-access/made-up",
          recomputed: "not an assertion that was planned",
        },
        { path: "assertions[10].id", claimed: "traffic-access/made-up", recomputed: "not an assertion of the suite" },
      ]),
    );
  });

  it.each([
    ["low", (n: unknown) => Number(n) - 1],
    ["high", (n: unknown) => Number(n) + 1],
    ["observed", () => 100_000],
  ] as const)("finds a sample's %s that was changed", (field, change) => {
    const at = good.assertions.findIndex(({ findings }) => findings.some(({ sample }) => sample !== undefined));
    const finding = good.assertions[at]?.findings.findIndex(({ sample }) => sample !== undefined);
    const path = `assertions[${at}].findings[${finding}]`;
    const found = pathsOf(changed(good, `${path}.sample.bins[0].${field}`, change));
    expect(found).toContain(field === "observed" ? `${path}.status` : `${path}.sample.bins[0].${field}`);
  });

  it("finds a sample's bound that was changed, and does not plan one of any size", () => {
    const at = good.assertions.findIndex(({ findings }) => findings.some(({ sample }) => sample !== undefined));
    const finding = good.assertions[at]?.findings.findIndex(({ sample }) => sample !== undefined);
    const path = `assertions[${at}].findings[${finding}].sample`;
    expect(pathsOf(changed(good, `${path}.falseFailure`, () => 1e-30))).toContain(`${path}.falseFailure`);
    expect(pathsOf(changed(good, `${path}.n`, () => 1e12))).toContain(path);
  });

  it("knows an assertion that must have a verdict from one that is only observed", () => {
    const hidden = changed(good, "assertions[0].verdict", () => "OBSERVED");
    expect(pathsOf(hidden)).toContain("assertions[0].verdict");
  });

  it("does not take findings away for an assertion that ended in an error", () => {
    const wrong = changed(good, "assertions[0].verdict", () => "ERROR");
    expect(pathsOf(wrong)).toContain("assertions[0].verdict");
  });
});

describe("runs of an assertion", () => {
  const withRuns = (runs: { verdict: "PASS" | "FAIL"; reason: string }[], reason: string) => {
    const result = { ...(good.assertions[0] as ConformanceReport["assertions"][number]), runs, reason };
    return pathsOf({ ...good, assertions: [result, ...good.assertions.slice(1)] });
  };

  it("match where the result has the worst of them, and its reason", () => {
    const reason = good.assertions[0]?.reason ?? "";
    expect(good.assertions[0]?.verdict).toBe("PASS");
    expect(
      withRuns(
        [
          { verdict: "PASS", reason },
          { verdict: "PASS", reason },
        ],
        reason,
      ),
    ).toEqual([]);
    expect(
      withRuns(
        [
          { verdict: "PASS", reason },
          { verdict: "FAIL", reason: "x" },
        ],
        reason,
      ),
    ).toContain("assertions[0].verdict");
    expect(withRuns([{ verdict: "PASS", reason: "other" }], reason)).toContain("assertions[0].reason");
  });
});

describe("a run that ended early", () => {
  const error = { phase: "suite", code: "agent-lost", message: "x", next: "y" };

  it("has verdict error, whatever its results say, and the error as its reason", () => {
    expect(pathsOf({ ...good, error })).toEqual(expect.arrayContaining(["verdict", "reason"]));
    const told = pathsOf({ ...good, error, verdict: "error", reason: 'the run ended in phase "suite": x' });
    expect(told.filter((path) => path === "verdict" || path === "reason")).toEqual([]);
  });
});

describe("the reason of the run", () => {
  const named = (reason: string) => verify({ ...good, reason }).mismatches.filter(({ path }) => path === "reason");

  it("names the results that made the verdict, all of them and no others", () => {
    const failed = good.assertions.filter(({ verdict, level }) => verdict === "FAIL" && level === "MUST");
    expect(failed).toHaveLength(1);
    expect(named(`MUST assertions failed: ${failed[0]?.id}`)).toEqual([]);
    expect(named(`MUST assertions failed: ${failed[0]?.id}, traffic-access/other`)).toMatchObject([
      { claimed: `"MUST assertions failed: ${failed[0]?.id}, traffic-access/other"` },
    ]);
    expect(named("every applicable MUST assertion passes (7)")).toMatchObject([
      { recomputed: `"MUST assertions failed: ${failed[0]?.id}"` },
    ]);
  });
});

describe("the assertions", () => {
  it("that are others are named, and then the results are not compared with their files", () => {
    const { mismatches, unchecked } = verify(good, { catalogue: { ...catalogue, digest: "f".repeat(64) } });
    expect(mismatches).toEqual([
      { path: "suite.assertions", claimed: `"${catalogue.digest}"`, recomputed: `"${"f".repeat(64)}"` },
    ]);
    expect(unchecked.join("\n")).toContain("not those of the report");
  });

  it("decide the level: a MUST that is called a MAY is found", () => {
    const failed = good.assertions.findIndex(({ verdict }) => verdict === "FAIL");
    expect(pathsOf(changed(good, `assertions[${failed}].level`, () => "MAY"))).toContain(`assertions[${failed}].level`);
  });
});

describe("the gate", () => {
  const text = JSON.stringify("a baseline");
  const baselineOf = () => ({
    report: good,
    sha256: createHash("sha256").update(text).digest("hex"),
    source: "old/report.json",
  });
  const gated = () => {
    const { gate: _, ...report } = good;
    return {
      ...report,
      gate: decideGate({
        report: report as ConformanceReport,
        policy: { ...embeddedPolicy, regression: true },
        baseline: baselineOf(),
        today: good.startedAt.slice(0, 10),
      }),
    } as ConformanceReport;
  };

  it("with a baseline is made anew where that is given, wherever it lies now", () => {
    expect(pathsOf(gated(), { baseline: { ...baselineOf(), source: "elsewhere/report.json" } })).toEqual([]);
    expect(pathsOf(gated(), { baseline: { ...baselineOf(), sha256: "2".repeat(64) } })).toContain(
      "gate.baseline.sha256",
    );
  });

  it("with a baseline that is not given is made anew but for what that decides", () => {
    const { mismatches, unchecked } = verify(gated());
    expect(mismatches).toEqual([]);
    expect(unchecked.join("\n")).toContain("what the gate says of its baseline");
    expect(pathsOf(changed(gated(), "gate.decision", other))).toContain("gate.decision");
    expect(pathsOf(changed(gated(), "gate.rules[0].held", other))).toContain("gate.rules[0].held");
  });

  it("may have been decided on the day after the run began", () => {
    const late = { ...good, startedAt: "2026-11-24T23:59:30.000Z" };
    const { gate: _, ...report } = late;
    const expires = [{ id: "traffic-split/weight-75-25", reason: "known", expires: "2026-11-24" }];
    const gate = decideGate({
      report: report as ConformanceReport,
      policy: { ...embeddedPolicy, allowed: expires },
      today: "2026-11-25",
    });
    expect(gate.decision).toBe("block");
    expect(pathsOf({ ...late, gate } as ConformanceReport)).toEqual([]);
  });
});

describe("the statement beside it", () => {
  it("is compared with the report and its bytes", () => {
    const statement = JSON.parse(JSON.stringify(testResultStatement(good, sha256))) as Json;
    expect(pathsOf(good, { statement })).toEqual([]);
    expect(pathsOf(good, { statement, sha256: "2".repeat(64) })).toEqual([
      "test-result.intoto.json: subject[0].digest.sha256",
    ]);
    const predicate = { ...(statement.predicate as Json), result: "PASSED" };
    expect(pathsOf(good, { statement: { ...statement, predicate } })).toEqual([
      "test-result.intoto.json: predicate.result",
    ]);
    expect(pathsOf(good, { statement: null })).toHaveLength(1);
  });
});
