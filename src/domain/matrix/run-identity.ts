/** One leg of a matrix of runs: what tells it from those beside it, in the names of all that it publishes. */

export interface Leg {
  /** Name of the mesh's profile. */
  readonly mesh: string;
  readonly version: string;
  /** Name of the fault in the reference mesh. */
  readonly mutant?: string | undefined;
  /** On a cluster of the user's. A kind cluster goes without saying, and the embedded one has a mesh that no other has. */
  readonly existing?: boolean | undefined;
  /** Versions that the embedded cluster serves. */
  readonly smi?: { readonly access: string; readonly specs: string; readonly split: string } | undefined;
  readonly kubernetes?: string | undefined;
  readonly shard?: { readonly index: number; readonly of: number } | undefined;
}

/** A version as it is named: without the v of its tag. */
export const withoutV = (version: string) => version.replace(/^v(?=\d)/i, "");

/**
 * The mesh, its version without a v, however that was written, then whatever else the leg differs in: a branch rule names a
 * status by them, and must not miss it for a letter.
 */
export function legWords({ mesh, version, mutant, existing, smi, kubernetes, shard }: Leg): readonly string[] {
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
