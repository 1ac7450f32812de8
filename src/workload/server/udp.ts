/** The UDP echo: a datagram with an id is answered by one with `smi-workload <marker> <id>`. */
import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { Arrival } from "../../domain/measurement/probe.ts";
import { formatIdentityLine, formatMarker, type Identity } from "../identity.ts";
import { type Inbound, REFUSED_ID } from "./inbound.ts";
import { type Listening, plainAddress } from "./listening.ts";

export interface UdpServerOptions {
  readonly port: number;
  readonly host?: string;
  readonly identity: Identity;
  readonly note: (arrival: Arrival) => void;
  readonly admit: Inbound;
}

function bind(type: "udp4" | "udp6", port: number, address: string | undefined): Promise<Socket> {
  const socket = createSocket({ type });
  return new Promise((resolve, reject) => {
    socket.once("error", (error) => {
      socket.close();
      reject(new Error(`cannot listen on udp ${address ?? "*"}:${port}: ${error.message}`));
    });
    socket.bind({ port, ...(address === undefined ? {} : { address }) }, () => {
      socket.removeAllListeners("error");
      resolve(socket);
    });
  });
}

/** Without an address: both families on one socket if the pod has IPv6, otherwise IPv4 alone. */
async function bindAny(port: number, host: string | undefined): Promise<Socket> {
  if (host !== undefined) return bind(isIPv6(host) ? "udp6" : "udp4", port, host);
  return bind("udp6", port, undefined).catch(() => bind("udp4", port, undefined));
}

/** Starts the port. Every datagram is noted, so a resent one is noted twice. */
export async function serveUdp(options: UdpServerOptions): Promise<Listening> {
  const socket = await bindAny(options.port, options.host);
  const { port } = socket.address();
  const marker = formatMarker(options.identity, port);
  // A "port unreachable" in response to an earlier echo, or a full buffer: nothing that the server can act on.
  socket.on("error", () => {});
  socket.on("message", (datagram, from) => {
    const peer = plainAddress(from.address);
    const { kind } = options.admit({ transport: "udp", peer, port });
    if (kind !== "allow" && kind !== "as-application") return;
    const id = datagram.toString("utf8").trim();
    options.note({ id, transport: "udp", port, peer, at: Date.now() });
    socket.send(formatIdentityLine(marker, kind === "allow" ? id : REFUSED_ID), from.port, from.address, () => {});
  });
  return { port, close: () => new Promise((resolve) => void socket.close(() => resolve())) };
}
