/** test/fixtures/reports/v1.json is what a run of an earlier version wrote: Traefik Mesh 1.4.8 on kind, all 130 assertions. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { readCatalogue } from "../../../../src/adapters/files/catalogue.ts";
import { decideGate } from "../../../../src/domain/gate/gate.ts";
import { mergeReports } from "../../../../src/domain/matrix/merge.ts";
import { readBaseline } from "../../../../src/domain/report/baseline.ts";
import { readReport } from "../../../../src/domain/report/read-report.ts";
import { REPORT_API_VERSION, reportSchema } from "../../../../src/domain/report/report.ts";
import { REPORT_V1_API_VERSION, reportV1Schema } from "../../../../src/domain/report/report-v1.ts";
import { upgradeReportV1 } from "../../../../src/domain/report/upgrade-v1.ts";
import { verifyReport } from "../../../../src/domain/report/verify.ts";
import { fileOf } from "../../../fixtures/report-files.ts";

const text = await readFile(new URL("../../../fixtures/reports/v1.json", import.meta.url), "utf8");
const old = reportV1Schema.parse(JSON.parse(text));
const upgraded = upgradeReportV1(old);
const sha256 = createHash("sha256").update(text).digest("hex");
const catalogue = await readCatalogue("assertions");

type Json = Record<string, unknown>;

/** The report with another value at a path such as `assertions.0.verdict`, as text. */
function changed(path: string, value: unknown): string {
  const copy = JSON.parse(text) as Json;
  const keys = path.split(".");
  const last = keys.pop() as string;
  keys.reduce<Json>((held, key) => held[key] as Json, copy)[last] = value;
  return JSON.stringify(copy);
}

/** By name in version 1. */
const renamed: Readonly<Record<string, string>> = {
  '"apiVersion": "smi-conformance/v1"': '"apiVersion": "smi-conformance/v2"',
  '"succeeds":': '"replaces":',
  '"beside":': '"parallelAttempt":',
  '"cells":': '"bins":',
  '"rows":': '"steps":',
  '"successors":': '"replacedBy":',
  '"control": "K1"': '"control": "server-alive"',
  '"control": "K2"': '"control": "policy-flip"',
  '"control": "K5"': '"control": "all-accounted-for"',
  '"control": "K6"': '"control": "backends-reachable"',
  '"control": "K9"': '"control": "valid-variant-accepted"',
};

describe("a report of version 1", () => {
  it("becomes a report of today: names are others, what it did not have is null, and all else is as it was written", () => {
    const expected = Object.entries(renamed).reduce((held, [before, now]) => {
      expect(held).toContain(before);
      return held.replaceAll(before, now);
    }, text);
    const { assertions, ...others } = JSON.parse(expected) as Json & { assertions: Json[] };
    expect(upgraded).toEqual({ ...others, assertions: assertions.map((one) => ({ ...one, says: null })) });
    expect(reportSchema.parse(upgraded)).toEqual(upgraded);
    expect(readReport(text)).toEqual({ report: upgraded, apiVersion: REPORT_V1_API_VERSION });
  });

  it("matches when it is verified, its texts aside", () => {
    const input = { report: upgraded, sha256, catalogue } as const;
    const { mismatches, unchecked } = verifyReport({ ...input, apiVersion: REPORT_V1_API_VERSION });
    expect(mismatches).toEqual([]);
    expect(unchecked.join("\n")).toMatch(/texts: the report is of smi-conformance\/v1/);
    // The same as a report of today is not one: its reasons are in the words of old.
    const asToday = verifyReport({ ...input, apiVersion: REPORT_API_VERSION });
    expect(asToday.mismatches.map(({ path }) => path)).toContain("suite.assertions");
  });

  it.each([
    ["a verdict", "assertions.0.verdict", "FAIL", "assertions[0].verdict"],
    ["a count", "counts.PASS", 130, "counts.PASS"],
    ["the gate's decision", "gate.decision", "pass", "gate.decision"],
  ])("does not match where %s was changed", (_what, path, value, expected) => {
    const read = readReport(changed(path, value));
    if (!("report" in read)) throw new Error(read.why);
    const { mismatches } = verifyReport({ ...read, sha256, catalogue });
    expect(mismatches.map((one) => one.path)).toContain(expected);
  });

  it.each([
    ["a field that it did not have", "extra", 1],
    ["a field of version 2", "assertions.0.replaces", []],
    ["a control of version 2", "assertions.0.findings.0.control", "policy-flip"],
  ])("cannot be read with %s", (_what, path, value) => {
    expect(readReport(changed(path, value))).toMatchObject({
      kind: "older-schema",
      why: expect.stringMatching(/^it does not fit the schema of smi-conformance\/v1: /),
    });
  });
});

describe("version 1 beside version 2", () => {
  const today = JSON.stringify(upgraded);
  /** One of two shards of a report of either version: its own assertions, and the plan of just those. */
  function shardOf(report: string, index: 1 | 2): string {
    const { gate: _, ...rest } = JSON.parse(report) as { assertions: { id: string }[]; suite: Json; gate: unknown };
    const assertions = rest.assertions.filter((_one, n) => n % 2 === index - 1);
    const planned = assertions.map(({ id }) => id);
    const suite = { ...rest.suite, planned, selected: planned.length, shard: { index, of: 2 } };
    return JSON.stringify({ ...rest, assertions, suite });
  }

  it("is one row of the matrix, whose results are those of a run in one version", () => {
    const whole = mergeReports([fileOf("a/report.json", today)]);
    const mixed = mergeReports([fileOf("a/report.json", shardOf(text, 1)), fileOf("b/report.json", shardOf(today, 2))]);
    expect(mixed.problems.filter(({ blocks }) => blocks)).toEqual([]);
    expect(mixed.rows).toHaveLength(1);
    const [row] = mixed.rows;
    expect(row?.results.map(({ id, verdict }) => [id, verdict])).toEqual(
      whole.rows[0]?.results.map(({ id, verdict }) => [id, verdict]),
    );
    expect(row).toMatchObject({ whole: true, counts: old.counts, percentage: old.percentage, specs: { length: 3 } });
  });

  it("is a baseline without a regression, either way", () => {
    for (const given of [text, today]) {
      const read = readBaseline(given);
      if ("problem" in read) throw new Error(read.problem);
      const gate = decideGate({
        report: upgraded,
        policy: {
          failOn: "regression",
          minimum: { all: null, perSpec: {} },
          require: [],
          allowed: [],
          regression: true,
        },
        baseline: { report: read.report, sha256, source: "old/report.json" },
        today: "2026-12-01",
      });
      expect(gate.rules.find(({ rule }) => rule === "regression")).toMatchObject({ held: true, ids: [] });
      expect(gate.newlyPassing).toEqual([]);
    }
  });

  it("is about the same assertions: none of its ids is gone from the suite", () => {
    const ids = new Set(catalogue.assertions.map(({ id }) => id));
    expect(old.assertions.map(({ id }) => id).filter((id) => !ids.has(id))).toEqual([]);
  });
});
