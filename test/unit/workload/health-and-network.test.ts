import { describe, expect, it } from "vitest";
import { formatMarker, parseMarker } from "../../../src/workload/identity.ts";
import { systemNetwork } from "../../../src/workload/network.ts";
import { optionsFromEnv } from "../../../src/workload/settings.ts";
import { batch, GET, HOST, IDENTITY, startWorkload } from "./started-workload.ts";

describe("the server's check of itself", () => {
  it("finds every port well and leaves no arrival behind", async () => {
    const { operations, ports } = await startWorkload();
    const { http, tcp, udp } = ports;
    const before = Date.now();
    const health = await operations.health();
    expect(health).toMatchObject({ ok: true, identity: IDENTITY, ports: { http, tcp, udp } });
    expect(health.now).toBeGreaterThanOrEqual(before);
    expect(operations.arrivals("")).toEqual([]);
  });

  it("names what does not answer", async () => {
    const { operations, close, ports } = await startWorkload();
    await close();
    const health = await operations.health();
    expect(health).toMatchObject({ ok: false, ports: { http: [], tcp: [], udp: [] } });
    for (const port of [...ports.http, ...ports.tcp, ...ports.udp]) expect(health.detail).toContain(String(port));
  });
});

describe("a batch to a name", () => {
  it("resolves once, takes the addresses in turn, and keeps the name as host", async () => {
    const asked: string[] = [];
    const network = {
      resolve: async (host: string) => {
        asked.push(host);
        return [HOST, "127.0.0.32"];
      },
    };
    const first = await startWorkload({ network });
    const target = { host: "app-b.ns", port: first.http };
    const seen = await first.operations.probe(batch(first.http, GET, { target, count: 6, concurrency: 1 }));
    expect(asked).toEqual(["app-b.ns"]);
    // Nobody listens on the second address.
    expect(seen.map((one) => one.failure ?? one.status)).toEqual([200, "reset", 200, "reset", 200, "reset"]);
  });

  it("can be redirected and sent from another address, as an embedded cluster does", async () => {
    const server = await startWorkload();
    const network = {
      ...systemNetwork,
      localAddress: "127.0.0.33",
      redirect: ({ port }: { readonly port: number }, transport: "tcp" | "udp") =>
        transport === "udp"
          ? { address: HOST, port: server.udp }
          : { address: HOST, port: port === 1 ? server.http : server.tcp },
    };
    const client = await startWorkload({ network });
    const target = { host: "10.96.0.1", port: 1 };
    const requests = [GET, { ...GET, raw: true }, { ...GET, protocol: "h2c" }, { kind: "udp" }] as const;
    for (const [n, request] of requests.entries()) {
      const id = `hop-${n}`;
      const [seen] = await client.operations.probe(batch(1, request, { id, target }));
      expect(seen).toMatchObject({ echoedId: `${id}-0` });
      expect(server.operations.arrivals(`${id}-`)).toMatchObject([{ peer: "127.0.0.33" }]);
    }
    const tcp = batch(
      2,
      { kind: "tcp", mode: "server-first" },
      { id: "hop-tcp", target: { host: "10.96.0.1", port: 2 } },
    );
    await client.operations.probe(tcp);
    expect(server.operations.arrivals("hop-tcp-")).toMatchObject([{ peer: "127.0.0.33", transport: "tcp" }]);
  });
});

describe("who a workload is", () => {
  it("survives the marker whatever its name holds", () => {
    const identity = { pod: "a/b c", account: "ä", workload: "w\nx" };
    expect(parseMarker(formatMarker(identity, 8080))).toEqual({ ...identity, port: 8080 });
  });

  it.each([undefined, "", "a/b/c", "a/b/c/port", "a/b/c/1, a/b/c/1", "%/b/c/1"])(
    "is nobody by the marker %j",
    (marker) => {
      expect(parseMarker(marker)).toBeUndefined();
    },
  );

  it("and where it listens has defaults", () => {
    expect(optionsFromEnv({ POD_NAME: "p", SERVICE_VERSION: "v2" })).toEqual({
      identity: { pod: "p", account: "default", workload: "Default", version: "v2" },
      httpPorts: [8080, 8081],
      tcpPorts: [9000, 9001],
      udpPorts: [9100, 9101],
      learnLayer5Port: 9091,
      control: "/tmp/smi-workload.sock",
    });
  });

  it("holds no port when one of them is taken", async () => {
    const { http } = await startWorkload();
    const { startServer } = await import("../../../src/workload/server/server.ts");
    const options = { identity: IDENTITY, listen: HOST, tcpPorts: [], udpPorts: [], learnLayer5Port: 0 };
    await expect(startServer({ ...options, httpPorts: [http] })).rejects.toThrow(`cannot listen on ${HOST}:${http}`);
  });
});
