/** A report from a text, of this version or an earlier one; says of anything else what it is. */
import { fieldsOf, firstIssue, parseJson } from "./json-text.ts";
import { type ConformanceReport, REPORT_API_VERSION, reportSchema } from "./report.ts";
import { REPORT_V1_API_VERSION, reportV1Schema } from "./report-v1.ts";
import { upgradeReportV1 } from "./upgrade-v1.ts";

/** Versions that can be read. */
export type ReportVersion = typeof REPORT_API_VERSION | typeof REPORT_V1_API_VERSION;

export type ReadReport =
  | {
      readonly report: ConformanceReport;
      /** The version that it was written in. */
      readonly apiVersion: ReportVersion;
    }
  | {
      /** truncated: it ends before its JSON does. older-schema: a report of a version that is not read, or that does not fit its own. */
      readonly kind: "truncated" | "no-report" | "older-schema";
      readonly why: string;
    };

const quoted = (value: unknown) => (typeof value === "string" ? `"${value.slice(0, 80)}"` : "missing");

const misfit = (apiVersion: ReportVersion, error: Parameters<typeof firstIssue>[0]): ReadReport => ({
  kind: "older-schema",
  why: `it does not fit the schema of ${apiVersion}: ${firstIssue(error)}`,
});

function readV1(value: unknown): ReadReport {
  const { data, error } = reportV1Schema.safeParse(value);
  if (data === undefined) return misfit(REPORT_V1_API_VERSION, error);
  return { report: upgradeReportV1(data), apiVersion: REPORT_V1_API_VERSION };
}

export function readReport(text: string): ReadReport {
  const json = parseJson(text);
  if (!("value" in json)) {
    return { kind: json.cutOff ? "truncated" : "no-report", why: json.why };
  }
  const { value } = json;
  const { apiVersion, kind } = fieldsOf(value);
  if (kind !== "ConformanceReport") return { kind: "no-report", why: `its kind is ${quoted(kind)}` };
  if (apiVersion === REPORT_V1_API_VERSION) return readV1(value);
  if (apiVersion !== REPORT_API_VERSION)
    return {
      kind: "older-schema",
      why: `its apiVersion is ${quoted(apiVersion)}, and this reads ${REPORT_API_VERSION} and ${REPORT_V1_API_VERSION}`,
    };
  const { data, error } = reportSchema.safeParse(value);
  return data === undefined ? misfit(REPORT_API_VERSION, error) : { report: data, apiVersion: REPORT_API_VERSION };
}
