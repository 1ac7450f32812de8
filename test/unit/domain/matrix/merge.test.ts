import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BaselineFile } from "../../../../src/domain/matrix/baseline-source.ts";
import { type ConformanceMatrix, matrixSchema } from "../../../../src/domain/matrix/matrix.ts";
import { mergeReports } from "../../../../src/domain/matrix/merge.ts";
import type { FoundFile } from "../../../../src/domain/matrix/source.ts";
import { isWorse } from "../../../../src/domain/report/repeat.ts";
import type { ConformanceReport } from "../../../../src/domain/report/report.ts";
import { type Verdict, verdicts } from "../../../../src/domain/report/verdict.ts";
import { diedReport, mixedReport, reportOf } from "../../../fixtures/report.ts";
import { fileOf, reportAbout, type Subject, sha256Of, type Verdicts } from "../../../fixtures/report-files.ts";

const a = "traffic-access/a";
const b = "traffic-access/b";
const s = "traffic-split/s";

const merge = (...reports: readonly ConformanceReport[]) =>
  mergeReports(reports.map((report, n) => fileOf(`job-${n}/report.json`, report)));

const problemsOf = ({ problems }: ConformanceMatrix) =>
  problems.map(({ kind, blocks }) => `${kind}${blocks ? "" : " (told)"}`);

describe("rows", () => {
  it("is one for each mesh, version, cluster and set of assertions, newest version first", () => {
    const matrix = merge(
      reportAbout({ [a]: "PASS" }, { version: "1.9.0" }),
      reportAbout({ [a]: "PASS" }, { version: "v1.10.0" }),
      reportAbout({ [a]: "PASS" }, { version: "1.10.0-rc.1" }),
      reportAbout({ [a]: "PASS" }, { version: "1.10.0", kubernetes: "v1.35.0" }),
      reportAbout({ [a]: "PASS" }, { mesh: "linkerd", version: "2.14.0" }),
      reportAbout({ [a]: "PASS" }, { version: "1.9.0", assertions: "other" }),
    );
    expect(matrix.rows.map((row) => [row.mesh, row.version, row.kubernetes, row.assertions.slice(0, 5)])).toEqual([
      ["linkerd", "2.14.0", "v1.34.4", "sha25"],
      ["traefik-mesh", "1.10.0", "v1.35.0", "sha25"],
      ["traefik-mesh", "1.10.0", "v1.34.4", "sha25"],
      ["traefik-mesh", "1.10.0-rc.1", "v1.34.4", "sha25"],
      ["traefik-mesh", "1.9.0", "v1.34.4", "other"],
      ["traefik-mesh", "1.9.0", "v1.34.4", "sha25"],
    ]);
  });

  it("says of a single report what the report says", () => {
    const report = mixedReport();
    const [row] = merge(report).rows;
    expect(row).toMatchObject({ verdict: report.verdict, percentage: report.percentage, counts: report.counts });
    expect(row?.specs.map(({ spec, percentage, counts }) => ({ spec, percentage, counts }))).toEqual(
      report.specs.map(({ spec, percentage, counts }) => ({ spec, percentage, counts })),
    );
  });

  it("keeps a mesh with a fault apart from the one without", () => {
    const plain = reportAbout({ [a]: "PASS" });
    const mutant = { ...plain, mesh: { ...plain.mesh, mutant: { name: "ignores-weights", title: "x" } } };
    expect(merge(plain, mutant).rows.map((row) => row.mutant)).toEqual([null, "ignores-weights"]);
  });

  it("takes the version that was asked for where none was read back", () => {
    expect(merge(diedReport()).rows[0]).toMatchObject({ version: "1.4.8", verdict: "error", whole: false });
  });
});

