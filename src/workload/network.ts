/** How the client reaches the world: the pod's own resolver and sockets, or those of an embedded cluster. */
import { lookup } from "node:dns/promises";
import { isIP, type Socket } from "node:net";
import type { Observation, ProbeBatch } from "../domain/measurement/probe.ts";

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** An HTTP request that is about to be sent. Header names in lower case. */
export interface OutgoingRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export function endpointKey({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}

/** One client serves one batch: it may keep a connection from probe to probe. */
export interface ProbeClient {
  /** Sends one probe to this endpoint, reusing the connection to it if connections are kept. Rejects only if it could not be started. */
  send(id: string, endpoint: Endpoint): Promise<Observation>;
  /** Closes the connections that it kept. */
  close(): void;
}

export interface Network {
  /** IP addresses of a name. Rejects with the resolver's error when there are none. */
  resolve(host: string): Promise<readonly string[]>;
  /**
   * Where a probe meant for this endpoint really goes: what iptables, or a proxy beside it, decides in a pod. Asked for each
   * probe, also over kept connections. `request` is given for HTTP; `kept` is where the last probe of a batch over kept
   * connections went. A probe that is `refused` fares as at a port without a listener.
   */
  redirect?(
    endpoint: Endpoint,
    transport: "tcp" | "udp",
    request?: OutgoingRequest,
    kept?: Endpoint,
  ): Endpoint | "refused";
  /** Source address of the client; chosen by the system if absent. */
  readonly localAddress?: string;
  /**
   * Whether a connection is reset instead of closed after its probe. A kernel remembers an orderly end for a minute or more
   * (TIME_WAIT, and in its connection tracking), and a whole cluster in one process would have too many of them.
   */
  readonly resetsWhenDone?: boolean;
  /** Monotonic milliseconds, to time probes that do not get as far as a client; the clock of the process if absent. */
  now?(): number;
  /** Carries the probes of a batch without sockets. `caller`: the workload that sends. */
  clientFor?(batch: ProbeBatch, caller: string): ProbeClient;
}

/** Milliseconds for a name: twice the resolver's own 5 s, so that one lost query is not taken for a failure. */
const RESOLVE_TIMEOUT_MS = 10_000;

/** getaddrinfo, as applications use it: search domains and /etc/hosts included. Caches nothing. */
export const systemNetwork: Network = {
  async resolve(host) {
    const found = await lookup(host, { all: true, order: "verbatim" });
    return found.map(({ address }) => address);
  },
};

/** Addresses of a host, itself if it is one. Rejects when the name does not resolve in time. */
export async function resolveHost(network: Network, host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    reject,
    RESOLVE_TIMEOUT_MS,
    new Error(`no answer about ${host} in ${RESOLVE_TIMEOUT_MS} ms`),
  );
  try {
    const addresses = await Promise.race([network.resolve(host), tooLate]);
    if (addresses.length === 0) throw new Error(`${host} has no address`);
    return addresses;
  } finally {
    clearTimeout(timer);
  }
}

/** Ends a connection that is no longer needed. */
export function endConnection(network: Network, socket: Socket): void {
  if (network.resetsWhenDone && !socket.destroyed) socket.resetAndDestroy();
  else socket.destroySoon();
}

/** What `net.connect` needs to reach an endpoint from this network. */
export function connectOptions(
  network: Network,
  { address, port }: Endpoint,
): { host: string; port: number; noDelay: true; localAddress?: string } {
  const source = network.localAddress;
  return { host: address, port, noDelay: true, ...(source === undefined ? {} : { localAddress: source }) };
}
