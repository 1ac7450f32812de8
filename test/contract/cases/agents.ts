/** The exec session to a pod: the commands of the workload's agent, and what becomes of it. */
import { beforeAll, describe, expect, it } from "vitest";
import type { ProbeRequest } from "../../../src/domain/measurement/probe.ts";
import { CONTAINER } from "../../../src/engine/cell/manifest.ts";
import { clusterIPOf, type Ground, only, type Running } from "./ground.ts";
import { account, deployment, service } from "./manifests.ts";
import { batchTo, classNow, classOf, get } from "./probing.ts";

const requests: readonly (readonly [string, number, ProbeRequest])[] = [
  ["HTTP/1.1", 8080, get("/path?q=1")],
  ["HTTP/1.1 with the path as it is", 8080, { ...get("/a/../b"), raw: true }],
  ["h2c", 8080, { ...get("/path"), protocol: "h2c" }],
  ["HTTP on a second port", 8081, get("/")],
  ["TCP, client first", 9000, { kind: "tcp", mode: "client-first" }],
  ["TCP, server first", 9001, { kind: "tcp", mode: "server-first" }],
  ["UDP", 9100, { kind: "udp", datagrams: 5 }],
];

export function agentCases(ground: Ground): void {
  describe("agents", () => {
    let namespace = "";
    let client: Running;
    let server: Running;

    beforeAll(async () => {
      namespace = await ground.namespace();
      for (const name of ["a", "b"]) {
        await ground.applied(account(namespace, `sa-${name}`));
        await ground.applied(deployment(ground.image, namespace, name, { account: `sa-${name}` }));
      }
      await ground.applied(
        service(namespace, "b", "b", [{ port: 8080 }, { port: 8081 }, { port: 9000 }, { port: 9001 }]),
      );
      await ground.applied(service(namespace, "b-udp", "b", [{ port: 9100, protocol: "UDP" }]));
      client = only(await ground.running(namespace, "a", 1));
      server = only(await ground.running(namespace, "b", 1));
      await ground.eventually(() => classNow(client.agent, "b", 8080)).toBe("OK");
      await ground.eventually(() => classNow(client.agent, "b-udp", 9100, { kind: "udp" })).toBe("OK");
    });

    it("say who they are, and that all ports answer", async () => {
      const health = await server.agent.health();
      expect(health).toMatchObject({
        ok: true,
        identity: { pod: server.pod, account: "sa-b", workload: "b" },
        ports: { http: [8080, 8081], tcp: [9000, 9001], udp: [9100, 9101] },
      });
      expect(server.ip).not.toBe(client.ip);
    });

    it("resolve a Service by each form of its name, to one address", async () => {
      const clusterIP = await clusterIPOf(ground, namespace, "b");
      for (const suffix of ["", `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.cluster.local`])
        expect(await client.agent.resolve(`b${suffix}`)).toEqual([clusterIP]);
      expect(await client.agent.resolve(clusterIP)).toEqual([clusterIP]);
    });

    it("resolve no name that there is not", async () => {
      for (const name of [`none.${namespace}.svc.cluster.local`, "b.no-such-namespace.svc.cluster.local"])
        expect(await client.agent.resolve(name)).toEqual([]);
    });

    it.each(requests)("%s is answered by the server, which notes it", async (_, port, request) => {
      const host = request.kind === "udp" ? "b-udp" : "b";
      const batch = batchTo(host, port, request);
      const seen = await client.agent.probe(batch);
      expect(classOf(seen)).toBe("OK");
      expect(seen.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_item, n) => `${batch.id}-${n}`));
      for (const { server: by } of seen) expect(by).toEqual({ pod: server.pod, account: "sa-b", workload: "b", port });

      const arrivals = await server.agent.arrivals(`${batch.id}-`);
      expect(new Set(arrivals.map(({ id }) => id))).toEqual(new Set(seen.map(({ id }) => id)));
      // Who a request comes from is told by its address: nothing but the pod itself has it.
      for (const arrival of arrivals) expect(arrival).toMatchObject({ transport: request.kind, port, peer: client.ip });
      if (request.kind === "http") {
        expect(arrivals).toHaveLength(20);
        for (const arrival of arrivals) {
          expect(arrival).toMatchObject({ method: "GET", path: request.path });
          expect(arrival.headers).toContain("x-smi-request-id");
        }
      }
    });

    it("read arrivals by prefix, and know nothing of other pods' arrivals", async () => {
      const [one, other] = [batchTo("b", 8080), batchTo("b", 8080)];
      await client.agent.probe(one);
      await client.agent.probe(other);
      expect(await server.agent.arrivals(`${one.id}-`)).toHaveLength(20);
      expect(await server.agent.arrivals(`${one.id}-7`)).toHaveLength(1);
      expect(await server.agent.arrivals(`${one.id}-none`)).toEqual([]);
      expect(await client.agent.arrivals(`${one.id}-`)).toEqual([]);
    });

    it("send several batches at once, and tell them apart", async () => {
      const batches = Array.from({ length: 6 }, (_, n) => batchTo("b", 8080, get(`/${n}`)));
      const answers = await Promise.all(batches.map((batch) => client.agent.probe(batch)));
      for (const [n, batch] of batches.entries()) {
        expect(classOf(answers[n] ?? [])).toBe("OK");
        expect(answers[n]?.every(({ id }) => id.startsWith(`${batch.id}-`))).toBe(true);
        const arrivals = await server.agent.arrivals(`${batch.id}-`);
        expect(new Set(arrivals.map(({ path }) => path))).toEqual(new Set([`/${n}`]));
      }
    });

    it("send a whole batch on one connection where that is asked for", async () => {
      const seen = await client.agent.probe(batchTo("b", 8080, get("/"), { connection: "kept" }));
      expect(classOf(seen)).toBe("OK");
      expect(seen.filter(({ detail }) => detail?.includes("opened anew"))).toEqual([]);
    });

    it("reject a batch that is stopped, and go on", async () => {
      const stop = new AbortController();
      const batch = batchTo("b", 8080, get("/delay/500"), { concurrency: 1 });
      const probing = client.agent.probe(batch, stop.signal);
      // Under way, and far from its end.
      await ground.eventually(async () => (await server.agent.arrivals(`${batch.id}-`)).length).toBeGreaterThan(0);
      const reason = new Error("enough");
      stop.abort(reason);
      await expect(probing).rejects.toBe(reason);
      await expect(client.agent.probe(batchTo("b", 8080), AbortSignal.abort(reason))).rejects.toBe(reason);
      expect(await classNow(client.agent, "b", 8080)).toBe("OK");
    });

    it("two to one pod are two, and each can be closed without the other", async () => {
      const pod = { namespace, name: server.pod, container: CONTAINER };
      const [one, other] = [await ground.cluster.agent(pod), await ground.cluster.agent(pod)];
      await one.close();
      await expect(one.health()).rejects.toMatchObject({ code: "agent-lost" });
      expect((await other.health()).ok).toBe(true);
      await other.close();
      await other.close();
      expect((await server.agent.health()).ok).toBe(true);
    });

    it("to a pod that there is not cannot be had", async () => {
      const agent = ground.cluster.agent({ namespace, name: "none", container: CONTAINER });
      await expect(agent).rejects.toMatchObject({ code: "agent-lost" });
    });

    it("logs of a pod are to be had, and those of none say so", async () => {
      expect(await ground.cluster.logs({ namespace, name: server.pod, container: CONTAINER }, 10)).toMatch(/serving/);
      expect(await ground.cluster.logs({ namespace, name: "none" }, 10)).toMatch(/^no log: /);
    });
  });
}
