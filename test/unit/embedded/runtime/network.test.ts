import { describe, expect, it } from "vitest";
import type { DataPlane, Inbound, Outbound, PodEndpoint, ServiceView } from "../../../../src/embedded/data-plane.ts";
import { noDataPlane } from "../../../../src/embedded/data-plane.ts";
import {
  account,
  answers,
  batch,
  deployment,
  GET,
  NAMESPACE,
  type Started,
  service,
  startCluster,
} from "./started-cluster.ts";

const web = (spec: object = {}) =>
  service("b", { selector: { app: "b" }, ports: [{ name: "h", port: 80, targetPort: 8080 }], ...spec });

/** A client `a` and two pods of `b` behind a Service of that name. */
async function world(dataPlane?: DataPlane): Promise<Started> {
  const started = await startCluster(dataPlane);
  await started.put(account("a"), account("b"), deployment("a"), deployment("b", { replicas: 2 }), web());
  return started;
}

async function clusterIP({ cluster }: Started, name = "b"): Promise<string> {
  const found = await cluster.get({ apiVersion: "v1", kind: "Service", name, namespace: NAMESPACE });
  return (found?.spec as { clusterIP?: string } | undefined)?.clusterIP ?? "";
}

describe("names", () => {
  it.each(["b", "b.n", "b.n.svc", "b.n.svc.cluster.local", "b.n.svc.cluster.local.", "B.N"])(
    "%s is the ClusterIP for a pod of the namespace",
    async (host) => {
      const started = await world();
      expect(await (await started.agent("a-1")).resolve(host)).toEqual([await clusterIP(started)]);
    },
  );

  it("mean the client's own namespace when they are short", async () => {
    const started = await world();
    const metadata = { name: "m" };
    await started.put(
      { apiVersion: "v1", kind: "Namespace", metadata },
      account("a", "m"),
      deployment("a", { namespace: "m" }),
    );
    const far = await started.agent("a-1", "m");
    expect(await far.resolve("b")).toEqual([]);
    expect(await far.resolve("b.n")).toEqual([await clusterIP(started)]);
    await started.put(service("b", { selector: { app: "a" }, ports: [{ port: 80 }] }, "m"));
    expect(await far.resolve("b")).not.toEqual([await clusterIP(started)]);
    expect(await far.resolve("b")).toHaveLength(1);
  });

  it.each(["nobody", "nobody.n.svc.cluster.local", "b.n.svc.cluster", "x.b.n.svc.cluster.local", "b.", "example.org"])(
    "%s is nothing",
    async (host) => {
      const { agent } = await world();
      const session = await agent("a-1");
      expect(await session.resolve(host)).toEqual([]);
      expect(answers(await session.probe(batch(host, 80)))).toEqual(["dns"]);
    },
  );

  it("of a headless Service are its pods, as they come and go", async () => {
    const { put, agent, address } = await world();
    await put(service("heads", { clusterIP: "None", selector: { app: "b" }, ports: [{ port: 8080 }] }));
    const session = await agent("a-1");
    expect(await session.resolve("heads")).toEqual([await address("b-1"), await address("b-2")]);
    const seen = await session.probe(batch("heads", 8080, { count: 4, concurrency: 1 }));
    expect(answers(seen)).toEqual(["b-1", "b-2", "b-1", "b-2"]);
    await put(deployment("b", { replicas: 0 }));
    expect(await session.resolve("heads")).toEqual([]);
  });
});