describe("shards", () => {
  const shard = (index: number, rows: Verdicts, more: Subject = {}) =>
    reportAbout(rows, { shard: { index, of: 3 }, ...more });

  it("are one row together, with the percentage of all", () => {
    const matrix = merge(shard(1, { [a]: "PASS" }), shard(2, { [b]: "FAIL" }), shard(3, { [s]: "PASS" }));
    expect(matrix.rows).toHaveLength(1);
    expect(matrix.rows[0]).toMatchObject({
      percentage: 66.6,
      must: { passed: 2, applicable: 3 },
      verdict: "not-conformant",
      whole: true,
    });
    expect(matrix.problems).toEqual([]);
  });

  it("make a partial row, which claims nothing, where one is missing", () => {
    const matrix = merge(shard(1, { [a]: "PASS" }), shard(3, { [s]: "PASS" }));
    expect(matrix.rows[0]).toMatchObject({ verdict: "inconclusive", whole: false, missing: { shards: ["2/3"] } });
    expect(matrix.rows[0]?.specs.map(({ capability }) => capability)).toEqual(["NOT_ASSESSED", "NOT_ASSESSED"]);
    expect(problemsOf(matrix)).toEqual(["missing-shard"]);
    expect(matrix.problems[0]?.text).toContain("2/3");
    expect(matrix).toMatchObject({ decision: "block", exitCode: 3 });
  });

  it("of which one shows nothing by itself still pass together", () => {
    const nothing = {
      ...shard(1, { [a]: "NOT_APPLICABLE" }),
      gate: gateOf("block", [{ rule: "inconclusive", held: false, text: "nothing was shown", ids: [] }]),
    };
    const passes = (index: number, id: string) => ({ ...shard(index, { [id]: "PASS" }), gate: gateOf("pass", []) });
    const matrix = merge(nothing, passes(2, b), passes(3, s));
    expect(matrix.rows[0]).toMatchObject({ verdict: "conformant", gate: { decision: "pass" } });
    expect(matrix.exitCode).toBe(0);
  });

  it("of which one is missing block, though the gate of each other passes", () => {
    const passes = (index: number, id: string) => ({ ...shard(index, { [id]: "PASS" }), gate: gateOf("pass", []) });
    expect(merge(passes(1, a), passes(2, b)).rows[0]?.gate).toEqual({
      decision: "block",
      enforced: true,
      unclear: true,
      rules: [{ rule: "completeness", text: "no report of shard 3/3", ids: [] }],
    });
  });

  it("do not join across different assertions", () => {
    expect(merge(shard(1, { [a]: "PASS" }), shard(2, { [b]: "PASS" }, { assertions: "other" })).rows).toHaveLength(2);
  });
});

type Gate = NonNullable<ConformanceReport["gate"]>;

function gateOf(decision: Gate["decision"], rules: Gate["rules"], enforced = true): Gate {
  return {
    decision,
    enforced,
    failOn: enforced ? "must-failures" : "never",
    rules,
    allowed: [],
    newlyPassing: [],
    policy: {
      failOn: enforced ? "must-failures" : "never",
      minimum: { all: null, perSpec: {} },
      require: [],
      allowed: [],
      regression: false,
    },
    baseline: null,
  };
}

const broken = (rule: string) => [{ rule, held: false, text: "x", ids: [a] }];
const died = () => diedReport();

describe("exit code", () => {
  it.each([
    ["a conformant report without a gate", [reportAbout({ [a]: "PASS" })], "pass", 0],
    ["one that is not", [reportAbout({ [a]: "FAIL" })], "block", 1],
    ["one that is not clear", [reportAbout({ [a]: "INCONCLUSIVE" })], "block", 3],
    ["one that died", [died()], "block", 3],
    ["a failure that its gate allows", [{ ...reportAbout({ [a]: "FAIL" }), gate: gateOf("pass", []) }], "pass", 0],
    ["a gate that blocks", [{ ...reportAbout({ [a]: "PASS" }), gate: gateOf("block", broken("minimum")) }], "block", 1],
    [
      "a gate that blocks for what is unclear",
      [{ ...reportAbout({ [a]: "ERROR" }), gate: gateOf("block", broken("inconclusive")) }],
      "block",
      3,
    ],
    [
      "a gate that is not enforced",
      [{ ...reportAbout({ [a]: "FAIL" }), gate: gateOf("block", broken("failures"), false) }],
      "block",
      0,
    ],
    [
      "a good and a bad row",
      [reportAbout({ [a]: "PASS" }), reportAbout({ [a]: "FAIL" }, { version: "1.4.7" })],
      "block",
      1,
    ],
    [
      "a bad and an unclear row",
      [reportAbout({ [a]: "ERROR" }), reportAbout({ [a]: "FAIL" }, { version: "1.4.7" })],
      "block",
      1,
    ],
    ["no report", [], "block", 3],
  ] as const)("of %s", (_, reports, decision, exitCode) => {
    expect(merge(...(reports as readonly ConformanceReport[]))).toMatchObject({ decision, exitCode });
  });

  it("comes with the rules that block, of each report and of the row", () => {
    const failing = { ...reportAbout({ [a]: "FAIL" }, { planned: [a, b] }), gate: gateOf("block", broken("failures")) };
    const bare = reportAbout({ [s]: "FAIL" });
    expect(merge(failing).rows[0]?.gate.rules).toEqual([
      { rule: "failures", text: "x", ids: [a] },
      { rule: "completeness", text: "1 planned assertion has no result", ids: [b] },
    ]);
    expect(merge(bare).rows[0]?.gate.rules).toMatchObject([{ rule: "verdict", ids: [] }]);
    expect(merge(reportAbout({ [a]: "PASS" })).rows[0]?.gate.rules).toEqual([]);
  });

  it("is 3 where fewer reports are there than have to be", () => {
    const files = [fileOf("report.json", reportAbout({ [a]: "PASS" }))];
    expect(mergeReports(files, { expected: 1 }).exitCode).toBe(0);
    const few = mergeReports(files, { expected: 2 });
    expect(few).toMatchObject({ decision: "block", exitCode: 3 });
    expect(few.problems).toMatchObject([{ kind: "too-few", text: "1 of at least 2 expected reports were found" }]);
  });
});

