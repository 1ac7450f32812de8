/** Uploads the folder of a matrix as an artifact of the workflow run. */
import { type UploadRequest, whyNoArtifact } from "../domain/github/artifact.ts";
import type { ArtifactStore, Log, StepReport } from "../ports.ts";

export interface MatrixArtifactDeps {
  readonly artifacts: Pick<ArtifactStore, "upload">;
  readonly step: Pick<StepReport, "writeOutputs">;
  readonly log: Pick<Log, "warn">;
}

/** A matrix that cannot be uploaded is a warning and changes no gate. */
export async function uploadMatrix(
  request: UploadRequest,
  { artifacts, step, log }: MatrixArtifactDeps,
): Promise<void> {
  const outcome = await artifacts.upload(request);
  if ("id" in outcome)
    step.writeOutputs({
      "artifact-name": request.name,
      "artifact-id": String(outcome.id),
      "artifact-url": outcome.url,
    });
  else log.warn(`no artifact: ${whyNoArtifact(outcome)}`);
}
