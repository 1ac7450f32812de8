import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { readBaseline } from "../../../../src/domain/report/baseline.ts";
import { mixedReport, reportOf, resultOf } from "../../../fixtures/report.ts";

const whole = JSON.stringify(mixedReport());

describe("a baseline", () => {
  it("is a report as it was written", () => {
    expect(readBaseline(whole)).toEqual({ report: mixedReport() });
  });

  it("may be of an earlier version of this suite, which had no gate and no list of what was planned", async () => {
    const text = await readFile(new URL("../../../fixtures/reports/v1.json", import.meta.url), "utf8");
    const { gate: _, provenance: __, ...old } = JSON.parse(text);
    const { planned: ___, repeat: ____, ...suite } = old.suite;
    const read = readBaseline(JSON.stringify({ ...old, suite }));
    expect(read).toMatchObject({ report: { mesh: { name: old.mesh.name } } });
    expect("report" in read && read.report.assertions).toHaveLength(old.assertions.length);
  });

  it.each<[string, string, RegExp]>([
    ["an empty file", "", /can be read: it is empty/],
    ["a truncated one", whole.slice(0, 5000), /can be read: it ends in the middle, after 5000 characters/],
    ["another file", '{"name":"x"}', /can be read: its kind is missing/],
    ["null", "null", /can be read: its kind is missing/],
    [
      "a report of a version to come",
      JSON.stringify({ ...mixedReport(), apiVersion: "smi-conformance/v3" }),
      /its apiVersion is "smi-conformance\/v3"/,
    ],
    [
      "a verdict that there is not",
      JSON.stringify({ ...mixedReport(), assertions: [{ ...resultOf(), verdict: "OK" }] }),
      /does not fit the schema of smi-conformance\/v2: assertions\.0\.verdict/,
    ],
    [
      "a run that died before its first assertion",
      JSON.stringify(reportOf([])),
      /nothing (to compare|could get worse)/,
    ],
    [
      "a run in which nothing passed",
      JSON.stringify(reportOf([resultOf({ verdict: "ERROR" }), resultOf({ id: "traffic-split/s", verdict: "FAIL" })])),
      /nothing could get worse/,
    ],
  ])("is not %s", (_, text, problem) => {
    const read = readBaseline(text);
    expect("problem" in read ? read.problem : "it was read").toMatch(problem);
  });
});
