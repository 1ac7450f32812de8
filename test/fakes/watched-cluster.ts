/** A cluster that is asked through the test: it notes what the suite makes of it, and may answer writes in its place. */
import type { KubernetesObject } from "../../src/domain/kubernetes/object.ts";
import type { Admission, Cluster, WriteOptions } from "../../src/ports.ts";

/** Answers a write, or leaves it to the cluster. */
export type Admit = (object: KubernetesObject) => Admission | undefined;

export interface WatchedCluster extends Cluster {
  /** Names of the namespaces that were ever made, in their order. */
  readonly namespaces: readonly string[];
  /** Those that were not deleted. */
  readonly namespacesLeft: () => readonly string[];
  /** Agents that were opened and not closed. */
  readonly openAgents: () => number;
}

export function watched(cluster: Cluster, admit: Admit = () => undefined): WatchedCluster {
  const namespaces: string[] = [];
  const deleted = new Set<string>();
  let open = 0;
  const through =
    (write: Cluster["apply"]) =>
    async (object: KubernetesObject, options?: WriteOptions): Promise<Admission> => {
      const given = admit(object);
      if (given !== undefined) return given;
      const answer = await write(object, options);
      if (answer.accepted && object.kind === "Namespace" && options?.dryRun !== true)
        namespaces.push(object.metadata.name);
      return answer;
    };
  return {
    ...cluster,
    namespaces,
    namespacesLeft: () => namespaces.filter((name) => !deleted.has(name)),
    openAgents: () => open,
    create: through(cluster.create),
    apply: through(cluster.apply),
    async delete(ref, options) {
      await cluster.delete(ref, options);
      if (ref.kind === "Namespace") deleted.add(ref.name);
    },
    async agent(pod) {
      const agent = await cluster.agent(pod);
      open += 1;
      return {
        ...agent,
        async close() {
          await agent.close();
          open -= 1;
        },
      };
    },
  };
}

/** Refuses the `which`th object of this kind, from 1. */
export function refusing(kind: string, message: string, which = 1): Admit {
  let count = 0;
  return (object) => {
    if (object.kind !== kind) return undefined;
    count += 1;
    return count === which ? { accepted: false, status: 422, reason: "Invalid", message } : undefined;
  };
}

/** Breaks off at the first object of this kind. */
export function losingConnectionAt(kind: string): Admit {
  let isLost = false;
  return (object) => {
    if (object.kind !== kind || isLost) return undefined;
    isLost = true;
    throw new Error("the connection to the API server was lost");
  };
}

const isSmi = (apiVersion: string) => apiVersion.includes(".smi-spec.io/");

/** A mesh that never hears of a deletion: SMI objects stay where they are. */
export const neverRevoking = (cluster: Cluster): Cluster => ({
  ...cluster,
  async delete(ref, options) {
    if (!isSmi(ref.apiVersion)) await cluster.delete(ref, options);
  },
});

/** A mesh that learns of no SMI object while there is a TrafficTarget of this name: writes are accepted and go nowhere. */
export function frozenBy(poison: string, cluster: Cluster): Cluster {
  const poisoned = new Set<string>();
  return {
    ...cluster,
    async apply(object, options) {
      const { name, namespace = "" } = object.metadata;
      if (object.kind === "TrafficTarget" && name === poison) poisoned.add(namespace);
      const isHeld = poisoned.size > 0 && isSmi(object.apiVersion);
      return cluster.apply(object, isHeld ? { ...options, dryRun: true } : options);
    },
    async delete(ref, options) {
      await cluster.delete(ref, options);
      if (ref.kind === "TrafficTarget" && ref.name === poison) poisoned.delete(ref.namespace ?? "");
    },
  };
}
