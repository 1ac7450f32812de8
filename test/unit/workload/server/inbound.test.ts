import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import type { TcpRequest } from "../../../../src/domain/measurement/probe.ts";
import { systemNetwork } from "../../../../src/workload/network.ts";
import type { Admittance, Incoming } from "../../../../src/workload/server/inbound.ts";
import { batch, GET, HOST, HTTP_CLIENTS, IDENTITY, type Started, startWorkload } from "../started-workload.ts";

const CLIENT = "127.0.0.34";

/** A server whose front answers `admittance`, what that front was asked, and a client of another address. */
async function guarded(admittance: Admittance): Promise<{ server: Started; client: Started; asked: Incoming[] }> {
  const asked: Incoming[] = [];
  const inbound = (incoming: Incoming) => {
    asked.push(incoming);
    return admittance;
  };
  const server = await startWorkload({ inbound });
  const client = await startWorkload({ listen: CLIENT, network: { ...systemNetwork, localAddress: CLIENT } });
  return { server, client, asked };
}

/** Short only where no answer comes. */
const limitOf = (kind: Admittance["kind"]) => (kind === "hang" ? { timeoutMs: 300 } : {});

describe.each(HTTP_CLIENTS)("a %s request to a guarded server", (_name, request) => {
  it("is shown to the guard once, with peer, port and head", async () => {
    const { server, client, asked } = await guarded({ kind: "allow" });
    const headers = { "X-A": "b" };
    expect(await client.operations.probe(batch(server.http, { ...request, headers }))).toMatchObject([{ status: 200 }]);
    expect(asked).toMatchObject([
      {
        transport: "http",
        peer: CLIENT,
        port: server.http,
        request: { method: "GET", path: "/api", headers: { "x-a": "b", "x-smi-request-id": "run-1-0" } },
      },
    ]);
  });

  it("is shown again for each request on a kept connection", async () => {
    const { server, client, asked } = await guarded({ kind: "allow" });
    await client.operations.probe(batch(server.http, request, { count: 4, connection: "kept" }));
    expect(asked).toHaveLength(4);
  });

  it("arrives with the headers that the guard adds", async () => {
    const { server, client } = await guarded({ kind: "allow", headers: { "x-front": "1" } });
    expect(await client.operations.probe(batch(server.http, request))).toMatchObject([{ echoedId: "run-1-0" }]);
    expect(server.operations.arrivals("run-1-")[0]?.headers).toEqual(expect.arrayContaining(["x-front", "host"]));
  });

  it("is refused by a status without the application's marker, and never arrives", async () => {
    const { server, client } = await guarded({ kind: "refuse", status: 403 });
    const probes = batch(server.http, { ...request, method: "POST", body: "x".repeat(200_000) }, { count: 3 });
    for (const seen of await client.operations.probe(probes)) {
      expect(seen).toMatchObject({ status: 403, detail: '"refused\\n"' });
      expect(seen.failure ?? seen.server ?? seen.echoedId).toBeUndefined();
    }
    expect(server.operations.arrivals("")).toEqual([]);
  });

  it.each([
    ["reset", "reset"],
    ["hang", "timeout"],
  ] as const)("meets a %s as a %s without a byte, and never arrives", async (kind, failure) => {
    const { server, client } = await guarded({ kind });
    const seen = await client.operations.probe(batch(server.http, request, limitOf(kind)));
    expect(seen).toMatchObject([{ failure, partial: false }]);
    expect(server.operations.arrivals("")).toEqual([]);
  });

  it("is refused in the application's own name where that is what the guard says", async () => {
    const { server, client } = await guarded({ kind: "as-application" });
    const [seen] = await client.operations.probe(batch(server.http, request));
    expect(seen).toMatchObject({ status: 403, server: IDENTITY, echoedId: "run-1-0" });
    expect(server.operations.arrivals("run-1-")).toHaveLength(1);
  });
});

