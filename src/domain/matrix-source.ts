/** Files that may be reports: told apart without a guess, so that none is left out unsaid. */
import type { MatrixProblem } from "./matrix.ts";
import { type ConformanceReport, REPORT_API_VERSION, reportSchema } from "./report.ts";

/** One file as it was found. */
export type FoundFile = {
  readonly path: string;
  /** false: it was met in a folder, where files of other kinds are no mistake. */
  readonly named: boolean;
} & ({ readonly text: string; readonly sha256: string } | { readonly unreadable: string });

export type ReadFile =
  | { readonly report: ConformanceReport }
  | { readonly kind: Extract<MatrixProblem["kind"], "truncated" | "no-report" | "older-schema">; readonly why: string };

/** Ends before its JSON does. A text that is wrong in its middle is another thing. */
function isCutOff(text: string): boolean {
  const trimmed = text.trimEnd();
  if (trimmed === "") return true;
  let depth = 0;
  let quoted = false;
  for (let n = 0; n < trimmed.length; n += 1) {
    const character = trimmed[n];
    if (quoted) {
      if (character === "\\") n += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
  }
  return quoted || depth > 0;
}

const told = (value: unknown) => (typeof value === "string" ? `"${value.slice(0, 80)}"` : "none");

/** Reads one file's text. A report of another apiVersion is an older schema, whatever else it holds. */
export function readReport(text: string): ReadFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (text.trim() === "") return { kind: "truncated", why: "it is empty" };
    if (isCutOff(text)) return { kind: "truncated", why: `it ends in the middle, after ${text.length} characters` };
    return { kind: "no-report", why: `it is not JSON: ${(error as Error).message.slice(0, 200)}` };
  }
  const { apiVersion, kind } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  if (kind !== "ConformanceReport") return { kind: "no-report", why: `its kind is ${told(kind)}` };
  if (apiVersion !== REPORT_API_VERSION)
    return { kind: "older-schema", why: `its apiVersion is ${told(apiVersion)}, and this reads ${REPORT_API_VERSION}` };
  const parsed = reportSchema.safeParse(value);
  if (parsed.success) return { report: parsed.data };
  const [issue] = parsed.error.issues;
  const at = issue?.path.join(".") || "the whole";
  return { kind: "older-schema", why: `it does not fit the schema of ${REPORT_API_VERSION}: ${at}: ${issue?.message}` };
}
