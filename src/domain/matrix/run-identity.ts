/** What distinguishes one run from the others in a matrix of jobs, and so is in the names of all that it publishes. */

import { withoutV } from "../report/mesh-version.ts";

export interface RunIdentity {
  /** Name of the mesh's profile. */
  readonly mesh: string;
  readonly version: string;
  /** Name of the fault in the reference mesh. */
  readonly mutant?: string | undefined;
  /** On a cluster of the user's. A kind cluster is not named, and the embedded one has a mesh that no other has. */
  readonly existing?: boolean | undefined;
  /** Versions that the embedded cluster serves. */
  readonly smi?: { readonly access: string; readonly specs: string; readonly split: string } | undefined;
  readonly kubernetes?: string | undefined;
  readonly shard?: { readonly index: number; readonly of: number } | undefined;
}

/**
 * The mesh, its version without a v, however it was written, then whatever else distinguishes the run: a branch rule names
 * a status by these, and must not miss it for a letter.
 */
export function identityParts(run: RunIdentity): readonly string[] {
  const { mesh, version, mutant, existing, smi, kubernetes, shard } = run;
  return [
    mesh,
    withoutV(version),
    ...(mutant ? [`mutant-${mutant}`] : []),
    ...(existing ? ["cluster-existing"] : []),
    ...(smi ? [`smi-${smi.access}-${smi.specs}-${smi.split}`] : []),
    ...(kubernetes ? [`k8s-${withoutV(kubernetes)}`] : []),
    ...(shard ? [`shard-${shard.index}-of-${shard.of}`] : []),
  ];
}
