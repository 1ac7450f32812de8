/**
 * The TCP echo, for clients that speak first and for those that let the server speak first. On connect it sends a banner line,
 * `smi-workload <marker>`; each line received, an id, is answered by `smi-workload <marker> <id>`. A client that speaks first
 * does not wait for the banner; the other does, and hangs behind a proxy that waits for bytes of the client.
 */
import type { Arrival } from "../../domain/measurement/probe.ts";
import { LineSplitter } from "../agent/lines.ts";
import { formatIdentityLine, formatMarker, type Identity } from "../identity.ts";
import { type Inbound, REFUSED_ID } from "./inbound.ts";
import { type Listening, listenStream, plainAddress } from "./listening.ts";

/** Most characters in a line; a client that sends more without ending it is disconnected. */
const MAX_LINE = 4_096;

export interface TcpServerOptions {
  readonly port: number;
  readonly host?: string;
  readonly identity: Identity;
  readonly note: (arrival: Arrival) => void;
  readonly admit: Inbound;
}

/** Starts the port. An arrival is noted for each line, and for a connection that ends without any (id ""). */
export async function serveTcp(options: TcpServerOptions): Promise<Listening> {
  const where = { port: options.port, ...(options.host === undefined ? {} : { host: options.host }) };
  const listening = await listenStream(where, (socket) => {
    const peer = plainAddress(socket.remoteAddress);
    const { kind } = options.admit({ transport: "tcp", peer, port: listening.port });
    // Reading without using the bytes: a connection that hangs must still notice that its peer has closed.
    if (kind === "hang") return void socket.resume();
    if (kind === "refuse" || kind === "reset") return void socket.resetAndDestroy();
    const lines = new LineSplitter(MAX_LINE);
    let isNamed = false;
    const note = (id: string) => {
      options.note({ id, transport: "tcp", port: listening.port, peer, at: Date.now() });
    };
    socket.write(`${formatIdentityLine(marker)}\n`);
    socket.on("data", (piece) => {
      try {
        for (const id of lines.push(piece)) {
          isNamed = true;
          note(id);
          socket.write(`${formatIdentityLine(marker, kind === "allow" ? id : REFUSED_ID)}\n`);
        }
      } catch {
        socket.destroy();
      }
    });
    socket.on("close", () => {
      if (!isNamed) note("");
    });
  });
  const marker = formatMarker(options.identity, listening.port);
  return listening;
}
