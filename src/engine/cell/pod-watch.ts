/** The pods of a namespace, kept current by a watch: reading them costs the API server nothing. */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import type { Cluster } from "../../ports.ts";

export interface PodWatch {
  /** As of the last event. Where the watch broke off, it is started again first. */
  pods(): Promise<readonly KubernetesObject[]>;
  /** Pods that were Ready and then were not, though nobody was deleting them: as they were at that moment, oldest first. */
  lapses(): readonly KubernetesObject[];
  stop(): void;
}

/** Whether the kubelet's condition of that name says that the pod may be sent requests. */
export function isReady({ status }: KubernetesObject): boolean {
  const { conditions = [] } = (status ?? {}) as { conditions?: readonly { type?: string; status?: string }[] };
  return conditions.some((condition) => condition.type === "Ready" && condition.status === "True");
}

/** Its deletion has been asked for: it no longer counts as one of the cell's pods. */
export const isLeaving = ({ metadata }: KubernetesObject): boolean =>
  (metadata as { deletionTimestamp?: string }).deletionTimestamp !== undefined;

export function watchPods(cluster: Cluster, namespace: string): PodWatch {
  const stop = new AbortController();
  /** Names of pods seen Ready; kept when a watch is begun anew, so that a lapse in between shows. */
  const ready = new Set<string>();
  const lapses: KubernetesObject[] = [];
  let current: { readonly pods: ReadonlyMap<string, KubernetesObject>; readonly begun: Promise<void> } | undefined;

  function noteReadiness(pod: KubernetesObject): void {
    const { name } = pod.metadata;
    if (isReady(pod)) ready.add(name);
    else if (ready.delete(name) && !isLeaving(pod)) lapses.push(pod);
  }

  function begin() {
    const pods = new Map<string, KubernetesObject>();
    const forget = () => {
      if (current === watching) current = undefined;
    };
    const begun = cluster.watch(
      { apiVersion: "v1", kind: "Pod", namespace },
      ({ type, object }) => {
        if (type === "DELETED") {
          pods.delete(object.metadata.name);
          ready.delete(object.metadata.name);
          return;
        }
        pods.set(object.metadata.name, object);
        noteReadiness(object);
      },
      stop.signal,
      forget,
    );
    const watching = { pods, begun };
    current = watching;
    begun.catch(forget);
    return watching;
  }

  return {
    async pods() {
      const watching = current ?? begin();
      await watching.begun;
      return [...watching.pods.values()];
    },
    lapses: () => lapses,
    stop: () => stop.abort(),
  };
}
