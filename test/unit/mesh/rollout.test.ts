import { describe, expect, it } from "vitest";
import { rollout } from "../../../src/mesh/rollout.ts";

function workload(kind: string, status: object, given: { generation?: number; replicas?: number } = {}) {
  const { generation = 2, ...spec } = given;
  return { apiVersion: "apps/v1", kind, metadata: { name: "x", generation }, spec, status };
}
const settled = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2 };
const daemons = {
  observedGeneration: 2,
  desiredNumberScheduled: 3,
  updatedNumberScheduled: 3,
  numberAvailable: 3,
};

describe("a rollout", () => {
  it.each([
    ["a Deployment that has settled", workload("Deployment", settled, { replicas: 2 }), true],
    [
      "a Deployment whose change was not seen yet",
      workload("Deployment", { ...settled, observedGeneration: 1 }, { replicas: 2 }),
      false,
    ],
    ["a Deployment with an old pod left", workload("Deployment", { ...settled, replicas: 3 }, { replicas: 2 }), false],
    [
      "a Deployment with old pods only",
      workload("Deployment", { ...settled, updatedReplicas: 0 }, { replicas: 2 }),
      false,
    ],
    [
      "a Deployment with a pod that is not available",
      workload("Deployment", { ...settled, availableReplicas: 1 }, { replicas: 2 }),
      false,
    ],
    [
      "a Deployment without replicas given is one pod",
      workload("Deployment", { ...settled, replicas: 1, updatedReplicas: 1, availableReplicas: 1 }),
      true,
    ],
    ["a Deployment scaled to none", workload("Deployment", { observedGeneration: 2 }, { replicas: 0 }), true],
    ["a Deployment without a status", workload("Deployment", {}), false],
    [
      "a StatefulSet by its ready pods",
      workload("StatefulSet", { ...settled, availableReplicas: 0 }, { replicas: 2 }),
      true,
    ],
    [
      "a StatefulSet that is not ready",
      workload("StatefulSet", { ...settled, readyReplicas: 1 }, { replicas: 2 }),
      false,
    ],
    ["a DaemonSet on every node", workload("DaemonSet", daemons), true],
    ["a DaemonSet that misses a node", workload("DaemonSet", { ...daemons, numberAvailable: 2 }), false],
    ["a DaemonSet with an old pod", workload("DaemonSet", { ...daemons, updatedNumberScheduled: 2 }), false],
    ["a DaemonSet whose change was not seen yet", workload("DaemonSet", { ...daemons, observedGeneration: 1 }), false],
    ["a DaemonSet that is on no node", workload("DaemonSet", { observedGeneration: 2 }), false],
  ])("of %s", (_, object, done) => {
    expect(rollout(object).done).toBe(done);
  });

  it("says how far it is", () => {
    expect(rollout(undefined)).toEqual({ done: false, state: "does not exist" });
    expect(rollout(workload("Deployment", { availableReplicas: 1, updatedReplicas: 2 }, { replicas: 2 })).state).toBe(
      "1 of 2 available, 2 updated",
    );
    expect(rollout(workload("DaemonSet", daemons)).state).toBe("3 of 3 available, 3 updated");
  });
});
