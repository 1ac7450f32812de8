/** Which kind of cluster the inputs ask for. Pure. */
import type { InputName, RawInputs } from "./definitions/index.ts";
import { asked } from "./given.ts";

export type ClusterKind = "kind" | "existing" | "embedded";

export const clusterKinds: readonly ClusterKind[] = ["kind", "existing", "embedded"];

/** The only mesh of the embedded cluster, and of no other cluster. */
export const REFERENCE_MESH = "reference";

/** Inputs of the embedded cluster alone. */
export const embeddedOnly = ["mutant", "smi-versions", "seed", "wire"] as const satisfies readonly InputName[];

/** About a mesh to install, its cluster or its images. The embedded cluster comes with its mesh, and has no images. */
export const realOnly = [
  "mesh-profile",
  "allow-unknown-version",
  "manifest",
  "chart",
  "chart-version",
  "values",
  "images",
  "kubeconfig",
  "install",
  "kubernetes-version",
  "node-image",
  "kind-config",
  "app-image",
  "app-base-image",
  "keep-cluster",
] as const satisfies readonly InputName[];

/** Whether neither a mesh nor a cluster is named, as by somebody who wants to see what this is. */
export function namesNothing(raw: RawInputs): boolean {
  return (["cluster", "mesh", "mesh-version", ...realOnly] as const).every((name) => asked(raw, name) === undefined);
}

/**
 * The kind of cluster that is named, or implied by an input that only one kind has.
 * @param lookAround whether a run that names nothing is on the embedded cluster
 * @returns undefined for an unknown name
 */
export function chooseCluster(raw: RawInputs, lookAround: boolean): ClusterKind | undefined {
  const named = asked(raw, "cluster");
  if (named !== undefined) return clusterKinds.find((kind) => kind === named);
  const mesh = asked(raw, "mesh");
  if (mesh === REFERENCE_MESH) return "embedded";
  if (mesh === undefined && embeddedOnly.some((name) => asked(raw, name) !== undefined)) return "embedded";
  return lookAround && namesNothing(raw) ? "embedded" : "kind";
}
