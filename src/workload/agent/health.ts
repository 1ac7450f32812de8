/** The server's check of itself over its own loopback, where there is no mesh in between. */
import { isIP } from "node:net";
import type { Health, Observation, ProbeRequest } from "../../domain/measurement/probe.ts";
import { runBatch } from "../client/probe.ts";
import type { Identity } from "../identity.ts";
import { type Network, systemNetwork } from "../network.ts";
import type { ArrivalLog } from "../server/arrivals.ts";

/** Milliseconds that a port has to answer over loopback. */
const TIMEOUT_MS = 2_000;

export interface OwnPorts {
  readonly http: readonly number[];
  readonly tcp: readonly number[];
  readonly udp: readonly number[];
}

const REQUESTS: Readonly<Record<keyof OwnPorts, ProbeRequest>> = {
  http: { kind: "http", protocol: "http/1.1", method: "GET", path: "/health", headers: {} },
  tcp: { kind: "tcp", mode: "server-first" },
  udp: { kind: "udp", datagrams: 3 },
};

/**
 * Probes each port with the same client as any other probe, under a batch id that nobody else can know and that the
 * arrival log leaves out. A port is healthy if our own marker and id come back.
 */
export async function checkHealth(
  identity: Identity,
  host: string,
  ports: OwnPorts,
  arrivals: ArrivalLog,
): Promise<Health> {
  // It ends in a word: the number after the last dash is what distinguishes a probe from its batch.
  const id = `health-${nonce()}${nonce()}-check`;
  // From the same address: for a pod with an address of its own, that is what distinguishes its loopback from other callers.
  const network: Network = isIP(host) === 0 ? systemNetwork : { ...systemNetwork, localAddress: host };
  const prober = { caller: identity.workload, network };
  const problems: string[] = [];

  const answering = async (transport: keyof OwnPorts): Promise<number[]> => {
    const checks = ports[transport].map(async (port) => {
      const [seen] = await runBatch(
        {
          id,
          target: { host, port },
          request: REQUESTS[transport],
          count: 1,
          connection: "fresh",
          concurrency: 1,
          timeoutMs: TIMEOUT_MS,
        },
        prober,
      );
      if (isOwnReply(seen, identity)) return [port];
      problems.push(`${transport} ${port}: ${seen?.detail ?? "another server answered"}`);
      return [];
    });
    return (await Promise.all(checks)).flat();
  };

  arrivals.ignore(id);
  try {
    const [http, tcp, udp] = await Promise.all([answering("http"), answering("tcp"), answering("udp")]);
    return {
      ok: problems.length === 0,
      identity: { pod: identity.pod, account: identity.account, workload: identity.workload },
      ports: { http, tcp, udp },
      now: Date.now(),
      ...(problems.length === 0 ? {} : { detail: problems.join("; ") }),
    };
  } finally {
    arrivals.stopIgnoring(id);
  }
}

/** Unique, but not secret. Loading `node:crypto` would take a quarter of a pod's start. */
const nonce = () => Math.random().toString(36).slice(2);

function isOwnReply(seen: Observation | undefined, identity: Identity): boolean {
  return (
    seen !== undefined && seen.failure === undefined && seen.echoedId === seen.id && seen.server?.pod === identity.pod
  );
}
