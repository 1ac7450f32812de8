/** Files to compare a matrix with: reports of an earlier run, or the matrix that was made from them. */
import { readBaseline } from "../report/baseline.ts";
import { fieldsOf, firstIssue, parseJson } from "../report/json-text.ts";
import type { ConformanceReport } from "../report/report.ts";
import { type BaselineRow, hasPass } from "./baseline.ts";
import { type ConformanceMatrix, matrixSchema } from "./matrix.ts";
import { byText } from "./order.ts";
import { rowKey } from "./place.ts";
import { joinRow } from "./row.ts";

export type BaselineContent = { readonly report: ConformanceReport } | { readonly matrix: ConformanceMatrix };

/** One such file. */
export type BaselineFile = {
  /** Of its bytes. */
  readonly sha256: string;
  /** Where it is from, for people. */
  readonly source: string;
} & BaselineContent;

/** A report or a matrix; says what is wrong with anything else. */
export function readBaselineFile(text: string): BaselineContent | { readonly problem: string } {
  const json = parseJson(text);
  if (!("value" in json) || fieldsOf(json.value).kind !== "ConformanceMatrix") return readBaseline(text);
  const parsed = matrixSchema.safeParse(json.value);
  if (!parsed.success) return { problem: `is not a ConformanceMatrix: ${firstIssue(parsed.error)}` };
  if (!parsed.data.rows.some(hasPass)) return { problem: "has no assertion that passed, so nothing could get worse" };
  return { matrix: parsed.data };
}

/** Reports of one mesh, version and cluster are one row, as in the matrix: the shards of a run together are its baseline. */
export function baselineRows(given: readonly BaselineFile[]): readonly BaselineRow[] {
  // Each file once, wherever it is, and in an order that does not depend on the one given.
  const files = [
    ...new Map([...given].sort((x, y) => byText(y.source, x.source)).map((one) => [one.sha256, one])).values(),
  ].sort((x, y) => byText(x.sha256, y.sha256));
  const reports = files.flatMap((file) => ("report" in file ? [file] : []));
  const joined = [...Map.groupBy(reports, ({ report }) => rowKey(report)).values()].map((members) =>
    baselineRow(joinRow(members), members),
  );
  return [
    ...joined,
    ...files.flatMap((file) => ("matrix" in file ? file.matrix.rows.map((row) => baselineRow(row, [file])) : [])),
  ];
}

function baselineRow(
  { mesh, title, mutant, version, provider, kubernetes, assertions, whole, results }: Omit<BaselineRow, "files">,
  files: readonly Pick<BaselineFile, "sha256" | "source">[],
): BaselineRow {
  return {
    ...{ mesh, title, mutant, version, provider, kubernetes, assertions, whole },
    results: results.map(({ id, verdict }) => ({ id, verdict })),
    files: files.map(({ sha256, source }) => ({ sha256, source })),
  };
}
