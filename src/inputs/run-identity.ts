/** Which run these inputs ask for, among those of a workflow. */
import type { RunIdentity } from "../domain/matrix/run-identity.ts";
import type { Inputs } from "./inputs.ts";

/** What of the inputs tells one matrix job from another. */
export type IdentityInputs = Pick<Inputs, "meshVersion" | "cluster" | "kubernetesVersion" | "embedded" | "shard">;

/** @param mesh name of the mesh's profile, which says more than the input where the profile is one of the user's */
export const runIdentityOf = (
  { meshVersion: version, cluster, kubernetesVersion: kubernetes, embedded, shard }: IdentityInputs,
  mesh: string,
): RunIdentity => ({
  ...{ mesh, version, kubernetes, shard },
  existing: cluster === "existing",
  mutant: embedded?.mutant,
  smi: embedded?.versions,
});
