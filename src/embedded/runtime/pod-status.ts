/** What the kubelet writes into a Pod's status. Pure. */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import { containerOf } from "./pod-spec.ts";

type Status = Readonly<Record<string, unknown>>;

const conditions = (isReady: boolean, at: string) =>
  ["Initialized", "PodScheduled", "ContainersReady", "Ready"].map((type) => ({
    type,
    status: isReady || type === "Initialized" || type === "PodScheduled" ? "True" : "False",
    lastTransitionTime: at,
  }));

/** `at`: wall clock, ISO 8601. */
export function runningStatus(pod: KubernetesObject, address: string, at: string): Status {
  const { name, image } = containerOf(pod);
  return {
    phase: "Running",
    podIP: address,
    podIPs: [{ ip: address }],
    hostIP: "127.0.0.1",
    startTime: at,
    conditions: conditions(true, at),
    containerStatuses: [
      { name, image, ready: true, started: true, restartCount: 0, state: { running: { startedAt: at } } },
    ],
  };
}

/** For example because its ports could not be opened. */
export function waitingStatus(pod: KubernetesObject, message: string, at: string): Status {
  const { name, image } = containerOf(pod);
  return {
    phase: "Pending",
    conditions: conditions(false, at),
    containerStatuses: [
      { name, image, ready: false, restartCount: 0, state: { waiting: { reason: "CreateContainerError", message } } },
    ],
  };
}
