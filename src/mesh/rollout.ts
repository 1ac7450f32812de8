/** Whether a workload is fully rolled out, read from its status as `kubectl rollout status` does. Pure. */
import type { KubernetesObject } from "../domain/kubernetes/object.ts";

interface Counts {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly desiredNumberScheduled?: number;
  readonly updatedNumberScheduled?: number;
  readonly numberAvailable?: number;
}

export interface Rollout {
  readonly done: boolean;
  readonly state: string;
}

export function rollout(object: KubernetesObject | undefined): Rollout {
  if (object === undefined) return { done: false, state: "does not exist" };
  const status = (object.status ?? {}) as Counts;
  const generation = object.metadata.generation as number | undefined;
  const seen = generation === undefined || (status.observedGeneration ?? 0) >= generation;
  if (object.kind === "DaemonSet") {
    const wanted = status.desiredNumberScheduled ?? 0;
    const updated = status.updatedNumberScheduled ?? 0;
    const available = status.numberAvailable ?? 0;
    return {
      done: seen && wanted > 0 && updated === wanted && available === wanted,
      state: `${available} of ${wanted} available, ${updated} updated`,
    };
  }
  const wanted = (object.spec as { replicas?: number } | undefined)?.replicas ?? 1;
  const updated = status.updatedReplicas ?? 0;
  const available = (object.kind === "StatefulSet" ? status.readyReplicas : status.availableReplicas) ?? 0;
  const done = seen && updated === wanted && available === wanted && (status.replicas ?? 0) === wanted;
  return { done, state: `${available} of ${wanted} available, ${updated} updated` };
}
