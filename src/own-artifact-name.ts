/** The name that a run gives its artifact when none is asked for: what it uploads as, and looks for in an earlier run. */
import { defaultArtifactName } from "./domain/artifact-name.ts";
import type { WorkflowEvent } from "./domain/workflow-event.ts";
import type { Inputs } from "./inputs.ts";

/** What of the inputs tells the legs of a matrix apart. */
export type LegInputs = Pick<Inputs, "meshVersion" | "cluster" | "kubernetesVersion" | "embedded" | "shard">;

/** @param mesh name of the mesh's profile, which says more than the input where the profile is one of the user's */
export function ownArtifactName(
  { meshVersion: version, cluster, kubernetesVersion: kubernetes, embedded, shard }: LegInputs,
  mesh: string,
  { job, attempt }: Pick<WorkflowEvent, "job" | "attempt">,
): string {
  return defaultArtifactName({
    ...{ mesh, version, job, attempt, kubernetes, shard },
    // The embedded one goes without saying: no other cluster has its mesh.
    existing: cluster === "existing",
    mutant: embedded?.mutant,
    smi: embedded?.versions,
  });
}
