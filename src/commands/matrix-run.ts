/** What matrix/action.yml does: gets the reports of this run's legs, has them merged, and decides for all of them together. */
import { join } from "node:path";
import { newestAttempts } from "../domain/matrix/newest-attempts.ts";
import { ConfigurationError, InputErrors } from "../errors.ts";
import type { Log } from "../ports.ts";

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
  /** How many reports there have to be. */
  readonly expect: number;
  /** Paths of reports or matrices that it is compared with. */
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
    // A matrix whose every leg died would otherwise be an empty table that blocks nothing.
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

export interface StoredArtifact {
  readonly id: number;
  readonly name: string;
}

export interface MatrixDoors {
  /** Artifacts of this very run. */
  readonly list: () => Promise<readonly StoredArtifact[]>;
  /** Unpacks one; whether there is a report in it. */
  readonly download: (artifact: StoredArtifact, folder: string) => Promise<boolean>;
  /** Writes the matrix of these files and folders to `out`; 0 where every row passes and none is missing, 1 or 3 otherwise. */
  readonly merge: (paths: readonly string[], out: string, expect: number) => Promise<0 | 1 | 3>;
  readonly log: Pick<Log, "info">;
}

export interface MatrixOutcome {
  readonly gate: "pass" | "block";
  /** Of the step: 0 where the gate passes or is only shown. */
  readonly exitCode: 0 | 1 | 3;
  /** What the table can't show. */
  readonly problems: readonly string[];
}

/** @param folder where artifacts are unpacked */
export async function runMatrix(request: MatrixRequest, folder: string, doors: MatrixDoors): Promise<MatrixOutcome> {
  const { prefix, reports, expect, gate, out } = request;
  const legs = prefix === undefined ? [] : newestAttempts(await doors.list(), prefix);
  const problems: string[] = [];
  const paths: string[] = [];
  for (const leg of legs) {
    const to = join(folder, leg.name);
    // Its leg died before it wrote one. The others are merged all the same, and it is missed by the number.
    if (!(await doors.download(leg, to))) problems.push(`artifact ${leg.name} holds no report.json`);
    else {
      doors.log.info(`read artifact ${leg.name}`);
      paths.push(to);
    }
  }
  paths.push(...reports);
  if (paths.length === 0)
    problems.push(`there is no report${prefix === undefined ? "" : ` in an artifact ${prefix}*`}`);
  const code = paths.length === 0 ? 3 : await doors.merge(paths, out, expect);
  return { gate: code === 0 ? "pass" : "block", exitCode: gate ? code : 0, problems };
}
