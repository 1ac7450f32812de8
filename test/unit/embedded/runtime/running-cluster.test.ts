import { describe, expect, it } from "vitest";
import type { DataPlane } from "../../../../src/embedded/data-plane.ts";
import { claimBlock } from "../../../../src/embedded/runtime/addresses.ts";
import { createUnderway } from "../../../../src/embedded/runtime/underway.ts";
import { account, batch, deployment, NAMESPACE, PORTS, startCluster } from "./started-cluster.ts";

const HANGING: DataPlane = { route: () => undefined, admit: () => ({ kind: "hang" }) };

async function twoPods(dataPlane?: Parameters<typeof startCluster>[0]) {
  const started = await startCluster(dataPlane);
  await started.put(account("a"), account("b"), deployment("a"), deployment("b"));
  return { ...started, a: await started.agent("a-1"), there: await started.address("b-1") };
}

describe("an agent", () => {
  it("breaks off a batch when its caller does", async () => {
    const { a, there } = await twoPods(HANGING);
    const stop = new AbortController();
    const probing = a.probe(batch(there, 8080, { count: 50 }), stop.signal);
    stop.abort(new Error("enough"));
    await expect(probing).rejects.toThrow("enough");
    await expect(a.probe(batch(there, 8080), stop.signal)).rejects.toThrow("enough");
    expect(await a.health()).toMatchObject({ ok: true });
  });

  it("is lost with its pod, in the middle of a batch too", async () => {
    const { a, there, cluster } = await twoPods(HANGING);
    const probing = a.probe(batch(there, 8080));
    const lost = {
      name: "InfrastructureError",
      code: "agent-lost",
      message: expect.stringContaining("n/a-1 ended: the pod"),
    };
    await Promise.all([
      expect(probing).rejects.toMatchObject(lost),
      cluster.delete({ apiVersion: "v1", kind: "Pod", name: "a-1", namespace: NAMESPACE }),
    ]);
    await expect(a.arrivals("")).rejects.toMatchObject(lost);
    await expect(a.resolve("b")).rejects.toMatchObject(lost);
    await expect(a.probe(batch(there, 8080))).rejects.toMatchObject(lost);
  });

  it("answers nothing more once it is closed; another one does", async () => {
    const { a, agent } = await twoPods();
    await a.close();
    await expect(a.health()).rejects.toMatchObject({
      code: "agent-lost",
      message: expect.stringContaining("closed by the suite"),
    });
    expect(await (await agent("a-1")).health()).toMatchObject({ ok: true });
  });

  it.each([
    ["nobody", "workload", 'pods "nobody" not found'],
    ["a-1", "sidecar", "container sidecar is not valid"],
  ])("is not to be had of %s, container %s", async (name, container, why) => {
    const { cluster } = await twoPods();
    await expect(cluster.agent({ namespace: NAMESPACE, name, container })).rejects.toMatchObject({
      code: "agent-lost",
      message: expect.stringContaining(why),
    });
  });
});

describe("the log of a pod", () => {
  it("says where it serves, and why there is none", async () => {
    const { cluster, there } = await twoPods();
    const pod = { namespace: NAMESPACE, name: "b-1" };
    expect(await cluster.logs(pod, 10)).toMatch(new RegExp(`^\\S+Z smi-workload: serving .*8080.* on ${there}\n$`));
    expect(await cluster.logs(pod, 1)).not.toBe("");
    expect(await cluster.logs({ ...pod, previous: true }, 10)).toContain("not found");
    expect(await cluster.logs({ ...pod, name: "nobody" }, 10)).toBe('no log: pods "nobody" not found');
  });
});

describe("a cluster that is closed", () => {
  it("has let go of everything, with batches and pods under way", async () => {
    const before = process.getActiveResourcesInfo().filter((kind) => /TCP|UDP|Timeout/.test(kind)).length;
    const addresses = await claimBlock(PORTS);
    await addresses.release();
    const { cluster, a, there } = await twoPods(HANGING);
    expect(there).toContain(`127.${addresses.block}.`);
    const probing = a.probe(batch(there, 8080, { count: 20, concurrency: 8 }));
    const writing = cluster.apply(deployment("b", { replicas: 4 }));
    await Promise.all([expect(probing).rejects.toMatchObject({ code: "agent-lost" }), cluster.close(), writing]);
    // A closed socket is off the list once its close has been told.
    await expect
      .poll(() => process.getActiveResourcesInfo().filter((kind) => /TCP|UDP|Timeout/.test(kind)).length - before)
      .toBeLessThanOrEqual(1);
    const again = await claimBlock(PORTS, addresses.block);
    await again.release();
  });

  it("answers nothing and tells those who watch", async () => {
    const { cluster } = await startCluster();
    const query = { apiVersion: "v1", kind: "Pod" };
    const losses: string[] = [];
    const events: string[] = [];
    const stopped = new AbortController();
    await cluster.watch(
      query,
      ({ type }) => events.push(type),
      stopped.signal,
      () => losses.push("stopped"),
    );
    await cluster.watch(
      query,
      () => {},
      new AbortController().signal,
      ({ message }) => losses.push(message),
    );
    stopped.abort();
    await cluster.close();
    await cluster.close();
    expect(losses).toEqual(["the embedded cluster was closed"]);
    expect(events).toEqual([]);
    const gone = { code: "cluster-unreachable" };
    await expect(cluster.list(query)).rejects.toMatchObject(gone);
    await expect(cluster.apply(account("a"))).rejects.toMatchObject(gone);
    await expect(cluster.delete({ ...query, name: "p" })).rejects.toMatchObject(gone);
  });
});

describe("what is under way", () => {
  it("is waited for with what it begins, and its failure is told to who waits", async () => {
    const underway = createUnderway();
    const done: number[] = [];
    underway.add(
      Promise.resolve().then(() => {
        done.push(1);
        underway.add(Promise.resolve().then(() => void done.push(2)));
      }),
    );
    await underway.settled();
    expect(done).toEqual([1, 2]);
    underway.add(Promise.reject(new Error("broken")));
    await expect(underway.settled()).rejects.toThrow("broken");
    await underway.settled();
  });
});
