/** `smi-conformance matrix REPORT...`: one table from the reports of several runs. */
import { join } from "node:path";
import { readReportFiles } from "../adapters/files/report-files.ts";
import { createReportFolder } from "../adapters/files/report-folder.ts";
import type { ConformanceMatrix } from "../domain/matrix/matrix.ts";
import { type MergeOptions, mergeReports } from "../domain/matrix/merge.ts";
import { ConfigurationError } from "../errors.ts";
import { readCommandLine } from "../inputs/command-line.ts";
import { collectErrors } from "../inputs/error-collector.ts";
import { renderMatrixHtml } from "../render/matrix/html.ts";
import { renderMatrixMarkdown } from "../render/matrix/markdown.ts";
import { matrixBadges } from "../render/matrix/shields.ts";
import { renderMatrixSvg } from "../render/matrix/svg.ts";
import { checkBaselines, readBaselines } from "./matrix-baseline.ts";

export const matrixUsage = `smi-conformance matrix REPORT... [--out DIR] [--gate true] [--expect N] [--baseline REPORT]...

  Merges reports (files, or folders that contain some) into one table of meshes, versions and specs, and prints it.

  --out DIR      Write matrix.md, matrix.json, matrix.svg, matrix.html and badges/MESH.json there.
  --gate true    Exit with 1 if the gate of a row blocks, and with 3 if something is missing or unclear.
  --expect N     Number of reports expected; with fewer the matrix is incomplete.
  --baseline REPORT
                 What passed there has to pass now: an earlier report or matrix.json. Repeat it for several meshes.
`;

export interface MatrixFiles {
  readonly json: string;
  readonly markdown: string;
  readonly html: string;
  readonly svg: string;
  readonly badges: readonly string[];
}

/** Writes the matrix in all its forms below `folder`. @throws InfrastructureError("report-write") */
export async function writeMatrix(matrix: ConformanceMatrix, folder: string): Promise<MatrixFiles> {
  const out = createReportFolder(folder);
  const put = async (name: string, content: string) => {
    await out.write(name, content);
    return join(out.path, name);
  };
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const badges: string[] = [];
  for (const [name, badge] of matrixBadges(matrix)) badges.push(await put(`badges/${name}.json`, json(badge)));
  return {
    json: await put("matrix.json", json(matrix)),
    markdown: await put("matrix.md", renderMatrixMarkdown(matrix)),
    html: await put("matrix.html", renderMatrixHtml(matrix)),
    svg: await put("matrix.svg", renderMatrixSvg(matrix)),
    badges,
  };
}

/**
 * Reads and merges.
 * @param input that gave the baselines.
 * @throws ConfigurationError for no path and for a baseline of another mesh; InputErrors for each path that does not exist,
 * and for each folder without a report.
 */
export async function readMatrix(
  paths: readonly string[],
  options: MergeOptions = {},
  input = "--baseline",
): Promise<ConformanceMatrix> {
  if (paths.length === 0)
    throw new ConfigurationError(
      "matrix",
      "no report is given",
      "Give the paths of reports (report.json), or of folders that contain some.",
    );
  const { check, throwIfAny } = collectErrors([]);
  const found = await Promise.all(paths.map((path) => check(() => readReportFiles([path]))));
  throwIfAny();
  const matrix = mergeReports(
    found.flatMap((files) => files ?? []),
    options,
  );
  checkBaselines(input, options.baselines ?? [], matrix);
  return matrix;
}

const setup = {
  options: {
    out: { type: "string" },
    gate: { type: "string" },
    expect: { type: "string" },
    baseline: { type: "string", multiple: true },
  },
  words: true,
  inputOf: (option: string) => `--${option}`,
} as const;

/**
 * Exit code: 0, or with `--gate true` 1 where a row blocks and 3 where something is missing or unclear.
 * @throws InputErrors with every mistake, InfrastructureError where nothing can be written.
 */
export async function matrixCommand(
  argv: readonly string[],
  { print }: { readonly print: (text: string) => void },
): Promise<number> {
  const { values, words: paths, mistakes } = readCommandLine(argv, setup);
  const { out, gate = "false", expect, baseline = [] } = values;
  const { add, check, throwIfAny } = collectErrors(mistakes);
  if (gate !== "true" && gate !== "false")
    add([new ConfigurationError("--gate", `"${gate}" is neither true nor false`, "Give true or false.")]);
  if (expect !== undefined && !/^[1-9]\d{0,5}$/.test(expect))
    add([
      new ConfigurationError("--expect", `"${expect}" is not a number of reports`, "Give a whole number, 1 or more."),
    ]);
  const baselines = (await check(() => readBaselines("--baseline", baseline))) ?? [];
  const expected = expect === undefined ? undefined : Number(expect);
  // An unknown option may have taken the only path for its value.
  const matrix =
    paths.length === 0 && mistakes.length > 0
      ? undefined
      : await check(() => readMatrix(paths, { expected, baselines }));
  throwIfAny();
  if (matrix === undefined) throw new Error("a check failed without a mistake");
  print(renderMatrixMarkdown(matrix));
  if (out !== undefined) {
    const files = await writeMatrix(matrix, out);
    print(`\nWritten: ${[files.markdown, files.json, files.html, files.svg, ...files.badges].join(", ")}\n`);
  }
  return gate === "true" ? matrix.exitCode : 0;
}
