import { describe, expect, it } from "vitest";
import { fleetingHttp2, listenAs, refusedPort, replying } from "./odd-peers.ts";
import { batch, GET, HTTP_CLIENTS, startWorkload } from "./started-workload.ts";

const TLS_ALERT = Buffer.from([21, 3, 3, 0, 2, 2, 70]);
const OVER_HTTP1 = HTTP_CLIENTS.filter(([, request]) => request.protocol === "http/1.1");

describe.each(HTTP_CLIENTS)("a %s probe", (_name, request) => {
  it("is reset by a port on which nobody listens", async () => {
    const { operations } = await startWorkload();
    const [seen] = await operations.probe(batch(await refusedPort(), request));
    expect(seen).toMatchObject({ failure: "reset", partial: false });
    expect(seen?.detail).toContain("ECONNREFUSED");
  });

  it("is reset by a server that accepts and closes", async () => {
    const { operations } = await startWorkload();
    const port = await listenAs((socket) => socket.end());
    expect(await operations.probe(batch(port, request))).toMatchObject([{ failure: "reset", partial: false }]);
  });

  it("is reset by a server that hangs up on the request", async () => {
    const { operations } = await startWorkload();
    const port = await listenAs((socket) => socket.once("data", () => socket.resetAndDestroy()));
    expect(await operations.probe(batch(port, request))).toMatchObject([{ failure: "reset", partial: false }]);
  });

  it("times out on a server that never answers", async () => {
    const { operations } = await startWorkload();
    const port = await listenAs((socket) => socket.resume());
    const [seen] = await operations.probe(batch(port, request, { timeoutMs: 30 }));
    expect(seen).toMatchObject({ failure: "timeout", partial: false });
    expect(seen?.ms).toBeGreaterThanOrEqual(29);
  });

  it("says that a name does not resolve, for each probe of the batch", async () => {
    const { operations } = await startWorkload();
    const target = { host: "app-b.ns..svc", port: 80 };
    const seen = await operations.probe(batch(80, request, { target, count: 3 }));
    expect(seen).toMatchObject(["run-1-0", "run-1-1", "run-1-2"].map((id) => ({ id, failure: "dns", partial: false })));
  });
});

describe.each(OVER_HTTP1)("a %s probe", (_name, request) => {
  it("is reset, without a byte of a reply, by a TLS alert", async () => {
    const { operations } = await startWorkload();
    const port = await listenAs(replying(TLS_ALERT));
    expect(await operations.probe(batch(port, request))).toMatchObject([{ failure: "reset", partial: false }]);
  });

  it.each([
    ["in the head", "HTTP/1.1 200 O"],
    ["in the body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"],
    ["in a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"],
  ])("is reset after some bytes by a reply that ends %s", async (_where, text) => {
    const { operations } = await startWorkload();
    const port = await listenAs(replying(text));
    expect(await operations.probe(batch(port, request))).toMatchObject([{ failure: "reset", partial: true }]);
  });

  it("times out after some bytes of a reply that does not go on", async () => {
    const { operations } = await startWorkload();
    const port = await listenAs(replying("HTTP/1.1 200 OK\r\nContent-Le", () => {}));
    const [seen] = await operations.probe(batch(port, request, { timeoutMs: 2_000 }));
    expect(seen).toMatchObject({ failure: "timeout", partial: true });
  });

  it("sees a proxy's refusal as a status without the application's marker, and quotes it", async () => {
    const { operations } = await startWorkload();
    const refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 19\r\n\r\nRBAC: access denied";
    const port = await listenAs(replying(refusal));
    const [seen] = await operations.probe(batch(port, request));
    expect(seen).toMatchObject({ status: 403, detail: '"RBAC: access denied"' });
    expect(seen).not.toHaveProperty("server");
    expect(seen).not.toHaveProperty("failure");
  });

  it("calls what is no HTTP the client's failure, not the network's", async () => {
    const { operations } = await startWorkload();
    const port = await listenAs(replying("220 mail.example ESMTP\r\n"));
    expect(await operations.probe(batch(port, request))).toMatchObject([{ failure: "client", partial: true }]);
  });

  it("goes on over a new connection where the server closed the kept one", async () => {
    const { operations } = await startWorkload();
    let connections = 0;
    const reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    const port = await listenAs((socket) => {
      connections += 1;
      replying(reply)(socket);
    });
    const seen = await operations.probe(batch(port, request, { count: 3, connection: "kept" }));
    expect(seen.map(({ status, failure }) => ({ status, failure }))).toEqual(
      Array.from({ length: 3 }, () => ({ status: 200, failure: undefined })),
    );
    expect(connections).toBe(3);
    const anew = "on a connection opened anew";
    expect(seen.map((one) => one.detail?.includes(anew) ?? false)).toEqual([false, true, true]);
  });
});

it("is the client's failure when Node's client refuses to send the request", async () => {
  const { http, operations } = await startWorkload();
  const seen = await operations.probe(batch(http, { ...GET, path: "/a b" }, { connection: "kept" }));
  expect(seen).toMatchObject([{ failure: "client", partial: false }]);
});

it("goes on over a new h2c connection where the server said goodbye, and says so", async () => {
  const { operations } = await startWorkload();
  const { port } = await fleetingHttp2();
  const seen = await operations.probe(batch(port, { ...GET, protocol: "h2c" }, { count: 3, connection: "kept" }));
  const anew = "on a connection opened anew";
  expect(seen.map(({ status, detail }) => [status, detail])).toEqual([
    [200, undefined],
    [200, anew],
    [200, anew],
  ]);
});
