/** Artifacts of workflow runs, by GitHub's artifact service. */
import type { ArtifactStore, Clock, WithTempFolder } from "../../ports.ts";
import { createCaller } from "./artifact-client.ts";
import { downloadArtifact, listArtifacts } from "./artifact-download.ts";
import { uploadArtifact } from "./artifact-upload.ts";

export interface ArtifactStoreSetup {
  readonly clock: Pick<Clock, "deadline">;
  readonly withTempFolder: WithTempFolder;
  /** Ends lists and downloads that are given no signal of their own. */
  readonly stop?: AbortSignal;
}

export function createArtifactStore({ clock, withTempFolder, stop }: ArtifactStoreSetup): ArtifactStore {
  return {
    upload: (request, signal) => uploadArtifact(request, createCaller(clock, signal), process.env),
    list: (run, signal = stop) => listArtifacts(run, createCaller(clock, signal), signal),
    download: (artifact, folder, run, signal = stop) =>
      downloadArtifact(artifact, folder, { run, call: createCaller(clock, signal), withTempFolder, signal }),
  };
}
