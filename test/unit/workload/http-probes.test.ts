import { describe, expect, it } from "vitest";
import { countingProxy, fleetingHttp2, listenAs } from "./odd-peers.ts";
import { batch, GET, HOST, HTTP_CLIENTS, IDENTITY, startWorkload } from "./started-workload.ts";

describe.each(HTTP_CLIENTS)("a %s probe", (_name, request) => {
  it("is answered with the identity and its own id, and arrives exactly once", async () => {
    const { http, operations } = await startWorkload();
    const [seen] = await operations.probe(batch(http, request));
    expect(seen).toMatchObject({
      id: "run-1-0",
      status: 200,
      echoedId: "run-1-0",
      server: { ...IDENTITY, port: http },
    });
    expect(seen?.failure).toBeUndefined();
    const arrivals = operations.arrivals("run-1-");
    expect(arrivals).toMatchObject([
      {
        id: "run-1-0",
        transport: "http",
        port: http,
        method: "GET",
        path: "/api",
        peer: expect.stringMatching(/^127\./),
      },
    ]);
    expect(arrivals[0]?.headers).toEqual(expect.arrayContaining(["host", "servicename", "x-smi-request-id"]));
  });

  it.each(["/public/../admin", "//x", "/a%2Fb", "/x?q=1&q=../2", "/./a"])(
    "keeps the path %s as it is",
    async (path) => {
      const { http, operations } = await startWorkload();
      const [seen] = await operations.probe(batch(http, { ...request, path }));
      expect(seen).toMatchObject({ status: 200, echoedId: "run-1-0" });
      expect(operations.arrivals("run-1-").map((arrival) => arrival.path)).toEqual([path]);
    },
  );

  it.each(["fresh", "kept"] as const)("comes once per id over %s connections", async (connection) => {
    const { http, operations } = await startWorkload();
    const seen = await operations.probe(batch(http, request, { count: 25, connection }));
    const ids = Array.from({ length: 25 }, (_, n) => `run-1-${n}`);
    expect(seen.map((one) => one.id)).toEqual(ids);
    expect(seen.every((one) => one.status === 200 && one.echoedId === one.id && one.detail === undefined)).toBe(true);
    expect(new Set(operations.arrivals("run-1-").map((arrival) => arrival.id))).toEqual(new Set(ids));
    expect(operations.arrivals("run-1-")).toHaveLength(25);
  });

  it.each(["HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])("passes the method %s", async (method) => {
    const { http, operations } = await startWorkload();
    const [seen] = await operations.probe(batch(http, { ...request, method }));
    expect(seen).toMatchObject({ status: 200, echoedId: "run-1-0", server: { pod: IDENTITY.pod } });
    expect(operations.arrivals("run-1-")).toMatchObject([{ method }]);
  });

  it("has its body read to the end", async () => {
    const { http, operations } = await startWorkload();
    const body = "x".repeat(3_000_000);
    const [seen] = await operations.probe(batch(http, { ...request, method: "POST", body }));
    expect(seen).toMatchObject({ status: 200, echoedId: "run-1-0" });
  });

  it.each([204, 304, 403, 404, 503])("finds the marker on an error of the application: %i", async (status) => {
    const { http, operations } = await startWorkload();
    const [seen] = await operations.probe(batch(http, { ...request, path: `/status/${status}` }));
    expect(seen).toMatchObject({ status, echoedId: "run-1-0", server: { workload: IDENTITY.workload } });
    expect(seen?.failure).toBeUndefined();
  });

  it("counts as timed out, without a byte, when the answer comes too late", async () => {
    const { http, operations } = await startWorkload();
    const [seen] = await operations.probe(batch(http, { ...request, path: "/delay/30000" }, { timeoutMs: 1_000 }));
    expect(seen).toMatchObject({ failure: "timeout", partial: false });
    expect(operations.arrivals("run-1-")).toHaveLength(1);
  });

  it("is late but well when it may take longer than the delay", async () => {
    const { http, operations } = await startWorkload();
    const [seen] = await operations.probe(batch(http, { ...request, path: "/delay/20" }));
    expect(seen).toMatchObject({ status: 200, echoedId: "run-1-0" });
    expect(seen?.ms).toBeGreaterThanOrEqual(19);
  });
});

describe.each(HTTP_CLIENTS)("connections of %s probes", (_name, request) => {
  it.each([
    ["fresh", 6],
    ["kept", 1],
  ] as const)("are as many as %s means", async (connection, expected) => {
    const { http, operations } = await startWorkload();
    const proxy = await countingProxy(http);
    const seen = await operations.probe(batch(proxy.port, request, { count: 6, connection }));
    expect(seen.map((one) => one.status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(proxy.connections()).toBe(expected);
  });
});

describe("the headers of a probe", () => {
  const forged = { host: "internal.example", servicename: "app-x", "X-SMI-Request-Id": "stolen", "X-A": "b" };

  it.each([false, true])("say who calls and whom, over HTTP/1.1 (raw: %s)", async (raw) => {
    const { operations } = await startWorkload();
    const heads: string[] = [];
    const port = await listenAs((socket) => {
      socket.once("data", (bytes) => {
        heads.push(bytes.toString());
        socket.end("HTTP/1.1 204 No Content\r\n\r\n");
      });
    });
    await operations.probe(batch(port, { ...GET, raw }));
    expect(heads[0]).toContain(`\r\nHost: ${HOST}:${port}\r\nServiceName: app-b\r\nx-smi-request-id: run-1-0\r\n`);
    await operations.probe(batch(port, { ...GET, raw, headers: forged }));
    expect(heads[1]).toContain(
      "\r\nHost: internal.example\r\nServiceName: app-x\r\nX-A: b\r\nx-smi-request-id: run-1-0\r\n",
    );
    expect(heads[1]).not.toContain("stolen");
  });

  it("say who calls and whom, over h2c", async () => {
    const { operations } = await startWorkload();
    const { port, got } = await fleetingHttp2();
    await operations.probe(batch(port, { ...GET, protocol: "h2c" }));
    expect(got[0]).toMatchObject({
      ":authority": `${HOST}:${port}`,
      servicename: "app-b",
      "x-smi-request-id": "run-1-0",
    });
    await operations.probe(batch(port, { ...GET, protocol: "h2c", headers: forged }));
    expect(got[1]).toMatchObject({ ":authority": "internal.example", servicename: "app-x", "x-a": "b" });
    expect(got[1]?.["x-smi-request-id"]).toBe("run-1-0");
  });
});

it("takes each path through to the application even where Node's own client refuses to send it", async () => {
  const { http, operations } = await startWorkload();
  const [seen] = await operations.probe(batch(http, { ...GET, raw: true, path: "/a b" }));
  // Two spaces in a request line are no HTTP: the application itself says so, and a mesh's refusal looks different.
  expect(seen).toMatchObject({ status: 400, server: { pod: IDENTITY.pod } });
});

it("answers a tunnel request as the application", async () => {
  const { http, operations } = await startWorkload();
  const [seen] = await operations.probe(batch(http, { ...GET, method: "CONNECT", path: "example:80" }));
  expect(seen).toMatchObject({ status: 405, echoedId: "run-1-0", server: { pod: IDENTITY.pod } });
  expect(operations.arrivals("run-1-")).toMatchObject([{ method: "CONNECT", path: "example:80" }]);
});