describe("what is no ordinary request", () => {
  it.each([
    [{ kind: "refuse", status: 403 }, { status: 403 }, 0],
    [{ kind: "reset" }, { failure: "reset" }, 0],
    [{ kind: "hang" }, { failure: "timeout" }, 0],
    [{ kind: "as-application" }, { status: 403, server: IDENTITY }, 1],
    [{ kind: "allow" }, { status: 405, server: IDENTITY }, 1],
  ] as const)("passes the guard too: a tunnel, %j", async (admittance, expected, arrivals) => {
    const { server, client } = await guarded(admittance);
    const tunnel = batch(server.http, { ...GET, method: "CONNECT", path: "example:80" }, limitOf(admittance.kind));
    const [seen] = await client.operations.probe(tunnel);
    expect(seen).toMatchObject(expected);
    if (!("server" in expected)) expect(seen).not.toHaveProperty("server");
    expect(server.operations.arrivals("")).toHaveLength(arrivals);
  });

  it("passes the guard too: bytes that are no HTTP", async () => {
    const { server, client, asked } = await guarded({ kind: "refuse", status: 403 });
    const [seen] = await client.operations.probe(batch(server.http, { ...GET, raw: true, path: "/a b" }));
    expect(seen).toMatchObject({ status: 403 });
    expect(seen).not.toHaveProperty("server");
    expect(asked).toMatchObject([{ peer: CLIENT, request: { method: "", path: "" } }]);
  });
});

describe.each<TcpRequest>([
  { kind: "tcp", mode: "client-first" },
  { kind: "tcp", mode: "server-first" },
])("a guarded TCP connection, $mode", (request) => {
  it("is shown to the guard once and allowed", async () => {
    const { server, client, asked } = await guarded({ kind: "allow" });
    expect(await client.operations.probe(batch(server.tcp, request))).toMatchObject([{ echoedId: "run-1-0" }]);
    expect(asked).toEqual([{ transport: "tcp", peer: CLIENT, port: server.tcp }]);
  });

  it.each([
    [{ kind: "refuse", status: 403 }, "reset"],
    [{ kind: "reset" }, "reset"],
    [{ kind: "hang" }, "timeout"],
  ] as const)("ends without a byte of the application: %j", async (admittance, failure) => {
    const { server, client } = await guarded(admittance);
    const seen = await client.operations.probe(batch(server.tcp, request, limitOf(admittance.kind)));
    expect(seen).toMatchObject([{ failure, partial: false }]);
    expect(seen[0]).not.toHaveProperty("server");
    expect(server.operations.arrivals("")).toEqual([]);
  });

  it("is echoed another id by an application that refuses itself", async () => {
    const { server, client } = await guarded({ kind: "as-application" });
    const [seen] = await client.operations.probe(batch(server.tcp, request));
    expect(seen).toMatchObject({ echoedId: "refused", server: IDENTITY });
    expect(server.operations.arrivals("run-1-")).toHaveLength(1);
  });
});

describe("a guarded datagram", () => {
  it.each([
    [{ kind: "allow" }, { echoedId: "run-1-0" }, 1],
    [{ kind: "refuse", status: 403 }, { failure: "timeout", partial: false }, 0],
    [{ kind: "reset" }, { failure: "timeout", partial: false }, 0],
    [{ kind: "hang" }, { failure: "timeout", partial: false }, 0],
    [{ kind: "as-application" }, { failure: "timeout", server: IDENTITY, echoedId: "refused" }, 1],
  ] as const)("%j", async (admittance, expected, arrivals) => {
    const { server, client, asked } = await guarded(admittance);
    // A refusal is no answer here, and what refuses as the application is not taken for one.
    const limit = admittance.kind === "allow" ? {} : { timeoutMs: admittance.kind === "as-application" ? 1_000 : 100 };
    const seen = await client.operations.probe(batch(server.udp, { kind: "udp" }, limit));
    expect(seen).toMatchObject([expected]);
    await expect.poll(() => asked).toEqual([{ transport: "udp", peer: CLIENT, port: server.udp }]);
    expect(server.operations.arrivals("")).toHaveLength(arrivals);
  });
});

it("is not asked about a pod's own loopback: the check of itself is well behind a closed door", async () => {
  const { server, asked } = await guarded({ kind: "reset" });
  expect(await server.operations.health()).toMatchObject({ ok: true });
  expect(asked).toEqual([]);
});

it("lets go of hanging connections when the server stops", async () => {
  const { server } = await guarded({ kind: "hang" });
  const ends = [server.http, server.tcp].map((port) => {
    const socket = connect({ host: HOST, port, localAddress: CLIENT });
    socket.on("error", () => {});
    socket.write("GET / HTTP/1.1\r\n\r\n");
    return new Promise((resolve) => socket.on("close", resolve));
  });
  // Both have arrived once another connection after them has.
  const [seen] = await server.operations.probe(
    batch(server.tcp, { kind: "tcp", mode: "server-first" }, { timeoutMs: 50 }),
  );
  expect(seen?.failure).toBe("timeout");
  await server.close();
  await Promise.all(ends);
});
