import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { TcpRequest } from "../../../src/domain/measurement/probe.ts";
import { listenAs, refusedPort, replying } from "./odd-peers.ts";
import { batch, HOST, IDENTITY, startWorkload } from "./started-workload.ts";

const CLIENT_FIRST: TcpRequest = { kind: "tcp", mode: "client-first" };
const SERVER_FIRST: TcpRequest = { kind: "tcp", mode: "server-first" };

describe.each([CLIENT_FIRST, SERVER_FIRST])("a TCP probe, $mode", (request) => {
  it("gets the identity and its id back, and arrives exactly once", async () => {
    const { tcp, operations } = await startWorkload();
    const seen = await operations.probe(batch(tcp, request, { count: 5 }));
    expect(seen).toHaveLength(5);
    for (const one of seen) {
      expect(one).toMatchObject({ echoedId: one.id, server: { ...IDENTITY, port: tcp } });
      expect(one.failure).toBeUndefined();
      expect(operations.arrivals(one.id)).toMatchObject([{ id: one.id, transport: "tcp", port: tcp }]);
    }
  });

  it("is reset by a port on which nobody listens, and by one that closes", async () => {
    const { operations } = await startWorkload();
    const closing = await listenAs((socket) => socket.end());
    for (const port of [await refusedPort(), closing]) {
      expect(await operations.probe(batch(port, request))).toMatchObject([{ failure: "reset", partial: false }]);
    }
  });

  it("times out on a server that says nothing", async () => {
    const { operations } = await startWorkload();
    const port = await listenAs((socket) => socket.resume());
    const seen = await operations.probe(batch(port, request, { timeoutMs: 30 }));
    expect(seen).toMatchObject([{ failure: "timeout", partial: false }]);
  });
});

describe("a proxy that waits for the client's bytes", () => {
  it("lets a client that speaks first through and leaves the other hanging", async () => {
    const { tcp, operations } = await startWorkload();
    const sniffing = await listenAs((client) => {
      client.once("data", (piece) => {
        const server = connect(tcp, HOST);
        server.on("error", () => client.destroy());
        server.write(piece);
        client.pipe(server);
        server.pipe(client);
      });
    });
    const [spoken] = await operations.probe(batch(sniffing, CLIENT_FIRST));
    expect(spoken).toMatchObject({ echoedId: "run-1-0", server: { port: tcp } });
    const [hanging] = await operations.probe(batch(sniffing, SERVER_FIRST, { timeoutMs: 30, id: "run-2" }));
    expect(hanging).toMatchObject({ failure: "timeout", partial: false });
  });
});

describe("the TCP echo", () => {
  it("is told apart from what a proxy says", async () => {
    const { operations } = await startWorkload();
    const port = await listenAs(replying("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const [seen] = await operations.probe(batch(port, CLIENT_FIRST));
    expect(seen).toMatchObject({ failure: "reset", partial: false });
    expect(seen?.detail).toContain("HTTP/1.1 400");
  });

  it("has begun its reply when the connection breaks after the banner", async () => {
    const { operations } = await startWorkload();
    const port = await listenAs(replying("smi-workload p/a/w/9000\n"));
    const [seen] = await operations.probe(batch(port, CLIENT_FIRST));
    expect(seen).toMatchObject({ failure: "reset", partial: true, server: { pod: "p", port: 9000 } });
  });

  it("survives a client that never ends its line, and notes it without an id", async () => {
    const { tcp, operations } = await startWorkload();
    const socket = connect(tcp, HOST);
    socket.on("error", () => {});
    socket.resume().write("x".repeat(10_000));
    await new Promise((resolve) => socket.on("close", resolve));
    const [seen] = await operations.probe(batch(tcp, CLIENT_FIRST));
    expect(seen?.echoedId).toBe("run-1-0");
    expect(operations.arrivals("").filter((arrival) => arrival.id === "")).toMatchObject([{ transport: "tcp" }]);
  });
});

describe("a UDP probe", () => {
  it("gets the identity and its id back, and arrives", async () => {
    const { udp, operations } = await startWorkload();
    const seen = await operations.probe(batch(udp, { kind: "udp" }, { count: 3 }));
    for (const one of seen) {
      expect(one).toMatchObject({ echoedId: one.id, server: { ...IDENTITY, port: udp } });
      expect(operations.arrivals(one.id)).toMatchObject([{ id: one.id, transport: "udp", port: udp }]);
    }
  });

  it("is sent again until the echo comes", async () => {
    const { operations } = await startWorkload();
    let datagrams = 0;
    const port = await bindUdp((socket, message, from) => {
      datagrams += 1;
      if (datagrams === 3) socket.send(`smi-workload p/a/w/9100 ${message}`, from.port, from.address);
    });
    const seen = await operations.probe(batch(port, { kind: "udp", datagrams: 5 }, { timeoutMs: 5_000 }));
    expect(seen).toMatchObject([{ echoedId: "run-1-0", server: { port: 9100 } }]);
    expect(datagrams).toBe(3);
  });

  it("times out, all datagrams sent, where no echo comes", async () => {
    const { operations } = await startWorkload();
    let datagrams = 0;
    const port = await bindUdp(() => {
      datagrams += 1;
    });
    const seen = await operations.probe(batch(port, { kind: "udp", datagrams: 3 }, { timeoutMs: 450 }));
    expect(seen).toMatchObject([{ failure: "timeout", partial: false }]);
    await expect.poll(() => datagrams).toBe(3);
  });

  it("is reset where the kernel says that nobody listens", async () => {
    const { operations } = await startWorkload();
    const seen = await operations.probe(batch(1, { kind: "udp" }));
    expect(seen).toMatchObject([{ failure: "reset", partial: false }]);
  });
});

type OnDatagram = (
  socket: ReturnType<typeof createSocket>,
  message: Buffer,
  from: { readonly port: number; readonly address: string },
) => void;

async function bindUdp(onDatagram: OnDatagram): Promise<number> {
  const socket = createSocket("udp4");
  socket.on("message", (message, from) => onDatagram(socket, message, from));
  await new Promise<void>((resolve) => {
    socket.bind(0, HOST, resolve);
  });
  onTestFinished(() => {
    socket.close();
  });
  return socket.address().port;
}
