/** Peers that do to a client what proxies and dead servers do. */
import { createServer as createHttp2Server, type IncomingHttpHeaders } from "node:http2";
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { HOST } from "./started-workload.ts";

/** Listens until the test has finished and gives each connection to `serve`; returns the port. */
export async function listenAs(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, HOST, resolve);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** A port that was free a moment ago, so that nobody listens on it. */
export async function refusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, HOST, resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Says `text` once the client has said something, then does what `then` does. */
export const replying =
  (text: string | Buffer, then: (socket: Socket) => void = (socket) => socket.end()) =>
  (socket: Socket) => {
    socket.once("data", () => socket.write(text, () => then(socket)));
  };

/** Passes everything on to `target`, both ways, and counts the connections it was asked for. */
export async function countingProxy(target: number): Promise<{ readonly port: number; connections(): number }> {
  let connections = 0;
  const port = await listenAs((client) => {
    connections += 1;
    const server = connect(target, HOST);
    server.on("error", () => client.destroy());
    client.on("close", () => server.destroy());
    client.pipe(server).pipe(client);
  });
  return { port, connections: () => connections };
}

/** An h2c server that says goodbye after each request; the headers that it got. */
export async function fleetingHttp2(): Promise<{ readonly port: number; readonly got: IncomingHttpHeaders[] }> {
  const got: IncomingHttpHeaders[] = [];
  const server = createHttp2Server();
  server.on("stream", (stream, headers) => {
    got.push(headers);
    stream.respond({ ":status": 200 }, { endStream: true });
    stream.session?.close();
  });
  const port = await listenAs((socket) => server.emit("connection", socket));
  return { port, got };
}
