/** An earlier report that a run is compared with. */
import { readReport } from "./read-report.ts";
import type { ConformanceReport } from "./report.ts";

export interface Baseline {
  readonly report: ConformanceReport;
  /** Of the file's bytes. */
  readonly sha256: string;
  /** Where it is from, for people: a path, or an artifact of a workflow run. */
  readonly source: string;
}

export type ReadBaseline = { readonly report: ConformanceReport } | { readonly problem: string };

/** Reads a report of this or an earlier version of the schema; says what is wrong with anything else. */
export function readBaseline(text: string): ReadBaseline {
  const read = readReport(text);
  if (!("report" in read)) return { problem: `is not a report that can be read: ${read.why}` };
  const { report } = read;
  if (!report.assertions.some(({ verdict }) => verdict === "PASS"))
    return { problem: "has no assertion that passed, so nothing could get worse" };
  return { report };
}
