/**
 * The server side of a pod without sockets: what src/workload/server.ts does with what comes in, by function calls. The
 * suite test/unit/embedded/wires.test.ts holds both to the same observations.
 */
import type { Observation, ProbeBatch, ServerIdentity } from "../../domain/probe.ts";
import type { ArrivalLog } from "../../workload/arrivals.ts";
import { echoHandler } from "../../workload/http-echo.ts";
import type { HttpHandler } from "../../workload/http-message.ts";
import { type Identity, REQUEST_ID_HEADER } from "../../workload/identity.ts";
import { type Inbound, REFUSED_ID } from "../../workload/inbound.ts";
import { learnLayer5Handler } from "../../workload/learn-layer5.ts";
import type { WorkloadOptions } from "../../workload/server.ts";

/** What the client made of one probe, without its time; `hangs` where it waited as long as it may. */
export interface Met {
  readonly seen: Omit<Observation, "id" | "ms">;
  readonly hangs?: true;
}

export interface IncomingProbe {
  readonly id: string;
  readonly peer: string;
  readonly port: number;
  readonly request: ProbeBatch["request"];
  /** As they arrive at the server, names in lower case; empty for other than HTTP. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface MemoryServer {
  receive(probe: IncomingProbe): Promise<Met>;
}

export interface MemoryServerOptions extends WorkloadOptions {
  readonly arrivals: ArrivalLog;
  readonly admit: Inbound;
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

/** What a port without a listener does. */
export function refusedAt(address: string, port: number): Met {
  const detail = `connect ECONNREFUSED ${address}:${port}`;
  return { seen: { failure: "reset", partial: false, detail } };
}

const RESET: Met = { seen: { failure: "reset", partial: false, detail: "read ECONNRESET" } };
const HANGS: Met = { seen: { failure: "timeout", partial: false }, hangs: true };

function serverOf({ pod, account, workload }: Identity, port: number): ServerIdentity {
  return { pod, account, workload, port };
}

export function createMemoryServer(options: MemoryServerOptions): MemoryServer {
  const { identity, arrivals, admit, now, listen = "" } = options;
  const handlers = new Map<number, HttpHandler>([
    ...options.httpPorts.map((port) => [port, echoHandler(identity)] as const),
    [options.learnLayer5Port, learnLayer5Handler(identity)],
  ]);

  async function http(probe: IncomingProbe & { readonly request: { readonly kind: "http" } }): Promise<Met> {
    const { id, peer, port, request } = probe;
    const handler = handlers.get(port);
    if (handler === undefined) return refusedAt(listen, port);
    const { method, path, protocol, body = "" } = request;
    const head = { protocol, method, path, headers: probe.headers };
    const admittance = admit({ transport: "http", peer, port, request: head });
    if (admittance.kind === "refuse") {
      const detail = method === "HEAD" ? {} : { detail: JSON.stringify("refused\n") };
      return { seen: { status: admittance.status, ...detail } };
    }
    if (admittance.kind === "reset") return RESET;
    if (admittance.kind === "hang") return HANGS;
    const added = admittance.kind === "allow" ? (admittance.headers ?? {}) : {};
    const headers = { ...probe.headers, ...added };
    arrivals.note({
      id,
      transport: "http",
      port,
      method,
      path,
      peer,
      headers: Object.keys(headers),
      at: now(),
    });
    const bytes = Buffer.from(body);
    const { status } =
      admittance.kind === "as-application"
        ? { status: 403 }
        : await handler({ protocol, port, method, path, headers, id, body: bytes, bodyBytes: bytes.length });
    return { seen: { status, server: serverOf(identity, port), echoedId: headers[REQUEST_ID_HEADER] ?? "" } };
  }

  function tcp({ id, peer, port }: IncomingProbe): Met {
    if (!options.tcpPorts.includes(port)) return refusedAt(listen, port);
    const { kind } = admit({ transport: "tcp", peer, port });
    if (kind === "refuse" || kind === "reset") return RESET;
    if (kind === "hang") return HANGS;
    arrivals.note({ id, transport: "tcp", port, peer, at: now() });
    return { seen: { server: serverOf(identity, port), echoedId: kind === "as-application" ? REFUSED_ID : id } };
  }

  function udp({ id, peer, port, request }: IncomingProbe): Met {
    if (!options.udpPorts.includes(port)) return refusedAt(listen, port);
    const { kind } = admit({ transport: "udp", peer, port });
    if (kind !== "allow" && kind !== "as-application") return HANGS;
    const note = () => arrivals.note({ id, transport: "udp", port, peer, at: now() });
    note();
    const server = serverOf(identity, port);
    if (kind === "allow") return { seen: { server, echoedId: id } };
    // An echo of another id is none, so the client sends again until its time is over.
    const datagrams = request.kind === "udp" ? (request.datagrams ?? 1) : 1;
    for (let sent = 1; sent < datagrams; sent++) note();
    return { seen: { server, echoedId: REFUSED_ID, failure: "timeout", partial: true }, hangs: true };
  }

  return {
    async receive(probe) {
      const { request } = probe;
      if (request.kind === "http") return http({ ...probe, request });
      return request.kind === "tcp" ? tcp(probe) : udp(probe);
    },
  };
}
