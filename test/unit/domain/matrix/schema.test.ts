import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { mergeReports } from "../../../../src/domain/matrix/merge.ts";
import { mixedReport } from "../../../fixtures/report.ts";
import { fileOf, reportAbout } from "../../../fixtures/report-files.ts";

const a = "traffic-access/a";

describe("schemas/conformance-matrix.schema.json", async () => {
  const schema = JSON.parse(
    await readFile(new URL("../../../../schemas/conformance-matrix.schema.json", import.meta.url), "utf8"),
  );
  const fits = new Ajv2020().compile(schema);
  const baseline = { report: reportAbout({ [a]: "PASS" }), sha256: "1".repeat(64), source: "old/report.json" };
  const matrix = mergeReports(
    [fileOf("x/report.json", mixedReport()), fileOf("y/report.json", reportAbout({ [a]: "FAIL" }))],
    {
      baselines: [baseline],
    },
  );

  it("fits a matrix with a row that was compared, one of no report, and what has another form not", () => {
    expect(matrix.rows.some((row) => row.baseline?.held === false)).toBe(true);
    for (const good of [matrix, mergeReports([])]) expect(fits(JSON.parse(JSON.stringify(good)))).toBe(true);
    for (const bad of [
      { ...matrix, kind: "ConformanceReport" },
      { ...matrix, exitCode: 2 },
      { ...matrix, more: true },
      { ...matrix, rows: matrix.rows.map((row) => ({ ...row, baseline: { version: "1.4.7" } })) },
    ])
      expect(fits(bad)).toBe(false);
  });
});
