/** Stream servers that can be stopped immediately, whatever their connections are doing. */
import { createServer, type ListenOptions, type Socket } from "node:net";

export interface Listening {
  /** Port listened on; 0 for a unix socket. */
  readonly port: number;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

/**
 * Listens and hands over each connection, with an error listener so that no peer can end the process.
 * `allowHalfOpen` leaves it to `onSocket` to end its side after the peer ended its own.
 * Rejects if the address is not available, naming it.
 */
export async function listenStream(
  where: ListenOptions,
  onSocket: (socket: Socket) => void,
  options: { readonly allowHalfOpen?: boolean } = {},
): Promise<Listening> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, allowHalfOpen: options.allowHalfOpen ?? false }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    onSocket(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      reject(new Error(`cannot listen on ${where.path ?? `${where.host ?? "*"}:${where.port}`}: ${error.message}`));
    });
    server.listen(where, resolve);
  });
  // A failing accept (out of descriptors) concerns one connection, not the server.
  server.on("error", () => {});
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** The peer's address as the cluster knows it: a dual-stack socket shows IPv4 peers as `::ffff:10.0.0.1`. */
export function plainAddress(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:(?=\d+\.)/i, "");
}
