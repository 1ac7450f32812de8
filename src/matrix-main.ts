/** The step of matrix/action.yml: one table and one gate for the matrix jobs of a workflow run. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { systemClock } from "./adapters/clock.ts";
import { withTempFolder } from "./adapters/files/folders.ts";
import { actionsLog as log, readInputs, stepReport as step } from "./adapters/github/actions.ts";
import { createArtifactStore } from "./adapters/github/artifact-store.ts";
import { readEvent } from "./adapters/github/event.ts";
import { readMatrix, writeMatrix } from "./commands/matrix.ts";
import { readBaselines } from "./commands/matrix-baseline.ts";
import { mergeArtifacts } from "./commands/merge-artifacts.ts";
import { runUrl } from "./domain/github/workflow-event.ts";
import { ConfigurationError } from "./errors.ts";
import { matrixActionInputs } from "./inputs/definitions/matrix-action.ts";
import { readMatrixRequest } from "./inputs/matrix-request.ts";
import { uploadMatrix } from "./publishing/matrix-artifact.ts";
import { runStep } from "./publishing/step-failure.ts";
import { interruption } from "./setup/interrupt.ts";

async function run(): Promise<number> {
  const event = await readEvent(process.env);
  if (event === undefined)
    throw new ConfigurationError("GITHUB_ACTIONS", "is not set", "In a shell: npm run conformance -- matrix REPORT...");
  const request = readMatrixRequest(readInputs(matrixActionInputs.map(({ name }) => name)), event.attempt);
  const baselines = await readBaselines("baseline", request.baselines);
  const artifacts = createArtifactStore({ clock: systemClock, withTempFolder, stop: interruption(log).signal });
  const written: string[] = [];
  const { exitCode, gate, problems } = await withTempFolder((folder) =>
    mergeArtifacts(request, folder, {
      list: () => artifacts.list(undefined),
      async download(artifact, to) {
        await artifacts.download(artifact, to, undefined);
        return existsSync(join(to, "report.json"));
      },
      async merge(paths, out, expected) {
        const matrix = await readMatrix(paths, { expected, baselines }, "baseline");
        const files = await writeMatrix(matrix, out);
        step.writeOutputs({ matrix: files.json, summary: files.markdown });
        await step.writeSummary(await readFile(files.markdown, "utf8"));
        written.push(files.json, files.markdown, files.html, files.svg, ...files.badges);
        return matrix.exitCode;
      },
      log,
    }),
  );
  step.writeOutputs({ gate });
  for (const problem of problems) log.warn(problem);
  const { artifactName: name, out, retentionDays } = request;
  if (request.upload && written.length > 0) {
    const folder = resolve(out);
    const files = written.map((path) => relative(folder, path));
    await uploadMatrix({ name, folder, files, retentionDays, runUrl: runUrl(event) }, { artifacts, step, log });
  }
  if (exitCode !== 0)
    step.fail("the gate of the matrix blocks: the summary says which rows block, and what is missing");
  return exitCode;
}

runStep("SMI conformance matrix", run, step);
