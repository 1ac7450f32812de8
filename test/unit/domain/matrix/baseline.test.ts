import { describe, expect, it } from "vitest";
import { type BaselineFile, readBaselineFile } from "../../../../src/domain/matrix/baseline-source.ts";
import { type ConformanceMatrix, matrixSchema } from "../../../../src/domain/matrix/matrix.ts";
import { mergeReports } from "../../../../src/domain/matrix/merge.ts";
import type { ConformanceReport } from "../../../../src/domain/report/report.ts";
import type { Verdict } from "../../../../src/domain/report/verdict.ts";
import { reportOf, resultOf } from "../../../fixtures/report.ts";
import { fileOf, reportAbout, type Subject, sha256Of, type Verdicts } from "../../../fixtures/report-files.ts";

const a = "traffic-access/a";
const b = "traffic-access/b";
const s = "traffic-split/s";

type Gate = NonNullable<ConformanceReport["gate"]>;

/** A job whose own gate passes, so that what blocks is the comparison. */
function job(rows: Verdicts, given: Subject = {}, gate: Partial<Gate> = {}): ConformanceReport {
  const policy = { failOn: "must-failures", minimum: { all: null, perSpec: {} }, require: [], allowed: [] } as const;
  return {
    ...reportAbout(rows, given),
    gate: {
      ...{ decision: "pass", enforced: true, failOn: "regression", rules: [], allowed: [], newlyPassing: [] },
      ...{ policy: { ...policy, regression: false }, baseline: null, ...gate },
    },
  };
}

const allowed = (id: string, used: boolean) => ({
  allowed: [{ id, reason: "known", expires: "2027-01-01", used }],
});

function baselineOf(content: ConformanceReport | ConformanceMatrix, source = "old/report.json"): BaselineFile {
  const sha256 = sha256Of(JSON.stringify(content));
  return content.kind === "ConformanceMatrix"
    ? { matrix: content, sha256, source }
    : { report: content, sha256, source };
}

const old = (rows: Verdicts, given: Subject = {}) => reportAbout(rows, { version: "1.4.7", ...given });

const merge = (reports: readonly ConformanceReport[], baselines: readonly BaselineFile[]) =>
  matrixSchema.parse(
    mergeReports(
      reports.map((report, n) => fileOf(`job-${n}/report.json`, report)),
      { baselines },
    ),
  );

const compare = (reports: readonly ConformanceReport[], ...baselines: readonly ConformanceReport[]) =>
  merge(
    reports,
    baselines.map((report, n) => baselineOf(report, `old-${n}/report.json`)),
  );

const shard = (index: number) => ({ shard: { index, of: 2 } });

