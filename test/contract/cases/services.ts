/** What a Service does with connections: which pods they reach, at which port, and what there is without any. */
import { beforeAll, describe, expect, it } from "vitest";
import { clusterIPOf, type Ground, only, REFUSAL_INTERVAL_MS, type Running } from "./ground.ts";
import { account, deployment, service } from "./manifests.ts";
import { batchTo, classNow, classOf, get, namesOf, podsReached } from "./probing.ts";

export function serviceCases(ground: Ground): void {
  describe("Services", () => {
    let namespace = "";
    let client: Running;
    let servers: readonly Running[] = [];

    const addressOf = (name: string) => clusterIPOf(ground, namespace, name);

    beforeAll(async () => {
      namespace = await ground.namespace();
      for (const name of ["a", "b"]) await ground.applied(account(namespace, name));
      await ground.applied(deployment(ground.image, namespace, "a"));
      await ground.applied(deployment(ground.image, namespace, "b", { replicas: 2 }));
      await ground.applied(
        service(namespace, "b", "b", [
          { port: 80, targetPort: 8080 },
          { port: 8080, targetPort: 8081 },
          { port: 9000 },
        ]),
      );
      await ground.applied(service(namespace, "heads", "b", [{ port: 80, targetPort: 8080 }], { clusterIP: "None" }));
      await ground.applied(service(namespace, "nobody", "none", [{ port: 80 }, { port: 81, protocol: "UDP" }]));
      await ground.applied(service(namespace, "bare", undefined, [{ port: 80 }]));
      client = only(await ground.running(namespace, "a", 1));
      servers = await ground.running(namespace, "b", 2);
      await ground.eventually(() => classNow(client.agent, "b", 80)).toBe("OK");
    });

    it("have an address that stays when they are applied again", async () => {
      const before = await addressOf("b");
      expect(before).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
      const ports = [{ port: 80, targetPort: 8080 }, { port: 8080, targetPort: 8081 }, { port: 9000 }];
      await ground.applied(service(namespace, "b", "b", ports));
      expect(await addressOf("b")).toBe(before);
      expect(await addressOf("heads")).toBe("None");
      expect(await addressOf("bare")).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    });

    it.each(["the name", "the address"])("spread connections over all pods, by %s", async (by) => {
      const host = by === "the name" ? "b" : await addressOf("b");
      // Each node's proxy learns of a pod some time after it is ready. That one of two known pods stays unseen in a look has a
      // chance of 2e-12.
      await ground.eventually(() => podsReached(client.agent, host, 80, 40)).toEqual(namesOf(servers));
    });

    it.each([
      [80, 8080],
      [8080, 8081],
      [9000, 9000],
    ])("lead from port %i to port %i of the pod", async (port, targetPort) => {
      const request = port === 9000 ? ({ kind: "tcp", mode: "server-first" } as const) : get("/");
      const seen = await client.agent.probe(batchTo("b", port, request));
      expect(classOf(seen)).toBe("OK");
      expect(new Set(seen.map(({ server }) => server?.port))).toEqual(new Set([targetPort]));
    });

    it("are reached from another namespace by their longer names", async () => {
      const other = await ground.namespace();
      await ground.applied(account(other, "c"));
      await ground.applied(deployment(ground.image, other, "c"));
      // Of the same name, and another one: each namespace has its own.
      await ground.applied(service(other, "b", "c", [{ port: 80, targetPort: 8080 }]));
      const outsider = only(await ground.running(other, "c", 1));
      await ground.eventually(() => classNow(outsider.agent, "b", 80)).toBe("OK");
      const far = await outsider.agent.probe(batchTo(`b.${namespace}`, 80));
      expect(new Set(far.map(({ server }) => server?.workload))).toEqual(new Set(["b"]));
      const near = await outsider.agent.probe(batchTo("b", 80));
      expect(new Set(near.map(({ server }) => server?.workload))).toEqual(new Set(["c"]));
    });

    it("without an address of their own resolve to their pods, and map no ports", async () => {
      const addresses = servers.map(({ ip }) => ip).toSorted();
      await ground.eventually(async () => (await client.agent.resolve("heads")).toSorted()).toEqual(addresses);
      // One of several name servers has them; the one that a probe asks may be another.
      await ground.eventually(() => podsReached(client.agent, "heads", 8080, 40)).toEqual(namesOf(servers));
      // Where nobody listens: nothing stands between that could lead to 8080.
      expect(classOf(await client.agent.probe(batchTo("heads", 80)))).toBe("CONNECTION_REFUSED");
    });

    it.each([
      ["whose selector finds no pod", "nobody"],
      ["without a selector", "bare"],
    ])("%s refuse, and resolve all the same", async (_, name) => {
      await ground.eventually(() => client.agent.resolve(name)).toEqual([await addressOf(name)]);
      await ground.eventually(() => classNow(client.agent, name, 80), REFUSAL_INTERVAL_MS).toBe("CONNECTION_REFUSED");
    });

    it("without pods refuse datagrams too", async () => {
      // Kernels limit how often they say "unreachable", and what is not said is taken for lost.
      await ground
        .eventually(() => classNow(client.agent, "nobody", 81, { kind: "udp" }))
        .toMatch(/^(CONNECTION_REFUSED|DROP|\{("(CONNECTION_REFUSED|DROP)":\d+,?)+\})$/);
    });

    it("follow a change of their selector and ports", async () => {
      await ground.applied(service(namespace, "turns", "none", [{ port: 80, targetPort: 8080 }]));
      await ground
        .eventually(() => classNow(client.agent, "turns", 80), REFUSAL_INTERVAL_MS)
        .toBe("CONNECTION_REFUSED");
      await ground.applied(service(namespace, "turns", "b", [{ port: 80, targetPort: 8081 }]));
      await ground.eventually(() => classNow(client.agent, "turns", 80)).toBe("OK");
      const [seen] = await client.agent.probe(batchTo("turns", 80, get("/"), { count: 1 }));
      expect(seen?.server).toMatchObject({ workload: "b", port: 8081 });
    });

    it("that are deleted have neither name nor pods", async () => {
      await ground.applied(service(namespace, "gone", "b", [{ port: 80, targetPort: 8080 }]));
      const name = `gone.${namespace}.svc.cluster.local`;
      await ground.eventually(() => classNow(client.agent, name, 80)).toBe("OK");
      await ground.cluster.delete({ apiVersion: "v1", kind: "Service", namespace, name: "gone" });
      await ground.eventually(() => client.agent.resolve(name)).toEqual([]);
    });
  });
}
