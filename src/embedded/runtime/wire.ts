/** How pods hear and reach each other: over real sockets, or in memory and in the time of a clock that may be virtual. */
import type { HttpRequest, ProbeBatch } from "../../domain/probe.ts";
import type { Clock } from "../../ports.ts";
import { ArrivalLog } from "../../workload/arrivals.ts";
import { admitter } from "../../workload/inbound.ts";
import { type Network, type ProbeClient, systemNetwork } from "../../workload/network.ts";
import { createOperations } from "../../workload/operations.ts";
import { authorityOf, headersOf } from "../../workload/probe-client.ts";
import { startServer, type Workload, type WorkloadOptions } from "../../workload/server.ts";
import { createMemoryServer, type MemoryServer, refusedAt } from "./memory-server.ts";

export interface Wire {
  /** Starts a pod's application. */
  start(options: WorkloadOptions): Promise<Workload>;
  /** What the clients of pods need besides names and routes. */
  readonly client: Pick<Network, "resetsWhenDone">;
}

export const socketWire: Wire = { start: startServer, client: { resetsWhenDone: true } };

/** Milliseconds that a probe and its answer take. */
const ROUND_TRIP_MS = 1;

/** Headers that speak of one HTTP/1.1 connection; HTTP/2 has none of them (RFC 9113, 8.2.2). */
const OF_CONNECTION = ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];

/** Headers of a probe as a server gets them, names in lower case. */
function arriving(batch: ProbeBatch, request: HttpRequest, caller: string, id: string): Record<string, string> {
  const { target, timeoutMs } = batch;
  const isKept = batch.connection === "kept";
  const authority = authorityOf(target.host, target.port);
  const settings = { request, network: systemNetwork, authority, caller, isKept, timeoutMs };
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(headersOf(settings, id))) headers[name.toLowerCase()] = value;
  if (request.protocol === "h2c") for (const name of OF_CONNECTION) delete headers[name];
  else headers.connection ??= isKept ? "keep-alive" : "close";
  return headers;
}

/** A wire without sockets: the same admission, log and application, called directly. */
export function createMemoryWire(clock: Clock): Wire {
  const servers = new Map<string, MemoryServer>();

  function clientOf(address: string, batch: ProbeBatch, caller: string): ProbeClient {
    const { request } = batch;
    return {
      async send(id, endpoint) {
        const began = clock.now();
        const server = servers.get(endpoint.address);
        const { seen, hangs } =
          server === undefined
            ? refusedAt(endpoint.address, endpoint.port)
            : await server.receive({
                id,
                peer: address,
                port: endpoint.port,
                request,
                headers: request.kind === "http" ? arriving(batch, request, caller, id) : {},
              });
        await clock.wait(hangs ? batch.timeoutMs : ROUND_TRIP_MS);
        const detail = hangs ? { detail: `no whole reply in ${batch.timeoutMs} ms` } : {};
        return { id, ms: clock.now() - began, ...seen, ...detail };
      },
      close() {},
    };
  }

  return {
    client: {},
    async start(options) {
      const { identity, listen = "", httpPorts: http, tcpPorts: tcp, udpPorts: udp, learnLayer5Port } = options;
      const arrivals = new ArrivalLog();
      const network: Network = {
        ...(options.network ?? systemNetwork),
        clientFor: (batch, caller) => clientOf(listen, batch, caller),
      };
      const ports = { http, tcp, udp };
      const operations = createOperations({ identity, network, arrivals, ports, loopback: listen });
      const now = () => Date.parse(clock.timestamp());
      const admit = admitter(options.inbound, listen);
      servers.set(listen, createMemoryServer({ ...options, arrivals, admit, now }));
      return {
        ports: { ...ports, learnLayer5: learnLayer5Port },
        operations: {
          ...operations,
          // A pod that runs hears itself: there is no loopback to lose anything on.
          health: async () => ({ ok: servers.has(listen), identity, ports, now: now() }),
        },
        close: async () => void servers.delete(listen),
      };
    },
  };
}
