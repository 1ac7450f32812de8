/** The pods of a namespace, kept current by a watch: looking at them costs the API server nothing. */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import type { Cluster } from "../../ports.ts";

export interface PodWatch {
  /** As the API server last told of them. Where the watch broke off, it is begun anew first. */
  pods(): Promise<readonly KubernetesObject[]>;
  stop(): void;
}

export function watchPods(cluster: Cluster, namespace: string): PodWatch {
  const stop = new AbortController();
  let current: { readonly pods: ReadonlyMap<string, KubernetesObject>; readonly begun: Promise<void> } | undefined;

  function begin() {
    const pods = new Map<string, KubernetesObject>();
    const forget = () => {
      if (current === watching) current = undefined;
    };
    const begun = cluster.watch(
      { apiVersion: "v1", kind: "Pod", namespace },
      ({ type, object }) => {
        if (type === "DELETED") pods.delete(object.metadata.name);
        else pods.set(object.metadata.name, object);
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
    stop: () => stop.abort(),
  };
}
