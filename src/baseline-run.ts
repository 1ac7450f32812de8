/** The baseline from the artifact of an earlier workflow run of the same repository. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WorkflowEvent } from "./domain/workflow-event.ts";
import { ConfigurationError } from "./errors.ts";
import type { FetchRun } from "./gating.ts";
import type { Inputs } from "./inputs.ts";
import { type LegInputs, ownArtifactName } from "./own-artifact-name.ts";

const ATTEMPT = /-attempt-\d+$/;
const REPORT = "report.json";

/** Undefined outside of a workflow. What it gives throws ConfigurationError and InfrastructureError("download" | "digest-mismatch"). */
export function fetchRunOf(
  inputs: LegInputs & Pick<Inputs, "gate" | "publish">,
  event: WorkflowEvent | undefined,
): FetchRun | undefined {
  if (event === undefined) return undefined;
  return async (runId, mesh) => {
    // Loaded when it is needed: a run without a baseline does not wait for it.
    const { downloadArtifact, listArtifacts } = await import("./edges/artifact.ts");
    const wanted = inputs.gate.baselineArtifact ?? inputs.publish.artifactName ?? ownArtifactName(inputs, mesh, event);
    const run = { token: inputs.publish.token ?? "", repository: event.repository, runId };
    const stored = await listArtifacts(run);
    // Any attempt of that run; the newest has the highest id.
    const same = stored.filter(
      ({ name }) => name === wanted || name.replace(ATTEMPT, "") === wanted.replace(ATTEMPT, ""),
    );
    const artifact = same.toSorted((x, y) => y.id - x.id)[0];
    if (artifact === undefined)
      throw new ConfigurationError(
        "baseline-run",
        `run ${runId} has no artifact "${wanted}"`,
        stored.length === 0
          ? "It has none at all: they may have expired. Give another run."
          : `It has ${stored
              .map(({ name }) => name)
              .slice(0, 8)
              .join(", ")}: give one of these as baseline-artifact.`,
      );
    const folder = await mkdtemp(join(tmpdir(), "smi-baseline-"));
    try {
      await downloadArtifact(artifact, folder, run);
      const files = await readdir(folder, { recursive: true });
      const file = files.find((path) => path === REPORT) ?? files.find((path) => path.endsWith(`/${REPORT}`));
      if (file === undefined)
        throw new ConfigurationError(
          "baseline-run",
          `artifact "${artifact.name}" of run ${runId} holds no ${REPORT}`,
          "Give the name of an artifact that this action uploaded as baseline-artifact.",
        );
      return { text: await readFile(join(folder, file), "utf8"), source: `artifact ${artifact.name} of run ${runId}` };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}
