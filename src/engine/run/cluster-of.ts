/** The cluster of a run, by the provider that the plan names. */
import { describeError } from "../../errors.ts";
import type { RunCluster } from "./cluster.ts";
import type { RunContext } from "./context.ts";
import { kindCluster } from "./kind-cluster.ts";
import type { ClosableCluster, EmbeddedClusterPlan, ExistingClusterPlan } from "./plan.ts";

export function clusterOf(context: RunContext): RunCluster {
  const { cluster } = context.plan;
  switch (cluster.provider) {
    case "kind":
      return kindCluster(cluster, context);
    case "existing":
      return existingCluster(cluster, context);
    case "embedded":
      return embeddedCluster(cluster, context);
  }
}

const noEvidence = async () => [];

function existingCluster({ kubeconfig }: ExistingClusterPlan, { deps, record }: RunContext): RunCluster {
  return {
    async open() {
      const cluster = await deps.connect(kubeconfig);
      record.cluster = cluster;
      return { cluster, kubeconfig, builtInMesh: undefined };
    },
    evidence: noEvidence,
    end: async () => {},
  };
}

function embeddedCluster({ start }: EmbeddedClusterPlan, { plan, deps, phases, record }: RunContext): RunCluster {
  let started: ClosableCluster | undefined;
  return {
    async open() {
      const cluster = await phases.run("cluster", "Starting the embedded cluster", start);
      started = cluster;
      record.cluster = cluster;
      // Its mesh is this program: there is no image to read a version from.
      return { cluster, kubeconfig: undefined, builtInMesh: { version: plan.meshVersion, images: [] } };
    },
    evidence: noEvidence,
    async end() {
      await started
        ?.close()
        .catch((cause: unknown) => deps.log.warn(`the embedded cluster did not end: ${describeError(cause).message}`));
    },
  };
}
