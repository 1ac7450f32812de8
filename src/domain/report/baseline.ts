/** An earlier report that a run is compared with. */
import { firstIssue, parseJson } from "./json-text.ts";
import { type ConformanceReport, reportSchema } from "./report.ts";

export interface Baseline {
  readonly report: ConformanceReport;
  /** Of the file's bytes. */
  readonly sha256: string;
  /** Where it is from, for people: a path, or an artifact of a workflow run. */
  readonly source: string;
}

export type ReadBaseline = { readonly report: ConformanceReport } | { readonly problem: string };

/** Reads a report of this or an earlier minor version of the schema; says what is wrong with anything else. */
export function readBaseline(text: string): ReadBaseline {
  const json = parseJson(text);
  if (!("value" in json)) return { problem: `is not JSON: ${json.why}` };
  const parsed = reportSchema.safeParse(json.value);
  if (!parsed.success) return { problem: `is no ConformanceReport: ${firstIssue(parsed.error)}` };
  if (!parsed.data.assertions.some(({ verdict }) => verdict === "PASS"))
    return { problem: "has no assertion that passed, so nothing could get worse" };
  return { report: parsed.data };
}