describe("kube-proxy", () => {
  it("spreads fresh connections over the ready pods and keeps a kept one where it is", async () => {
    const { put, agent } = await world();
    const session = await agent("a-1");
    const count = (seen: readonly unknown[], pod: string) => seen.filter((one) => one === pod).length;
    const fresh = answers(await session.probe(batch("b", 80, { count: 200 })));
    expect(count(fresh, "b-1") + count(fresh, "b-2")).toBe(200);
    // 1 in 10^8 for a fair choice to fall outside.
    expect(count(fresh, "b-1")).toBeGreaterThan(59);
    expect(count(fresh, "b-1")).toBeLessThan(141);
    const kept = answers(await session.probe(batch("b", 80, { count: 30, connection: "kept" })));
    expect(new Set(kept).size).toBe(1);
    await put(deployment("b", { replicas: 1 }));
    expect(new Set(answers(await session.probe(batch("b", 80, { count: 20, id: "c" }))))).toEqual(new Set(["b-1"]));
  });

  it("maps ports to those of the container, by number and by name, of its own protocol", async () => {
    const started = await world();
    const ports = [
      { name: "h", port: 80, targetPort: "web" },
      { name: "u", port: 53, targetPort: 9101, protocol: "UDP" },
      { name: "t", port: 53, targetPort: 9001, protocol: "TCP" },
      { name: "none", port: 81, targetPort: "nope" },
    ];
    await started.put(web({ ports }));
    const session = await started.agent("a-1");
    const portOf = async (port: number, request: Parameters<typeof batch>[2]) => {
      const [seen] = await session.probe(batch(await clusterIP(started), port, request));
      return seen?.failure ?? seen?.server?.port;
    };
    expect(await portOf(80, {})).toBe(8081);
    expect(await portOf(53, { request: { kind: "udp" } })).toBe(9101);
    expect(await portOf(53, { request: { kind: "tcp", mode: "client-first" } })).toBe(9001);
    for (const port of [81, 82, 8080]) expect(await portOf(port, {})).toBe("reset");
    expect(await portOf(80, { request: { kind: "udp" } })).toBe("reset");
  });

  it("refuses where there is no endpoint: no selector, no pod, no Service at the address any more", async () => {
    const started = await world();
    await started.put(
      service("bare", { ports: [{ port: 80, targetPort: 8080 }] }),
      service("empty", { selector: { app: "nobody" }, ports: [{ port: 80, targetPort: 8080 }] }),
    );
    const session = await started.agent("a-1");
    const address = await clusterIP(started);
    for (const host of ["bare", "empty"]) expect(answers(await session.probe(batch(host, 80)))).toEqual(["reset"]);
    await started.cluster.delete({ apiVersion: "v1", kind: "Service", name: "b", namespace: NAMESPACE });
    expect(answers(await session.probe(batch(address, 80)))).toEqual(["reset"]);
  });

  it("follows a Service whose selector changes, and a pod whose labels do", async () => {
    const { put, cluster, agent } = await world();
    await put(account("c"), deployment("c"), web({ selector: { app: "c" } }));
    const session = await agent("a-1");
    expect(answers(await session.probe(batch("b", 80)))).toEqual(["c-1"]);
    const pod = await cluster.get({ apiVersion: "v1", kind: "Pod", name: "c-1", namespace: NAMESPACE });
    const relabelled = { ...pod?.metadata.labels, app: "d" };
    await put({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "c-1", namespace: NAMESPACE, labels: relabelled },
      spec: pod?.spec,
    });
    expect(answers(await session.probe(batch("b", 80)))).toEqual(["reset"]);
  });
});

