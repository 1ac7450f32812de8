import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../../src/domain/kubernetes/object.ts";
import { account, answers, batch, deployment, NAMESPACE, startCluster } from "./started-cluster.ts";

const named = (kind: string, name: string) => ({
  apiVersion: kind === "Deployment" ? "apps/v1" : "v1",
  kind,
  name,
  namespace: NAMESPACE,
});

describe("a Deployment", () => {
  it("has its pods running when the write returns, as what the template says", async () => {
    const { cluster, put, pods, agent, address } = await startCluster();
    await put(account("a"), deployment("a", { replicas: 2, labels: { tier: "x" } }));
    expect(await pods("a")).toEqual(["a-1", "a-2"]);
    const pod = await cluster.get(named("Pod", "a-1"));
    expect(pod).toMatchObject({
      metadata: { labels: { app: "a", tier: "x" }, annotations: { note: "x" }, ownerReferences: [{ name: "a" }] },
      spec: { serviceAccountName: "a" },
      status: { phase: "Running", podIP: expect.stringMatching(/^127\./), containerStatuses: [{ ready: true }] },
    });
    expect(await address("a-1")).not.toBe(await address("a-2"));
    expect(await (await agent("a-1")).health()).toMatchObject({
      ok: true,
      identity: { pod: "a-1", account: "a", workload: "a" },
      ports: { http: [8080, 8081], tcp: [9000, 9001], udp: [9100, 9101] },
    });
    expect(await cluster.get(named("Deployment", "a"))).toMatchObject({
      status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 },
    });
  });

  it("is scaled up and down, and the pods that stay stay", async () => {
    const { cluster, put, pods, address } = await startCluster();
    await put(account("a"), deployment("a"));
    const first = await address("a-1");
    await put(deployment("a", { replicas: 3 }));
    expect(await pods("a")).toEqual(["a-1", "a-2", "a-3"]);
    await put(deployment("a", { replicas: 1 }));
    expect(await pods("a")).toEqual(["a-1"]);
    expect(await address("a-1")).toBe(first);
    await put(deployment("a", { replicas: 0 }));
    expect(await pods("a")).toEqual([]);
    expect(await cluster.get(named("Deployment", "a"))).toMatchObject({
      status: { observedGeneration: 4, replicas: 0, availableReplicas: 0, unavailableReplicas: 0 },
    });
    await put(deployment("a", { replicas: 1 }));
    expect(await pods("a")).toEqual(["a-4"]);
  });

  it("replaces its pods when the template changes, and never has fewer ready ones", async () => {
    const { cluster, put, pods } = await startCluster();
    await put(account("a"), account("other"), deployment("a", { replicas: 2 }));
    const ready = new Set(["a-1", "a-2"]);
    let fewest = 2;
    const isReady = (pod: KubernetesObject) =>
      (pod.status as { containerStatuses?: { ready: boolean }[] } | undefined)?.containerStatuses?.[0]?.ready === true;
    await cluster.watch(
      { apiVersion: "v1", kind: "Pod", namespace: NAMESPACE },
      ({ type, object }) => {
        if (type !== "DELETED" && isReady(object)) ready.add(object.metadata.name);
        else ready.delete(object.metadata.name);
        fewest = Math.min(fewest, ready.size);
      },
      new AbortController().signal,
      () => {},
    );
    await put(deployment("a", { replicas: 2, account: "other" }));
    expect(await pods("a")).toEqual(["a-3", "a-4"]);
    expect(fewest).toBe(2);
    const agent = await cluster.agent({ namespace: NAMESPACE, name: "a-3", container: "workload" });
    expect(await agent.health()).toMatchObject({ identity: { account: "other" } });
  });

  it("replaces a pod that somebody deletes by one of another name and address", async () => {
    const { cluster, put, pods, address, agent } = await startCluster();
    await put(account("a"), deployment("a"));
    const [old, session] = [await address("a-1"), await agent("a-1")];
    await cluster.delete(named("Pod", "a-1"));
    expect(await pods("a")).toEqual(["a-2"]);
    expect(await address("a-2")).not.toBe(old);
    await expect(session.health()).rejects.toMatchObject({ code: "agent-lost" });
    // Nobody has the old address any more.
    expect(answers(await (await agent("a-2")).probe(batch(old, 8080)))).toEqual(["reset"]);
  });

  it("takes its pods along, as does its namespace", async () => {
    const { cluster, put, pods } = await startCluster();
    await put(account("a"), account("b"), deployment("a"), deployment("b"));
    await cluster.delete(named("Deployment", "a"));
    expect(await pods("a")).toEqual([]);
    await cluster.delete({ apiVersion: "v1", kind: "Namespace", name: NAMESPACE });
    expect(await cluster.list({ apiVersion: "v1", kind: "Pod" })).toEqual([]);
    expect(await cluster.get({ apiVersion: "v1", kind: "Namespace", name: NAMESPACE })).toBeUndefined();
  });

  it("waits for a ServiceAccount that is not there, and says so once", async () => {
    const { cluster, put, pods } = await startCluster();
    await put(deployment("a", { replicas: 2 }));
    expect(await pods("a")).toEqual([]);
    await put(account("b"), deployment("a", { replicas: 3 }));
    const events = await cluster.list({ apiVersion: "v1", kind: "Event", namespace: NAMESPACE });
    expect(events).toMatchObject([
      {
        type: "Warning",
        reason: "FailedCreate",
        involvedObject: { kind: "Deployment", name: "a" },
        message:
          'Error creating: pods "a-1" is forbidden: error looking up service account n/a: serviceaccount "a" not found',
      },
    ]);
    expect(await cluster.get(named("Deployment", "a"))).toMatchObject({
      status: { replicas: 0, unavailableReplicas: 3 },
    });
    await put(account("a"));
    expect(await pods("a")).toEqual(["a-1", "a-2", "a-3"]);
  });

  it("keeps its old pods where new ones cannot be made", async () => {
    const { put, pods } = await startCluster();
    await put(account("a"), deployment("a", { replicas: 2 }), deployment("a", { replicas: 2, account: "nobody" }));
    expect(await pods("a")).toEqual(["a-1", "a-2"]);
    await put(account("nobody"));
    expect(await pods("a")).toEqual(["a-3", "a-4"]);
  });
});

it("a pod that names no ServiceAccount has the default one of its namespace", async () => {
  const { cluster, put, agent } = await startCluster();
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: NAMESPACE },
    spec: { containers: [{ name: "workload", image: "x" }] },
  };
  await put(pod);
  expect(await cluster.get(named("ServiceAccount", "default"))).toBeDefined();
  expect(await (await agent("p")).health()).toMatchObject({ ok: true, identity: { account: "default" } });
});

it("a pod whose ports are no numbers waits, with the reason in its status", async () => {
  const { cluster, put } = await startCluster();
  const containers = [{ name: "workload", image: "x", env: [{ name: "SMI_HTTP_PORTS", value: "web" }] }];
  await put({ apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: NAMESPACE }, spec: { containers } });
  expect(await cluster.get(named("Pod", "p"))).toMatchObject({
    status: {
      phase: "Pending",
      containerStatuses: [
        { ready: false, state: { waiting: { message: 'SMI_HTTP_PORTS: "web" is not a port number' } } },
      ],
    },
  });
  await expect(cluster.agent({ namespace: NAMESPACE, name: "p", container: "workload" })).rejects.toMatchObject({
    code: "agent-lost",
  });
});
