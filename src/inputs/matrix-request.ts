/** What matrix/action.yml is given: which reports are merged, and what becomes of the matrix. */
import { InputErrors } from "../errors.ts";
import type { RawOf } from "./definitions/definition.ts";
import { type MatrixInputName, matrixActionInputs } from "./definitions/matrix-action.ts";
import { createInputReader } from "./reader.ts";

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
export function readMatrixRequest(raw: RawOf<MatrixInputName>, attempt: number): MatrixRequest {
  const read = createInputReader(raw, matrixActionInputs);
  const prefix = read.optional("artifact-prefix");
  const reports = read.lines("reports");
  if (prefix === undefined && reports.length === 0)
    read.note(
      "artifact-prefix",
      "is empty, and so is reports",
      "Give one of them: without reports there is no matrix.",
    );
  const request: MatrixRequest = {
    prefix,
    reports,
    // If every job died, the matrix would otherwise be an empty table that blocks nothing.
    expect: read.number("expect", { low: 1, high: 10_000 }) ?? 1,
    baselines: read.lines("baseline"),
    gate: read.flag("gate"),
    out: read.text("out"),
    upload: read.flag("upload"),
    artifactName: read.optional("artifact-name") ?? `smi-conformance-matrix-attempt-${attempt}`,
    retentionDays: read.number("retention-days", { low: 0, high: 400, unit: "days" }) || undefined,
  };
  if (read.errors.length > 0) throw new InputErrors(read.errors);
  return request;
}