describe("a mesh", () => {
  it("is asked of each request to a Service, with what it is, and decides", async () => {
    const asked: Outbound[] = [];
    const route = (outbound: Outbound, services: ServiceView): PodEndpoint | undefined => {
      asked.push(outbound);
      return services.endpoints(outbound.service, outbound.port)[outbound.request?.path === "/one" ? 0 : 1];
    };
    const { agent, address } = await world({ ...noDataPlane, route });
    const session = await agent("a-1");
    const send = async (path: string, id: string) =>
      answers(await session.probe(batch("b", 80, { id, count: 3, connection: "kept", request: { ...GET, path } })));
    expect(await send("/one", "x")).toEqual(["b-1", "b-1", "b-1"]);
    expect(await send("/two", "y")).toEqual(["b-2", "b-2", "b-2"]);
    expect(asked).toHaveLength(6);
    expect(asked[0]).toMatchObject({
      from: { pod: "a-1", namespace: NAMESPACE, account: "a", address: await address("a-1"), labels: { app: "a" } },
      service: { namespace: NAMESPACE, name: "b" },
      port: 80,
      transport: "http",
      request: { method: "GET", path: "/one", headers: { host: "b", "x-smi-request-id": "x-0" } },
    });
    expect(asked.map(({ kept }) => kept?.pod.pod)).toEqual([undefined, "b-1", "b-1", undefined, "b-2", "b-2"]);
    expect(asked[1]?.kept?.port).toBe(8080);
  });

  it("can refuse at the client, and is not asked about traffic to a pod's own address", async () => {
    let asked = 0;
    const route = () => {
      asked += 1;
      return "refused" as const;
    };
    const { agent, address } = await world({ ...noDataPlane, route });
    const session = await agent("a-1");
    expect(answers(await session.probe(batch("b", 80)))).toEqual(["reset"]);
    expect(answers(await session.probe(batch(await address("b-1"), 8081)))).toEqual(["b-1"]);
    expect(asked).toBe(1);
  });

  it("is asked at the server of everything that comes, with who it is from", async () => {
    const asked: Inbound[] = [];
    const admit: DataPlane["admit"] = (inbound) => {
      asked.push(inbound);
      return inbound.port === 8080 ? { kind: "refuse", status: 403 } : { kind: "allow", headers: { "x-mesh": "1" } };
    };
    const { agent, address } = await world({ ...noDataPlane, admit });
    const [session, server] = [await agent("a-1"), await agent("b-1")];
    const there = await address("b-1");
    expect(answers(await session.probe(batch(there, 8080, { request: { ...GET, path: "/p" } })))).toEqual([403]);
    expect(answers(await session.probe(batch(there, 8081)))).toEqual(["b-1"]);
    expect(answers(await session.probe(batch(there, 9100, { request: { kind: "udp" } })))).toEqual(["b-1"]);
    expect(asked).toMatchObject([
      {
        to: { pod: "b-1" },
        from: { pod: "a-1", account: "a" },
        port: 8080,
        transport: "http",
        request: { path: "/p" },
      },
      { to: { pod: "b-1" }, from: { pod: "a-1" }, port: 8081, transport: "http" },
      { to: { pod: "b-1" }, from: { pod: "a-1" }, port: 9100, transport: "udp" },
    ]);
    expect((await server.arrivals(""))[0]?.headers).toContain("x-mesh");
    expect(await server.arrivals("")).toHaveLength(2);
    const stranger = await fetch(`http://${there}:8081/`);
    expect(stranger.headers.get("x-smi-workload")).toContain("b-1/");
    expect(asked.at(-1)?.from).toBeUndefined();
  });

  it("sees the same endpoints until a pod or the Service changes", async () => {
    const seen: (readonly PodEndpoint[])[] = [];
    const ports: (readonly number[] | undefined)[] = [];
    const route: DataPlane["route"] = ({ service, port }, services) => {
      seen.push(services.endpoints(service, port));
      expect(services.endpoints(service, 4711)).toEqual([]);
      ports.push(services.ports(service), services.ports({ ...service, name: "nobody" }));
      return undefined;
    };
    const { agent, put } = await world({ ...noDataPlane, route });
    const session = await agent("a-1");
    await session.probe(batch("b", 80, { count: 2 }));
    await put(deployment("b", { replicas: 3 }));
    await session.probe(batch("b", 80));
    expect(seen[1]).toBe(seen[0]);
    expect(seen[2]?.map(({ pod, port }) => [pod.pod, port])).toEqual(["b-1", "b-2", "b-3"].map((pod) => [pod, 8080]));
    expect(ports.slice(0, 2)).toEqual([[80], undefined]);
  });
});
