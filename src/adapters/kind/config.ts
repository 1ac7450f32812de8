/** The name of a cluster, and the kind configuration that it is created from: one node, or the user's own. */
import { randomBytes } from "node:crypto";
import { stringify } from "yaml";
import { z } from "zod";
import { InfrastructureError } from "../../errors.ts";

/** Nothing without this prefix is ever removed as a leftover. */
export const CLUSTER_PREFIX = "smi-conformance-";
/** kind allows 50, since the container name and host name of the node are derived from it. */
const MAX_NAME = 50;

/** A name of its own for each run: `smi-conformance-` and 8 random hexadecimal digits. */
export function newClusterName(): string {
  return CLUSTER_PREFIX + randomBytes(4).toString("hex");
}

/** Throws InfrastructureError("kind-create"): names come from `newClusterName`, so another one is a defect. */
export function assertClusterName(name: string): void {
  if (name.length <= MAX_NAME && name.startsWith(CLUSTER_PREFIX) && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return;
  throw new InfrastructureError(
    "kind-create",
    `"${name}" is not a cluster name that we may use: at most ${MAX_NAME} lower-case letters, digits and single dashes, beginning with "${CLUSTER_PREFIX}"`,
    "This is a defect of smi-conformance: please report it.",
  );
}

const texts = z.record(z.string(), z.string());
const jsonPatches = z.array(
  z.strictObject({
    group: z.string(),
    version: z.string(),
    kind: z.string(),
    patch: z.string(),
    name: z.string().optional(),
    namespace: z.string().optional(),
  }),
);

const nodeSchema = z.strictObject({
  role: z.enum(["control-plane", "worker"]).optional(),
  image: z.string().optional(),
  labels: texts.optional(),
  extraMounts: z.array(z.looseObject({ containerPath: z.string(), hostPath: z.string() })).optional(),
  extraPortMappings: z.array(z.looseObject({ containerPort: z.int() })).optional(),
  gpus: z.string().optional(),
  kubeadmConfigPatches: z.array(z.string()).optional(),
  kubeadmConfigPatchesJSON6902: jsonPatches.optional(),
});

/**
 * Source of the fields: https://github.com/kubernetes-sigs/kind, pkg/apis/config/v1alpha4/types.go. kind itself refuses
 * unknown fields too; this says so before anything is created, and where in the file.
 */
export const kindConfigSchema = z.strictObject({
  kind: z.literal("Cluster"),
  apiVersion: z.literal("kind.x-k8s.io/v1alpha4"),
  name: z.string().optional(),
  nodes: z.array(nodeSchema).optional(),
  networking: z.looseObject({ disableDefaultCNI: z.boolean().optional() }).optional(),
  featureGates: z.record(z.string(), z.boolean()).optional(),
  runtimeConfig: texts.optional(),
  kubeadmConfigPatches: z.array(z.string()).optional(),
  kubeadmConfigPatchesJSON6902: jsonPatches.optional(),
  containerdConfigPatches: z.array(z.string()).optional(),
  containerdConfigPatchesJSON6902: z.array(z.string()).optional(),
});

/** A kind configuration (`Cluster` of kind.x-k8s.io/v1alpha4). */
export type KindConfig = z.infer<typeof kindConfigSchema>;

export interface KindConfigProblem {
  /** Where in the configuration. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * What no schema says: why no cluster of use to us can be made of this configuration.
 * @param imageGiven the input that names a node image besides; undefined for none.
 */
export function kindConfigProblem(config: KindConfig, imageGiven?: string): KindConfigProblem | undefined {
  const nodes = config.nodes ?? [];
  if (nodes.length > 0 && !nodes.some(({ role = "control-plane" }) => role === "control-plane"))
    return { path: ["nodes"], message: "no node has the role control-plane, and a cluster needs one" };
  if (config.networking?.disableDefaultCNI === true)
    return {
      path: ["networking", "disableDefaultCNI"],
      message:
        "no other network is installed, so no node would become ready. Leave it out, or create the cluster yourself and set cluster to existing",
    };
  const own = nodes.findIndex(({ image }) => image !== undefined);
  if (own >= 0 && imageGiven !== undefined)
    return {
      path: ["nodes", own, "image"],
      message: `${imageGiven} is given too, and kind would use that image for every node. Remove one of the two`,
    };
  return undefined;
}

/**
 * The kind configuration of one cluster, as YAML: the user's, or one node that is both control plane and worker. We add the
 * cluster's name, and to every node a label that says whose it is.
 */
export function kindConfig(name: string, given?: KindConfig): string {
  const nodes = given?.nodes === undefined || given.nodes.length === 0 ? [{}] : given.nodes;
  return stringify({
    ...given,
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    ...(given?.name !== undefined && { name }),
    nodes: nodes.map((node) => ({
      role: "control-plane",
      ...node,
      labels: { ...node.labels, "smi-conformance/cluster": name },
    })),
  });
}