describe("what passed in the baseline", () => {
  it.each<[string, readonly ConformanceReport[], readonly ConformanceReport[], 0 | 1 | 3, readonly string[]]>([
    ["passes", [job({ [a]: "PASS", [b]: "PASS" })], [old({ [a]: "PASS", [b]: "PASS" })], 0, []],
    ["fails", [job({ [a]: "FAIL" })], [old({ [a]: "PASS" })], 1, [a]],
    ["is unclear", [job({ [a]: "INCONCLUSIVE", [b]: "PASS" })], [old({ [a]: "PASS" })], 3, [a]],
    ["went wrong", [job({ [a]: "ERROR", [b]: "PASS" })], [old({ [a]: "PASS" })], 3, [a]],
    [
      "went wrong, and another fails",
      [job({ [a]: "ERROR", [b]: "FAIL" })],
      [old({ [a]: "PASS", [b]: "PASS" })],
      1,
      [a, b],
    ],
    ["does not apply any more", [job({ [a]: "NOT_APPLICABLE", [b]: "PASS" })], [old({ [a]: "PASS" })], 1, [a]],
    ["is only observed", [job({ [a]: "OBSERVED", [b]: "PASS" })], [old({ [a]: "PASS" })], 1, [a]],
    ["is in no report", [job({ [b]: "PASS" })], [old({ [a]: "PASS", [b]: "PASS" })], 1, [a]],
    ["failed there too", [job({ [a]: "FAIL", [b]: "PASS" })], [old({ [a]: "FAIL", [b]: "PASS" })], 0, []],
    [
      "is in no shard, though no shard is missing",
      [job({ [a]: "PASS" }, shard(1)), job({ [b]: "PASS" }, shard(2))],
      [old({ [a]: "PASS", [b]: "PASS", [s]: "PASS" })],
      1,
      [s],
    ],
    [
      "passes in another shard",
      [job({ [a]: "PASS" }, shard(1)), job({ [b]: "PASS" }, shard(2))],
      [old({ [a]: "PASS", [b]: "PASS" })],
      0,
      [],
    ],
    [
      "may be in a shard that is missing",
      [job({ [a]: "PASS" }, shard(1))],
      [old({ [a]: "PASS", [b]: "PASS" })],
      3,
      [b],
    ],
    [
      "passes in one report and fails in another",
      [job({ [a]: "PASS" }), job({ [a]: "FAIL" })],
      [old({ [a]: "PASS" })],
      1,
      [a],
    ],
    [
      "fails, which is allowed",
      [job({ [a]: "FAIL", [b]: "PASS" }, {}, allowed(a, true))],
      [old({ [a]: "PASS" })],
      0,
      [],
    ],
    [
      "fails, which is allowed no longer",
      [job({ [a]: "FAIL" }, {}, allowed(a, false))],
      [old({ [a]: "PASS" })],
      1,
      [a],
    ],
    ["is unclear, which nothing allows", [job({ [a]: "ERROR" }, {}, allowed(a, true))], [old({ [a]: "PASS" })], 3, [a]],
    [
      "fails in two jobs, of which one allows it",
      [job({ [a]: "FAIL" }, {}, allowed(a, true)), job({ [a]: "FAIL", [b]: "PASS" })],
      [old({ [a]: "PASS" })],
      1,
      [a],
    ],
    [
      "was spread over the shards of the baseline",
      [job({ [a]: "PASS", [b]: "FAIL" })],
      [old({ [a]: "PASS" }, shard(1)), old({ [b]: "PASS" }, shard(2))],
      1,
      [b],
    ],
  ])("and %s", (_, reports, baselines, exitCode, ids) => {
    const matrix = compare(reports, ...baselines);
    expect(matrix).toMatchObject({ exitCode, decision: exitCode === 0 ? "pass" : "block" });
    expect(matrix.rows[0]?.baseline).toMatchObject({ held: ids.length === 0, ids });
    const named = matrix.rows[0]?.gate.rules?.filter(({ rule }) => rule === "regression");
    expect(named?.flatMap((rule) => rule.ids)).toEqual(ids);
    for (const id of ids) expect(named?.[0]?.text).toContain(id);
  });

  it("does not block where no job's policy is enforced, and is told", () => {
    const matrix = compare([job({ [a]: "FAIL" }, {}, { enforced: false })], old({ [a]: "PASS" }));
    expect(matrix).toMatchObject({ decision: "block", exitCode: 0 });
    expect(matrix.rows[0]?.gate).toMatchObject({ decision: "block", enforced: false, rules: [{ rule: "regression" }] });
  });

  it("is no excuse for what blocks by itself", () => {
    expect(compare([reportAbout({ [a]: "FAIL" })], old({ [a]: "FAIL", [b]: "PASS" })).exitCode).toBe(1);
  });

  it("is named with what it is compared with, and what newly passes", () => {
    const matrix = compare([job({ [a]: "PASS", [b]: "PASS", [s]: "PASS" })], old({ [a]: "PASS", [b]: "FAIL" }));
    expect(matrix.rows[0]?.baseline).toEqual({
      mutant: null,
      version: "1.4.7",
      provider: "kind",
      kubernetes: "v1.34.4",
      assertions: matrix.rows[0]?.assertions,
      files: [{ sha256: sha256Of(JSON.stringify(old({ [a]: "PASS", [b]: "FAIL" }))), source: "old-0/report.json" }],
      held: true,
      text: "nothing that passed in the baseline (traefik-mesh 1.4.7) got worse: 1 compared",
      ids: [],
      newlyPassing: [b, s],
    });
  });

  it("is told to be a part, where the baseline is one", () => {
    const { rows } = compare([job({ [a]: "PASS" })], old({ [a]: "PASS" }, shard(1)));
    expect(rows[0]?.baseline?.text).toContain("whose run did not finish");
  });

  it("is not in the matrix where nothing was given", () => {
    expect(merge([job({ [a]: "PASS" })], []).rows[0]).not.toHaveProperty("baseline");
  });
});

