/**
 * The server side of a pod without sockets: what src/workload/server/server.ts does with incoming traffic, by function calls.
 * test/unit/embedded/runtime/wires-alike.test.ts checks that both give the same observations.
 */
import type { HttpRequest, Observation, ServerIdentity, TcpRequest } from "../../domain/measurement/probe.ts";
import type { Identity } from "../../workload/identity.ts";
import type { ArrivalLog } from "../../workload/server/arrivals.ts";
import { echoHandler } from "../../workload/server/http-echo.ts";
import type { HttpHandler } from "../../workload/server/http-message.ts";
import { type Inbound, REFUSED_ID } from "../../workload/server/inbound.ts";
import { learnLayer5Handler } from "../../workload/server/learn-layer5.ts";
import type { WorkloadOptions } from "../../workload/server/server.ts";
import type { Passage } from "./memory-head.ts";

/** What the client observes of one probe, without its time; `hangs` if it waits as long as it may. */
export interface Met {
  readonly seen: Omit<Observation, "id" | "ms">;
  readonly hangs?: true;
}

/** Source and destination of a probe. */
export interface Way {
  readonly id: string;
  readonly peer: string;
  readonly port: number;
}

export interface MemoryServer {
  http(way: Way, request: HttpRequest, passage: Passage): Promise<Met>;
  tcp(way: Way, request: TcpRequest): Met;
  /** One datagram. */
  udp(way: Way): Met;
}

export interface MemoryServerOptions extends WorkloadOptions {
  readonly arrivals: ArrivalLog;
  readonly admit: Inbound;
  /** Unix time in milliseconds. */
  readonly now: () => number;
  /** Waits so many milliseconds, for a request that asks for a delay. */
  readonly pause: (ms: number) => Promise<void>;
}

/** The answer of a port without a listener. */
export function refusedAt(address: string, port: number): Met {
  return { seen: { failure: "reset", partial: false, detail: `connect ECONNREFUSED ${address}:${port}` } };
}

const reset = (partial = false): Met => ({ seen: { failure: "reset", partial, detail: "read ECONNRESET" } });
const hang = (partial = false): Met => ({ seen: { failure: "timeout", partial }, hangs: true });
const foreignWords = (failure: "reset" | "client", partial: boolean): Met => ({
  seen: { failure, partial, detail: "the other side speaks another protocol" },
});

function serverOf({ pod, account, workload }: Identity, port: number): ServerIdentity {
  return { pod, account, workload, port };
}

export function createMemoryServer(options: MemoryServerOptions): MemoryServer {
  const { identity, arrivals, admit, now, listen = "" } = options;
  const echo = echoHandler(identity, options.pause);
  const learnLayer5 = learnLayer5Handler(identity);
  const handlers = new Map<number, HttpHandler>([
    ...options.httpPorts.map((port) => [port, echo] as const),
    [options.learnLayer5Port, learnLayer5],
  ]);

  /** An HTTP request to the TCP echo: its banner is not a reply, in either version of HTTP. */
  function httpAtTcp({ peer, port }: Way, { protocol }: HttpRequest): Met {
    const { kind } = admit({ transport: "tcp", peer, port });
    if (kind === "hang") return hang();
    return kind === "allow" || kind === "as-application" ? foreignWords("client", protocol !== "h2c") : reset();
  }

  /** Bytes that are not a request: admitted without a head, answered with a bare 400 and not noted. */
  function malformed({ peer, port }: Way): Met {
    const noRequest = { protocol: "http/1.1", method: "", path: "", headers: {} } as const;
    const admittance = admit({ transport: "http", peer, port, request: noRequest });
    if (admittance.kind === "reset") return reset();
    if (admittance.kind === "hang") return hang();
    if (admittance.kind === "refuse") return refusedBy(admittance.status, true);
    return { seen: { status: admittance.kind === "allow" ? 400 : 403, server: serverOf(identity, port) } };
  }

  function refusedBy(status: number, hasBody: boolean): Met {
    return { seen: { status, ...(hasBody ? { detail: JSON.stringify("refused\n") } : {}) } };
  }

  async function http(way: Way, request: HttpRequest, passage: Passage): Promise<Met> {
    const { id, peer, port } = way;
    if (passage.kind === "unsent") return { seen: { failure: "client", partial: false, detail: passage.detail } };
    const handler = handlers.get(port);
    if (handler === undefined)
      return options.tcpPorts.includes(port) ? httpAtTcp(way, request) : refusedAt(listen, port);
    if (passage.kind === "reset") return reset();
    if (passage.kind === "malformed") return malformed(way);
    const { method, path, isContinued } = passage;
    const { protocol, body = "" } = request;
    const sent = passage.headers(id);
    const head = { protocol, method, path, headers: sent };
    const admittance = admit({ transport: "http", peer, port, request: head });
    if (admittance.kind === "refuse") return refusedBy(admittance.status, method !== "HEAD");
    if (admittance.kind === "reset") return reset(isContinued);
    if (admittance.kind === "hang") return hang(isContinued);
    const isAllowed = admittance.kind === "allow";
    const headers = isAllowed && admittance.headers !== undefined ? { ...sent, ...admittance.headers } : sent;
    arrivals.note({ id, transport: "http", port, method, path, peer, headers: Object.keys(headers), at: now() });
    const answerTo = async () => {
      const bytes = Buffer.from(body);
      return handler({ protocol, port, method, path, headers, id, body: bytes, bodyBytes: bytes.length });
    };
    // Node does not pass tunnels to the application (workload/server/http.ts), nor is it asked when it is refused in its name.
    const { status } = !isAllowed ? { status: 403 } : method === "CONNECT" ? { status: 405 } : await answerTo();
    return { seen: { status, server: serverOf(identity, port), echoedId: id } };
  }

  /** A client of the TCP echo at an HTTP port: its line is not a request, and one that waits for a banner waits forever. */
  function tcpAtHttp(way: Way, { mode }: TcpRequest): Met {
    if (mode === "server-first") return hang();
    const met = malformed(way);
    return met.seen.failure === undefined ? foreignWords("reset", false) : met;
  }

  return {
    http,
    tcp(way, request) {
      const { id, peer, port } = way;
      if (!options.tcpPorts.includes(port))
        return handlers.has(port) ? tcpAtHttp(way, request) : refusedAt(listen, port);
      const { kind } = admit({ transport: "tcp", peer, port });
      if (kind === "refuse" || kind === "reset") return reset();
      if (kind === "hang") return hang();
      arrivals.note({ id, transport: "tcp", port, peer, at: now() });
      return { seen: { server: serverOf(identity, port), echoedId: kind === "allow" ? id : REFUSED_ID } };
    },
    udp({ id, peer, port }) {
      if (!options.udpPorts.includes(port)) return refusedAt(listen, port);
      const { kind } = admit({ transport: "udp", peer, port });
      if (kind !== "allow" && kind !== "as-application") return hang();
      arrivals.note({ id, transport: "udp", port, peer, at: now() });
      const server = serverOf(identity, port);
      if (kind === "allow") return { seen: { server, echoedId: id } };
      // An echo of another id does not count, so the client keeps waiting.
      return { seen: { server, echoedId: REFUSED_ID, failure: "timeout", partial: true }, hangs: true };
    },
  };
}