describe("what is not as it should be", () => {
  const good = reportAbout({ [a]: "PASS" });
  const text = JSON.stringify(good);

  it.each([
    ["a report that is cut off", fileOf("x/report.json", text.slice(0, 900)), "truncated", "x/report.json"],
    [
      "one that is cut off in a string",
      fileOf("x/report.json", text.slice(0, text.indexOf("traefik") + 3)),
      "truncated",
      "x/report.json",
    ],
    ["an empty file", fileOf("x/report.json", " \n"), "truncated", "x/report.json"],
    [
      "another apiVersion",
      fileOf("x/report.json", JSON.stringify({ ...good, apiVersion: "smi-conformance/v0" })),
      "older-schema",
      "smi-conformance/v0",
    ],
    [
      "a field that is missing",
      fileOf("x/report.json", JSON.stringify({ ...good, mesh: undefined })),
      "older-schema",
      "mesh",
    ],
    ["another kind", fileOf("x/report.json", JSON.stringify({ kind: "List" })), "no-report", "List"],
    ["no JSON", fileOf("x/report.json", "{]}"), "no-report", "not JSON"],
    [
      "what cannot be read",
      { path: "x/report.json", named: false, unreadable: "EACCES" } as FoundFile,
      "unreadable",
      "EACCES",
    ],
  ] as const)("names %s with its path, and blocks", (_, file, kind, why) => {
    const matrix = mergeReports([fileOf("good/report.json", good), file]);
    expect(matrix.problems).toMatchObject([{ kind, blocks: true, paths: ["x/report.json"] }]);
    expect(`${matrix.problems[0]?.text} ${matrix.problems[0]?.paths}`).toContain(why);
    expect(matrix).toMatchObject({ decision: "block", exitCode: 3 });
    expect(matrix.rows).toHaveLength(1);
  });

  it("ignores, by name, JSON of another kind that lies in a folder, and not what was named", () => {
    const other = JSON.stringify({ kind: "ConformanceMatrix" });
    const files = [fileOf("good/report.json", good), fileOf("good/matrix.json", other)];
    expect(problemsOf(mergeReports(files))).toEqual(["ignored (told)"]);
    expect(mergeReports(files).exitCode).toBe(0);
    expect(problemsOf(mergeReports([files[0] as FoundFile, fileOf("good/matrix.json", other, true)]))).toEqual([
      "no-report",
    ]);
  });

  it("counts a copy once, and names where it lies", () => {
    const matrix = mergeReports([fileOf("one/report.json", good), fileOf("two/report.json", good)]);
    expect(matrix.rows[0]?.reports).toHaveLength(1);
    expect(matrix.problems).toMatchObject([
      { kind: "duplicate", blocks: false, paths: ["one/report.json", "two/report.json"] },
    ]);
    expect(matrix.exitCode).toBe(0);
  });

  it("keeps both sides of a conflict, and shows the worst", () => {
    const matrix = merge(reportAbout({ [a]: "PASS", [b]: "PASS" }), reportAbout({ [a]: "FAIL", [b]: "PASS" }));
    const [row] = matrix.rows;
    expect(row?.verdict).toBe("not-conformant");
    const result = row?.results.find(({ id }) => id === a);
    expect(result?.verdict).toBe("FAIL");
    expect(result?.reports.map(({ verdict }) => verdict).sort()).toEqual(["FAIL", "PASS"]);
    expect(matrix.problems).toMatchObject([{ kind: "conflict", ids: [a] }]);
    expect(matrix.problems[0]?.text).toMatch(/PASS in job-0\/report.json|FAIL in job-1\/report.json/);
  });

  it("names rows that were to run and have no result", () => {
    const planned = merge(reportAbout({ [a]: "PASS" }, { planned: [a, b] }));
    expect(planned.problems).toMatchObject([{ kind: "missing-rows", ids: [b], blocks: true }]);
    expect(planned.rows[0]).toMatchObject({ whole: false, verdict: "inconclusive" });
    const old = reportOf([...reportAbout({ [a]: "PASS" }).assertions]);
    const counted = merge({ ...old, suite: { ...old.suite, selected: 4 } });
    expect(counted.rows[0]?.missing).toEqual({ shards: [], assertions: [], unnamed: 3 });
  });

  it("does not believe a verdict that the rows do not make", () => {
    const matrix = merge(reportAbout({ [a]: "FAIL" }, {}, { verdict: "conformant" }));
    expect(matrix.rows[0]?.verdict).toBe("not-conformant");
    expect(problemsOf(matrix)).toEqual(["inconsistent"]);
  });
});

