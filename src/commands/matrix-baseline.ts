/** What a matrix is compared with: read before the reports are, and checked to be about any of them. */

import { readStored } from "../adapters/files/stored-file.ts";
import { type BaselineFile, readBaselineFile } from "../domain/matrix/baseline-source.ts";
import type { ConformanceMatrix, MatrixProblem } from "../domain/matrix/matrix.ts";
import { ConfigurationError } from "../errors.ts";
import { collectErrors } from "../inputs/error-collector.ts";

/** @throws ConfigurationError for one that is something else, or in which nothing passed */
async function readBaseline(input: string, given: string): Promise<BaselineFile> {
  const { path: source, text, sha256 } = await readStored(input, given, ["report.json", "matrix.json"]);
  const read = readBaselineFile(text);
  if ("problem" in read)
    throw new ConfigurationError(
      input,
      `"${source}" ${read.problem}`,
      "Give a complete report.json or matrix.json that this program wrote.",
    );
  return { ...read, source, sha256 };
}

/**
 * @param input that gave the paths: of reports, of matrices, or of folders that contain one.
 * @throws InputErrors for each that is something else, or in which nothing passed.
 */
export async function readBaselines(input: string, paths: readonly string[]): Promise<readonly BaselineFile[]> {
  const { check, throwIfAny } = collectErrors([]);
  const files: (BaselineFile | undefined)[] = [];
  for (const given of paths) files.push(await check(() => readBaseline(input, given)));
  throwIfAny();
  return files.filter((file) => file !== undefined);
}

/** With one of these, the mesh of the baseline may be that of a missing report: then it blocks, and is no mistake. */
const holes: readonly MatrixProblem["kind"][] = ["unreadable", "truncated", "no-report", "older-schema", "too-few"];

const meshesOf = (file: BaselineFile) =>
  "report" in file ? [file.report.mesh] : file.matrix.rows.map(({ mesh: name, title }) => ({ name, title }));

/** @throws ConfigurationError for a baseline of which no mesh is in the matrix, though no report is missing. */
export function checkBaselines(
  input: string,
  baselines: readonly BaselineFile[],
  { rows, problems }: Pick<ConformanceMatrix, "rows" | "problems">,
): void {
  if (problems.some(({ kind }) => holes.includes(kind))) return;
  const titles = (list: readonly { readonly title: string }[]) =>
    [...new Set(list.map(({ title }) => title))].join(", ");
  for (const file of baselines) {
    const meshes = meshesOf(file);
    if (meshes.some(({ name }) => rows.some(({ mesh }) => mesh === name))) continue;
    throw new ConfigurationError(
      input,
      `"${file.source}" is of ${titles(meshes)}, and the reports are of ${titles(rows)}`,
      "Give a baseline of a mesh that is in the reports, or the reports of its mesh too.",
    );
  }
}
