/**
 * A wire without sockets: clients and servers call each other directly, in the time of a clock that may be virtual. Only
 * `POST /call` of the Learn Layer5 interface still uses sockets, since its URL can be anywhere; no assertion uses it.
 */
import type { ProbeBatch } from "../../domain/measurement/probe.ts";
import type { Clock } from "../../ports.ts";
import { createOperations } from "../../workload/agent/operations.ts";
import { type Endpoint, type Network, type ProbeClient, systemNetwork } from "../../workload/network.ts";
import { ArrivalLog } from "../../workload/server/arrivals.ts";
import { admitter } from "../../workload/server/inbound.ts";
import { passageOf } from "./memory-head.ts";
import { createMemoryServer, type MemoryServer, type Met, refusedAt } from "./memory-server.ts";
import type { Wire } from "./wire.ts";

/** Milliseconds that a probe takes, including its answer. */
const ROUND_TRIP_MS = 1;

/**
 * Waits, as otherwise only the convergence module may: a probe takes time, or code that watches a mesh by probing it would see
 * a virtual clock stand still.
 */
export function createMemoryWire(clock: Clock): Wire {
  const servers = new Map<string, MemoryServer>();
  /** Unix time at zero of the clock. */
  const epoch = Date.parse(clock.timestamp()) - clock.now();
  const unixTime = () => Math.round(epoch + clock.now());

  const at = ({ address, port }: Endpoint, meet: (server: MemoryServer) => Met | Promise<Met>) => {
    const server = servers.get(address);
    return server === undefined ? refusedAt(address, port) : meet(server);
  };

  /** Resent at regular intervals, as src/workload/client/udp.ts does, until one is answered. */
  async function sendDatagrams(batch: ProbeBatch, total: number, send: () => Met | Promise<Met>): Promise<Met> {
    let best = await send();
    for (let sent = 1; sent < total && best.hangs; sent++) {
      await clock.wait(batch.timeoutMs / total);
      const next = await send();
      if (!next.hangs || next.seen.partial) best = next;
    }
    return best;
  }

  function exchangeOf(batch: ProbeBatch, peer: string, caller: string) {
    const { request } = batch;
    if (request.kind === "http") {
      const passage = passageOf(batch, request, caller);
      return (id: string, endpoint: Endpoint) =>
        at(endpoint, (server) => server.http({ id, peer, port: endpoint.port }, request, passage));
    }
    if (request.kind === "tcp")
      return (id: string, endpoint: Endpoint) =>
        at(endpoint, (server) => server.tcp({ id, peer, port: endpoint.port }, request));
    return (id: string, endpoint: Endpoint) =>
      sendDatagrams(batch, request.datagrams ?? 1, () =>
        at(endpoint, (server) => server.udp({ id, peer, port: endpoint.port })),
      );
  }

  function clientOf(batch: ProbeBatch, peer: string, caller: string): ProbeClient {
    const { timeoutMs } = batch;
    const exchange = exchangeOf(batch, peer, caller);
    const tooLate: Met["seen"] = { failure: "timeout", partial: false };
    return {
      async send(id, endpoint) {
        const began = clock.now();
        const { seen, hangs } = await exchange(id, endpoint);
        const left = timeoutMs - (clock.now() - began);
        await clock.wait(hangs ? Math.max(0, left) : ROUND_TRIP_MS);
        const isLate = hangs || left <= 0;
        const outcome = isLate ? { ...(hangs ? seen : tooLate), detail: `no whole reply in ${timeoutMs} ms` } : seen;
        return { id, ms: isLate ? timeoutMs : clock.now() - began, ...outcome };
      },
      close() {},
    };
  }

  return {
    client: { now: clock.now },
    async start(options) {
      const { identity, listen = "", httpPorts: http, tcpPorts: tcp, udpPorts: udp, learnLayer5Port } = options;
      const arrivals = new ArrivalLog();
      const network: Network = {
        ...(options.network ?? systemNetwork),
        clientFor: (batch, caller) => clientOf(batch, listen, caller),
      };
      const ports = { http, tcp, udp };
      const operations = createOperations({ identity, network, arrivals, ports, loopback: listen });
      const admit = admitter(options.inbound, listen);
      const pause = (ms: number) => clock.wait(ms);
      servers.set(listen, createMemoryServer({ ...options, arrivals, admit, now: unixTime, pause }));
      return {
        ports: { ...ports, learnLayer5: learnLayer5Port },
        operations: {
          ...operations,
          // A running pod reaches itself: there is no loopback that could lose anything.
          health: async () => ({ ok: servers.has(listen), identity, ports, now: unixTime() }),
        },
        close: async () => void servers.delete(listen),
      };
    },
  };
}