describe("an earlier matrix", () => {
  const jobs = (rows: Verdicts): readonly ConformanceReport[] => [
    job(rows),
    job({ [a]: "PASS" }, { mesh: "linkerd", version: "2.14.0" }),
  ];
  const earlier = (rows: Verdicts) => merge(jobs(rows), []);

  it("is a baseline of each mesh in it", () => {
    const matrix = merge(jobs({ [a]: "FAIL", [b]: "PASS" }), [baselineOf(earlier({ [a]: "PASS" }), "old/matrix.json")]);
    expect(matrix.rows.map(({ mesh, baseline }) => [mesh, baseline?.ids])).toEqual([
      ["linkerd", []],
      ["traefik-mesh", [a]],
    ]);
    expect(matrix).toMatchObject({ exitCode: 1, problems: [] });
  });

  it("blocks with each mesh that is in it and in no report, as something that is missing", () => {
    const baseline = baselineOf(earlier({ [a]: "PASS" }), "old/matrix.json");
    const matrix = merge([job({ [a]: "PASS" })], [baseline]);
    expect(matrix.problems).toMatchObject([
      {
        kind: "baseline",
        blocks: true,
        paths: ["old/matrix.json"],
        ids: [a],
        text: expect.stringContaining("linkerd"),
      },
    ]);
    expect(matrix).toMatchObject({ decision: "block", exitCode: 3 });
  });

  it("may itself have been compared, and be of a version that did not say which rules block", () => {
    const { rows, ...rest } = earlier({ [a]: "PASS" });
    const before = { ...rest, rows: rows.map(({ gate: { rules: _, ...gate }, ...row }) => ({ ...row, gate })) };
    expect(readBaselineFile(JSON.stringify(before))).toEqual({ matrix: before });
    const compared = merge(jobs({ [a]: "PASS" }), [baselineOf(earlier({ [a]: "PASS" }))]);
    expect(readBaselineFile(JSON.stringify(compared))).toEqual({ matrix: compared });
  });

  const text = JSON.stringify(earlier({ [a]: "PASS" }));
  it.each([
    ["cut off", text.slice(0, 700), /can be read: it ends in the middle, after 700 characters/],
    ["of no row that passed", JSON.stringify(merge([job({ [a]: "FAIL" })], [])), /nothing could get worse/],
    ["of another form", text.replace(/"whole":true/, '"whole":1'), /is not a ConformanceMatrix: rows\.\d\.whole/],
    ["of another kind", '{"kind":"List"}', /its kind is "List"/],
    [
      "a report in which nothing passed",
      JSON.stringify(reportOf([resultOf({ verdict: "FAIL" })])),
      /nothing could get worse/,
    ],
  ])("is none where it is %s", (_, broken, why) => {
    const read = readBaselineFile(broken);
    expect("problem" in read ? read.problem : "it was read").toMatch(why);
  });
});

describe("the row that is compared with", () => {
  /** Which of several is chosen is shown by the assertion that alone passed there. */
  const versions = ["1.4.6", "1.4.7", "1.5.0"];
  const only = (name: string): Readonly<Record<string, Verdict>> => ({ [`traffic-access/${name}`]: "PASS" });
  const chosen = (now: Subject, baselines: readonly ConformanceReport[]) =>
    compare([job({ [a]: "PASS" }, now)], ...baselines).rows[0]?.baseline?.ids.map((id) => id.split("/")[1]);

  it.each([
    ["the same version", "1.4.7", "1.4.7"],
    ["the version before, where there is none of the same", "1.4.8", "1.4.7"],
    ["the version before, and not the newest", "1.4.6-rc.1", "1.4.6"],
    ["the newest, for one that is newer than all", "2.0.0", "1.5.0"],
    ["the oldest, for one that is older than all", "1.0.0", "1.4.6"],
  ])("is of %s", (_, version, wanted) => {
    const given = versions.map((one) => old(only(one), { version: one }));
    expect(chosen({ version }, given)).toEqual([wanted]);
  });

  it("is of the same or the next older Kubernetes version", () => {
    const given = ["v1.33.0", "v1.34.4", "v1.35.0"].map((one) => old(only(one), { kubernetes: one }));
    expect(chosen({ kubernetes: "v1.34.4" }, given)).toEqual(["v1.34.4"]);
    expect(chosen({ kubernetes: "v1.34.9" }, given)).toEqual(["v1.34.4"]);
    expect(chosen({ kubernetes: null }, given)).toEqual(["v1.33.0"]);
  });

  it("has the same assertions, where there is one", () => {
    const given = ["x", "y"].map((one) => old(only(one), { assertions: one }));
    expect(chosen({ assertions: "y" }, given)).toEqual(["y"]);
    expect(chosen({ assertions: "x" }, given)).toEqual(["x"]);
  });

  it("has the same fault, or the lack of one", () => {
    const plain = old(only("plain"));
    const faulty = { ...old(only("faulty")), mesh: { ...plain.mesh, mutant: { name: "f", title: "f" } } };
    expect(chosen({}, [plain, faulty])).toEqual(["plain"]);
  });

  it("leaves the others named, which do not block", () => {
    const matrix = compare([job({ [a]: "PASS" })], old({ [a]: "PASS" }), old({ [s]: "PASS" }, { version: "1.4.6" }));
    expect(matrix).toMatchObject({ exitCode: 0, decision: "pass" });
    expect(matrix.problems).toMatchObject([
      { kind: "baseline", blocks: false, paths: ["old-1/report.json"], text: expect.stringContaining("1.4.6") },
    ]);
  });

  it("is none for a mesh that no baseline is of", () => {
    const matrix = compare(
      [job({ [a]: "PASS" }), job({ [a]: "FAIL" }, { mesh: "linkerd", version: "2.14.0" })],
      old({ [a]: "PASS" }),
    );
    expect(matrix.rows.map(({ mesh, baseline }) => [mesh, baseline?.held])).toEqual([
      ["linkerd", undefined],
      ["traefik-mesh", true],
    ]);
    expect(matrix.exitCode).toBe(0);
  });
});
