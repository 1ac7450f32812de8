/** Which leg of a matrix these inputs are. */
import type { Leg } from "../domain/matrix/run-identity.ts";
import type { Inputs } from "./inputs.ts";

/** What of the inputs tells legs apart. */
export type LegInputs = Pick<Inputs, "meshVersion" | "cluster" | "kubernetesVersion" | "embedded" | "shard">;

/** @param mesh name of the mesh's profile, which says more than the input where the profile is one of the user's */
export const legOf = (
  { meshVersion: version, cluster, kubernetesVersion: kubernetes, embedded, shard }: LegInputs,
  mesh: string,
): Leg => ({
  ...{ mesh, version, kubernetes, shard },
  existing: cluster === "existing",
  mutant: embedded?.mutant,
  smi: embedded?.versions,
});
