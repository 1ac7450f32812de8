/** What a cluster of ours is called and made of. */
import { randomBytes } from "node:crypto";
import { stringify } from "yaml";
import { ConfigurationError } from "../errors.ts";

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

/** The kind configuration: one node that is control plane and worker. */
export function kindConfig(name: string): string {
  return stringify({
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    nodes: [{ role: "control-plane", labels: { "smi-conformance/cluster": name } }],
  });
}
