/**
 * Which class of outcome a probe meets, without any mesh. Each is brought about in a way that a real network and loopback have
 * in common. Two cannot be, and are left to the null meshes: packets that are lost on the way (loopback loses none; here a
 * server that does not answer in time stands for them), and a port that a ClusterIP does not serve (docs/embedded.md).
 */
import { beforeAll, describe, expect, it } from "vitest";
import { interpret } from "../../../src/domain/measurement/outcome.ts";
import type { ProbeRequest } from "../../../src/domain/measurement/probe.ts";
import { type Ground, only, type Running } from "./ground.ts";
import { account, deployment, service } from "./manifests.ts";
import { batchTo, classNow, classOf, get } from "./probing.ts";

/** Longer than this is no answer. Whatever has to happen before it, a connection and a request, takes far less also on a busy machine. */
const SHORT_MS = 1_000;

export function outcomeCases(ground: Ground): void {
  describe("outcomes of probes", () => {
    let namespace = "";
    let client: Running;
    let server: Running;

    beforeAll(async () => {
      namespace = await ground.namespace();
      for (const name of ["a", "b"]) {
        await ground.applied(account(namespace, name));
        await ground.applied(deployment(ground.image, namespace, name));
      }
      await ground.applied(
        service(namespace, "b", "b", [{ port: 80, targetPort: 8080 }, { port: 9000 }, { port: 81, targetPort: 7 }]),
      );
      await ground.applied(service(namespace, "b-udp", "b", [{ port: 9100, protocol: "UDP" }]));
      client = only(await ground.running(namespace, "a", 1));
      server = only(await ground.running(namespace, "b", 1));
      await ground.eventually(() => classNow(client.agent, "b", 80)).toBe("OK");
      await ground.eventually(() => classNow(client.agent, "b-udp", 9100, { kind: "udp" })).toBe("OK");
    });

    const met = async (host: string, port: number, request: ProbeRequest, timeoutMs = 4_000) =>
      client.agent.probe(batchTo(host, port, request, { timeoutMs }));

    it.each<[string, number, ProbeRequest]>([
      ["HTTP", 8080, get("/")],
      ["TCP", 9000, { kind: "tcp", mode: "client-first" }],
      ["UDP", 9100, { kind: "udp", datagrams: 5 }],
    ])("OK: %s, by the pod's own address", async (_, port, request) => {
      expect(classOf(await met(server.ip, port, request))).toBe("OK");
    });

    it.each<[string, ProbeRequest]>([
      ["HTTP/1.1", get("/")],
      ["HTTP/1.1 with the path as it is", { ...get("/"), raw: true }],
      ["h2c", { ...get("/"), protocol: "h2c" }],
      ["TCP", { kind: "tcp", mode: "client-first" }],
    ])("CONNECTION_REFUSED: %s to a port of a pod where nobody listens", async (_, request) => {
      const seen = await met(server.ip, 7, request);
      expect(classOf(seen)).toBe("CONNECTION_REFUSED");
      for (const { failure, detail } of seen) expect(`${failure} ${detail}`).toMatch(/reset.*ECONNREFUSED/);
    });

    // Kernels limit how often they say "unreachable", and what is not said is taken for lost.
    it("CONNECTION_REFUSED or DROP: UDP to a port of a pod where nobody listens", async () => {
      const seen = await met(server.ip, 7, { kind: "udp" });
      const classes = seen.map((one) => interpret(one).outcome);
      expect(classes.filter((outcome) => outcome !== "CONNECTION_REFUSED" && outcome !== "DROP")).toEqual([]);
      expect(classes).toContain("CONNECTION_REFUSED");
    });

    it("CONNECTION_REFUSED: a port of a Service that leads to one where nobody listens", async () => {
      expect(classOf(await met("b", 81, get("/")))).toBe("CONNECTION_REFUSED");
    });

    it("CONNECTION_REFUSED: the server goes away before it has answered", async () => {
      await ground.applied(account(namespace, "leaver"));
      await ground.applied(deployment(ground.image, namespace, "leaver"));
      const leaver = only(await ground.running(namespace, "leaver", 1));
      const batch = batchTo(leaver.ip, 8080, get("/delay/50000"), { count: 4, timeoutMs: 60_000 });
      const probing = client.agent.probe(batch);
      await ground.eventually(async () => (await leaver.agent.arrivals(`${batch.id}-`)).length).toBe(4);
      await ground.cluster.delete({ apiVersion: "v1", kind: "Pod", namespace, name: leaver.pod }, { graceSeconds: 1 });
      const seen = await probing;
      expect(classOf(seen)).toBe("CONNECTION_REFUSED");
      // Cut off where it was open, and not refused anew.
      for (const { failure, partial, detail } of seen) {
        expect({ failure, partial }).toEqual({ failure: "reset", partial: false });
        expect(detail).not.toContain("ECONNREFUSED");
      }
    });

    it("CONNECTION_REFUSED: words that are not those of the application's protocol", async () => {
      // The HTTP port answers a line that is no request with a 400 and hangs up.
      const seen = await met("b", 80, { kind: "tcp", mode: "client-first" });
      expect(classOf(seen)).toBe("CONNECTION_REFUSED");
    });

    it("DROP: no answer in time", async () => {
      const seen = await met("b", 80, get("/delay/5000"), SHORT_MS);
      expect(classOf(seen)).toBe("DROP");
      for (const { ms } of seen) expect(ms).toBeGreaterThanOrEqual(SHORT_MS - 1);
      // It did arrive: who drops is told by the server's log.
      expect(await server.agent.arrivals(seen[0]?.id.replace(/-\d+$/, "-") ?? "")).toHaveLength(20);
    });

    it("DROP: a port that waits for the client, and a client that waits for the server", async () => {
      expect(classOf(await met("b", 80, { kind: "tcp", mode: "server-first" }, SHORT_MS))).toBe("DROP");
    });

    it.each([400, 403, 404, 500, 503])("APP_ERROR: the application itself answers %i", async (status) => {
      const seen = await met("b", 80, get(`/status/${status}`));
      expect(classOf(seen)).toBe("APP_ERROR");
      for (const one of seen) expect(one).toMatchObject({ status, server: { pod: server.pod, port: 8080 } });
    });

    it("INFRA: a name that does not resolve", async () => {
      const seen = await met(`none.${namespace}.svc.cluster.local`, 80, get("/"));
      expect(seen.map((one) => interpret(one).outcome)).toEqual(seen.map(() => "INFRA"));
      expect(new Set(seen.map(({ failure }) => failure))).toEqual(new Set(["dns"]));
    });
  });
}
