/** What matrix/action.yml is given: which reports are merged, and what becomes of the matrix. */
import { ConfigurationError, InputErrors } from "../errors.ts";

export const matrixInputs = [
  "artifact-prefix",
  "reports",
  "expect",
  "baseline",
  "gate",
  "out",
  "upload",
  "artifact-name",
  "retention-days",
] as const;
type Name = (typeof matrixInputs)[number];

export interface MatrixRequest {
  /** Undefined: no artifacts are read. */
  readonly prefix: string | undefined;
  readonly reports: readonly string[];
  /** How many reports are expected. */
  readonly expect: number;
  /** Paths of the reports or matrices to compare with. */
  readonly baselines: readonly string[];
  readonly gate: boolean;
  readonly out: string;
  readonly upload: boolean;
  readonly artifactName: string;
  readonly retentionDays: number | undefined;
}

/**
 * @param attempt of the workflow run, from 1
 * @throws InputErrors with every mistake
 */
export function readMatrixRequest(raw: Partial<Record<Name, string>>, attempt: number): MatrixRequest {
  const errors: ConfigurationError[] = [];
  const given = (name: Name) => raw[name]?.trim() ?? "";
  const note = (name: Name, problem: string, remedy: string) =>
    errors.push(new ConfigurationError(name, problem, remedy));
  const number = (name: Name, high: number): number | undefined => {
    const text = given(name);
    if (text === "") return undefined;
    const read = Number(text);
    if (!Number.isInteger(read) || read < 1 || read > high)
      note(
        name,
        `"${text}" is not a whole number from 1 to ${high}`,
        `Give a number from 1 to ${high}, or leave it out.`,
      );
    return read;
  };
  const flag = (name: Name): boolean => {
    const text = given(name).toLowerCase();
    if (text !== "" && text !== "true" && text !== "false")
      note(name, `"${given(name)}" is neither true nor false`, "Give true or false.");
    return text !== "false";
  };
  const prefix = given("artifact-prefix") || undefined;
  const lines = (name: Name) =>
    given(name)
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== "");
  const reports = lines("reports");
  if (prefix === undefined && reports.length === 0)
    note("artifact-prefix", "is empty, and so is reports", "Give one of them: without reports there is no matrix.");
  const request: MatrixRequest = {
    prefix,
    reports,
    // If every job died, the matrix would otherwise be an empty table that blocks nothing.
    expect: number("expect", 10_000) ?? 1,
    baselines: lines("baseline"),
    gate: flag("gate"),
    out: given("out") || "smi-conformance-matrix",
    upload: flag("upload"),
    artifactName: given("artifact-name") || `smi-conformance-matrix-attempt-${attempt}`,
    retentionDays: number("retention-days", 90),
  };
  if (errors.length > 0) throw new InputErrors(errors);
  return request;
}
