/** What a cluster of ours is called and made of: one node, or what a kind configuration of the user's says. */
import { randomBytes } from "node:crypto";
import { stringify } from "yaml";
import { z } from "zod";
import { ConfigurationError } from "../../errors.ts";
import { readYaml } from "../files/yaml.ts";

/** Nothing without this prefix is ever removed as a leftover. */
export const CLUSTER_PREFIX = "smi-conformance-";
/** kind allows 50: the name of the node's container and host name are made from it. */
const MAX_NAME = 50;

/** A name that no other run has: `smi-conformance-` and 8 random hexadecimal digits. */
export function newClusterName(): string {
  return CLUSTER_PREFIX + randomBytes(4).toString("hex");
}

/** Throws ConfigurationError for the input `cluster-name`. */
export function assertClusterName(name: string): void {
  if (name.length <= MAX_NAME && name.startsWith(CLUSTER_PREFIX) && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return;
  throw new ConfigurationError(
    "cluster-name",
    `"${name}" is not a name that we may use`,
    `Give lower-case letters, digits and single dashes, ${MAX_NAME} at most, beginning with "${CLUSTER_PREFIX}".`,
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
 * fields that it does not know; here that is said before anything is created, and where in the file.
 */
const kindConfigSchema = z.strictObject({
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

/**
 * @param file path of a kind configuration.
 * @param imageGiven the input that names a node image besides; undefined for none.
 * @throws ConfigurationError for the input `kind-config`, with file:line:column.
 */
export async function readKindConfig(file: string, imageGiven?: string): Promise<KindConfig> {
  const { value, fault } = await readYaml("kind-config", file, file, kindConfigSchema);
  const nodes = value.nodes ?? [];
  const roles = nodes.map(({ role }) => role ?? "control-plane");
  if (nodes.length > 0 && !roles.includes("control-plane"))
    throw fault(["nodes"], "no node has the role control-plane, and a cluster needs one");
  if (value.networking?.disableDefaultCNI === true)
    throw fault(
      ["networking", "disableDefaultCNI"],
      "nothing here installs another network, so that no node would become ready. Leave it out, or make the cluster yourself and set cluster to existing",
    );
  const own = nodes.findIndex(({ image }) => image !== undefined);
  if (own >= 0 && imageGiven !== undefined)
    throw fault(
      ["nodes", own, "image"],
      `${imageGiven} is given too, and kind would use that for every node. Leave one of the two out`,
    );
  return value;
}

/**
 * The kind configuration of one cluster, as YAML: the user's, or one node that is control plane and worker. Ours on top
 * are its name and a label on every node that tells whose it is.
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
