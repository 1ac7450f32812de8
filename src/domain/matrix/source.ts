/** Files that may be reports: told apart without a guess, so that none is left out unsaid. */
import { fieldsOf, firstIssue, parseJson } from "../report/json-text.ts";
import { type ConformanceReport, REPORT_API_VERSION, reportSchema } from "../report/report.ts";
import type { MatrixProblem } from "./matrix.ts";

/** One file as it was found. */
export type FoundFile = {
  readonly path: string;
  /** false: it was met in a folder, where files of other kinds are no mistake. */
  readonly named: boolean;
} & ({ readonly text: string; readonly sha256: string } | { readonly unreadable: string });

export type ReadFile =
  | { readonly report: ConformanceReport }
  | { readonly kind: Extract<MatrixProblem["kind"], "truncated" | "no-report" | "older-schema">; readonly why: string };

const told = (value: unknown) => (typeof value === "string" ? `"${value.slice(0, 80)}"` : "none");

/** Reads one file's text. A report of another apiVersion is an older schema, whatever else it holds. */
export function readReport(text: string): ReadFile {
  const json = parseJson(text);
  if (!("value" in json)) {
    return json.cutOff
      ? { kind: "truncated", why: json.why }
      : { kind: "no-report", why: `it is not JSON: ${json.why}` };
  }
  const { value } = json;
  const { apiVersion, kind } = fieldsOf(value);
  if (kind !== "ConformanceReport") return { kind: "no-report", why: `its kind is ${told(kind)}` };
  if (apiVersion !== REPORT_API_VERSION)
    return { kind: "older-schema", why: `its apiVersion is ${told(apiVersion)}, and this reads ${REPORT_API_VERSION}` };
  const parsed = reportSchema.safeParse(value);
  if (parsed.success) return { report: parsed.data };
  return {
    kind: "older-schema",
    why: `it does not fit the schema of ${REPORT_API_VERSION}: ${firstIssue(parsed.error)}`,
  };
}
