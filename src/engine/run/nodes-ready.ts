/** Waits until the nodes of a new cluster can run pods. */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import { InfrastructureError } from "../../errors.ts";
import type { Clock, Cluster } from "../../ports.ts";
import { converge, DeadlineError } from "../convergence.ts";

const NODE_READY_DEADLINE_MS = 120_000;

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

function readyCondition(node: KubernetesObject): Condition | undefined {
  const { conditions = [] } = (node.status as { conditions?: readonly Condition[] } | undefined) ?? {};
  return conditions.find(({ type }) => type === "Ready");
}

/** @throws InfrastructureError("node-not-ready") with what the nodes say. */
export async function nodesReady(
  cluster: Cluster,
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<void> {
  await converge({
    name: "every node is Ready",
    deadlineMs: NODE_READY_DEADLINE_MS,
    intervalMs: 200,
    clock,
    ...(signal && { signal }),
    observe: () => cluster.list({ apiVersion: "v1", kind: "Node" }),
    done: (nodes) => nodes.length > 0 && nodes.every((node) => readyCondition(node)?.status === "True"),
    describe: (nodes) =>
      nodes.map((node) => `${node.metadata.name}: ${readyCondition(node)?.message ?? "no condition"}`).join("; ") ||
      "no node",
  }).catch((cause: unknown) => {
    if (!(cause instanceof DeadlineError)) throw cause;
    throw new InfrastructureError(
      "node-not-ready",
      cause.message,
      "See the kubelet's log in the evidence (evidence/kind).",
      { cause },
    );
  });
}
