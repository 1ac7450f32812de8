/** How the client reaches the world: the pod's own resolver and sockets, or those of an embedded cluster. */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface Network {
  /** IP addresses of a name. Rejects with the resolver's error when there are none. */
  resolve(host: string): Promise<readonly string[]>;
  /** Where a connection meant for this endpoint is really made: the place for what iptables does in a pod. */
  redirect?(endpoint: Endpoint, transport: "tcp" | "udp"): Endpoint;
  /** Source address of what the client sends; the system chooses when absent. */
  readonly localAddress?: string;
}

/** Milliseconds for a name: twice the resolver's own 5 s, so that one lost query of its is not taken for no answer. */
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

/** What `net.connect` needs to reach an endpoint of this network. */
export function connectOptions(
  network: Network,
  endpoint: Endpoint,
): { host: string; port: number; noDelay: true; localAddress?: string } {
  const { address, port } = network.redirect?.(endpoint, "tcp") ?? endpoint;
  const source = network.localAddress;
  return { host: address, port, noDelay: true, ...(source === undefined ? {} : { localAddress: source }) };
}
