/** An earlier report that a run is compared with. */
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
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `is not JSON: ${(error as Error).message}` };
  }
  const parsed = reportSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { problem: `is no ConformanceReport: ${issue?.path.join(".") || "the whole"}: ${issue?.message}` };
  }
  if (!parsed.data.assertions.some(({ verdict }) => verdict === "PASS"))
    return { problem: "has no assertion that passed, so nothing could get worse" };
  return { report: parsed.data };
}
