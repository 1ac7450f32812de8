/** An API server on loopback that can be told to go wrong, behind the real client. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { KubeConfig } from "@kubernetes/client-node";

export type ApiFault =
  | "stall"
  | "reset"
  | "half"
  | "flood"
  | "drip"
  | { readonly status: number }
  /** Answers 200 with this. */
  | { readonly body: unknown };

export type ExecFault = "refused" | "no-upgrade" | "silent" | "dies" | "floods" | "close-frame" | { send: Buffer[] };

/** One frame of a server: no mask. @param channel 1 standard output, 2 standard error, 3 status */
export function frame(channel: number, text: string): Buffer {
  const payload = Buffer.concat([Buffer.from([channel]), Buffer.from(text)]);
  const head = Buffer.alloc(payload.length < 126 ? 2 : 10);
  head[0] = 0x82;
  head[1] = payload.length < 126 ? payload.length : 127;
  if (payload.length >= 126) head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, payload]);
}

const pods = { name: "pods", singularName: "", kind: "Pod", namespaced: true, verbs: [] };
const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "n" } };

/** What it answers while nothing is wrong. */
function wellAnswer(path: string): unknown {
  if (path === "/version") return { gitVersion: "v1.34.4", major: "1", minor: "34" };
  if (path === "/api/v1") return { kind: "APIResourceList", groupVersion: "v1", resources: [pods] };
  if (path === "/apis") return { kind: "APIGroupList", groups: [] };
  if (path.endsWith("/log")) return "a line";
  if (path.endsWith("/pods")) return { kind: "PodList", metadata: { resourceVersion: "1" }, items: [pod] };
  return pod;
}

const head = (response: ServerResponse, status = 200) =>
  response.writeHead(status, { "content-type": "application/json" });

function goWrong(fault: ApiFault, response: ServerResponse, alive: () => boolean): void {
  if (fault === "stall") return;
  if (fault === "reset") return void response.socket?.destroy();
  if (typeof fault === "object" && "status" in fault) {
    head(response, fault.status).end(JSON.stringify({ kind: "Status", reason: "Fault", message: "as told" }));
    return;
  }
  if (typeof fault === "object") return void head(response).end(JSON.stringify(fault.body));
  head(response);
  if (fault === "half") {
    response.write('{"gitVersion":"v1.3');
    response.socket?.end();
  } else if (fault === "drip") {
    const timer = setInterval(() => (alive() ? response.write(" ") : clearInterval(timer)), 20);
    response.on("close", () => clearInterval(timer));
  } else {
    const block = Buffer.alloc(1024 * 1024, " ");
    const pour = () => {
      while (alive() && !response.destroyed && response.write(block));
    };
    response.on("drain", pour);
    pour();
  }
}

function upgrade(request: IncomingMessage, socket: Duplex): void {
  const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash("sha1").update(key).digest("base64");
  const lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
  socket.write(
    `${[...lines, `Sec-WebSocket-Accept: ${accept}`, "Sec-WebSocket-Protocol: v4.channel.k8s.io"].join("\r\n")}\r\n\r\n`,
  );
}

export interface FakeApiServer {
  readonly config: KubeConfig;
  /** Of requests whose path contains the text; undefined: nothing is wrong. */
  fault: { readonly at: string; readonly is: ApiFault } | undefined;
  exec: ExecFault;
  /** Exec sessions that were opened. */
  readonly execs: Duplex[];
  close(): Promise<void>;
}

export async function startApiServer(): Promise<FakeApiServer> {
  const sockets = new Set<Socket>();
  let open = true;
  const server = createServer((request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    if (fake.fault !== undefined && (request.url ?? "").includes(fake.fault.at))
      return goWrong(fake.fault.is, response, () => open);
    const watching = (request.url ?? "").includes("watch=true");
    if (watching) return void head(response).flushHeaders();
    head(response).end(JSON.stringify(wellAnswer(path)));
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  server.on("upgrade", (request, socket) => {
    const { exec } = fake;
    socket.on("error", () => {});
    if (exec === "no-upgrade") return;
    if (exec === "refused") return void socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    upgrade(request, socket);
    fake.execs.push(socket);
    if (exec === "dies") socket.end();
    else if (exec === "close-frame") socket.write(Buffer.from([0x88, 0]));
    else if (exec === "floods") {
      const block = frame(1, "x".repeat(1024 * 1024));
      const pour = () => {
        while (open && !socket.destroyed && socket.write(block));
      };
      socket.on("drain", pour);
      pour();
    } else if (typeof exec === "object") for (const one of exec.send) socket.write(one);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const config = new KubeConfig();
  config.loadFromOptions({
    // With a setting of TLS the library makes its own agent, as it does for a real cluster.
    clusters: [
      { name: "c", server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, skipTLSVerify: true },
    ],
    users: [{ name: "u" }],
    contexts: [{ name: "x", cluster: "c", user: "u" }],
    currentContext: "x",
  });
  const fake: FakeApiServer = {
    config,
    fault: undefined,
    exec: "silent",
    execs: [],
    async close() {
      open = false;
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
}