const ids = [a, b, s, "traffic-split/t", "traffic-specs/p"];
const arbitraryRows = fc.dictionary(fc.constantFrom(...ids), fc.constantFrom<Verdict>(...verdicts), { maxKeys: 5 });
const arbitraryReport = fc
  .record({
    rows: arbitraryRows,
    mesh: fc.constantFrom("linkerd", "traefik-mesh"),
    version: fc.constantFrom("1.4.7", "v1.4.8", "1.4.8"),
    kubernetes: fc.constantFrom("v1.34.4", "v1.35.0", null),
    shard: fc.option(
      fc.integer({ min: 1, max: 3 }).map((index) => ({ index, of: 3 })),
      { nil: undefined },
    ),
    planned: fc.option(fc.subarray(ids), { nil: undefined }),
  })
  .map(({ rows, shard, planned, ...job }) =>
    reportAbout(rows, {
      ...job,
      ...(shard && { shard }),
      ...(planned && { planned: [...new Set([...planned, ...Object.keys(rows)])] }),
    }),
  );
const arbitraryFiles = fc.array(
  fc.tuple(
    fc.constantFrom("x/report.json", "y/report.json", "z/report.json", "w/other.json"),
    fc.oneof({ weight: 8, arbitrary: arbitraryReport }, fc.constantFrom("", "{", "[]", '{"kind":"x"}', "nonsense")),
  ),
  { maxLength: 8 },
);

/** Reports to compare with, and the matrix of some. */
const arbitraryBaselines: fc.Arbitrary<readonly BaselineFile[]> = fc
  .array(fc.tuple(arbitraryReport, fc.boolean()), { maxLength: 4 })
  .map((list) =>
    list.map(([report, asMatrix], n) => {
      const source = `old-${n}/report.json`;
      const matrix = merge(report);
      const text = JSON.stringify(asMatrix ? matrix : report);
      return { source, sha256: sha256Of(text), ...(asMatrix ? { matrix } : { report }) };
    }),
  );

const bytes = (matrix: ConformanceMatrix) => JSON.stringify(matrix);

describe("laws", () => {
  const filesOf = (list: readonly (readonly [string, ConformanceReport | string])[]) =>
    // A path holds one file.
    list.map(([path, content], n) => fileOf(`${n}/${path}`, content));

  it("the order of the files has no say, and the same files make the same bytes", () => {
    fc.assert(
      fc.property(
        arbitraryFiles.chain((list) =>
          fc.tuple(fc.constant(filesOf(list)), fc.shuffledSubarray(filesOf(list), { minLength: list.length })),
        ),
        arbitraryBaselines.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: 2 * list.length })),
        ),
        ([files, shuffled], [baselines, mixed]) => {
          expect(bytes(mergeReports(shuffled, { baselines: mixed }))).toBe(bytes(mergeReports(files, { baselines })));
        },
      ),
    );
  });

  it("a file that is given twice changes nothing", () => {
    fc.assert(
      fc.property(arbitraryFiles, (list) => {
        const files = filesOf(list);
        expect(bytes(mergeReports([...files, ...files]))).toBe(bytes(mergeReports(files)));
      }),
    );
  });

  it("nothing is lost: each file is in a row or named, each result of each report is in a row, and none is made up", () => {
    fc.assert(
      fc.property(arbitraryFiles, (list) => {
        const files = filesOf(list);
        const matrix = matrixSchema.parse(mergeReports(files));
        const told = new Set([
          ...matrix.reports.flatMap(({ paths }) => paths),
          ...matrix.problems.flatMap(({ paths }) => paths),
        ]);
        expect(files.every(({ path }) => told.has(path))).toBe(true);
        const given = new Set(
          list.flatMap(([, content]) => {
            if (typeof content === "string") return [];
            const sha = sha256Of(`${JSON.stringify(content, null, 2)}\n`);
            return content.assertions.map(({ id, verdict }) => `${sha} ${id} ${verdict}`);
          }),
        );
        const found = matrix.rows.flatMap((row) =>
          row.results.flatMap(({ id, reports }) => reports.map(({ sha256, verdict }) => `${sha256} ${id} ${verdict}`)),
        );
        expect(new Set(found)).toEqual(given);
        expect(found).toHaveLength(given.size);
        const rowsOf = new Map(matrix.rows.flatMap((row) => row.reports.map((sha) => [sha, row])));
        expect(matrix.reports.every(({ sha256 }) => rowsOf.has(sha256))).toBe(true);
      }),
    );
  });

  it("nothing that passed in a baseline is lost: it is compared with, or named", () => {
    fc.assert(
      fc.property(arbitraryFiles, arbitraryBaselines, (list, baselines) => {
        const matrix = matrixSchema.parse(mergeReports(filesOf(list), { baselines }));
        const told = new Set([
          ...matrix.rows.flatMap(({ baseline }) => baseline?.files.map(({ sha256 }) => sha256) ?? []),
          ...matrix.problems
            .filter(({ kind }) => kind === "baseline")
            .flatMap(({ paths }) =>
              baselines.filter(({ source }) => paths.includes(source)).map(({ sha256 }) => sha256),
            ),
        ]);
        for (const { sha256 } of baselines) expect(told).toContain(sha256);
      }),
    );
  });

  it("a row passes with a baseline only where it does without, and all that passed there passes", () => {
    fc.assert(
      fc.property(arbitraryFiles, arbitraryBaselines, (list, baselines) => {
        const files = filesOf(list);
        const bare = mergeReports(files).rows;
        for (const [n, row] of mergeReports(files, { baselines }).rows.entries()) {
          const held = row.baseline?.held ?? true;
          expect(row.gate.decision).toBe(held ? bare[n]?.gate.decision : "block");
          const { baseline: _, gate: __, ...rest } = row;
          const { gate: ___, ...before } = bare[n] as (typeof bare)[number];
          expect(rest).toEqual(before);
          const now = new Map(row.results.map(({ id, verdict }) => [id, verdict]));
          for (const id of row.baseline?.ids ?? []) expect(now.get(id)).not.toBe("PASS");
        }
      }),
    );
  });

  it("the worst verdict is shown, and a failure stays shown whatever else is merged", () => {
    fc.assert(
      fc.property(arbitraryFiles, arbitraryReport, (list, report) => {
        const files = filesOf(list);
        const before = mergeReports(files);
        const after = mergeReports([...files, fileOf("more/report.json", report)]);
        for (const row of after.rows)
          for (const { verdict, reports } of row.results)
            expect(reports.some((one) => isWorse(one.verdict, verdict))).toBe(false);
        const failing = (matrix: ConformanceMatrix) =>
          matrix.rows.flatMap(({ mesh, version, kubernetes, results }) =>
            results
              .filter(({ verdict }) => verdict === "FAIL")
              .map(({ id }) => `${mesh} ${version} ${kubernetes} ${id}`),
          );
        expect(failing(after)).toEqual(expect.arrayContaining(failing(before)));
      }),
    );
  });
});
