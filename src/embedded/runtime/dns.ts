/** Names as resolved by the cluster's DNS with the search domains of a pod's resolv.conf. */
import type { Services } from "./services.ts";

const CLUSTER_DOMAIN = "svc.cluster.local";

/** The error of a resolver for a name that does not exist, as from getaddrinfo. */
function notFound(host: string): Error {
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: "ENOTFOUND", hostname: host });
}

/**
 * Addresses of `service`, `service.namespace`, `service.namespace.svc` or the full name, in the order of the search
 * domains: a short name is in the client's own namespace. A Service resolves to its ClusterIP, a headless one to its ready pods.
 * @throws Error (ENOTFOUND)
 */
export function resolveName(services: Services, host: string, namespace: string): readonly string[] {
  const asked = host.toLowerCase();
  const names = asked.endsWith(".")
    ? [asked.slice(0, -1)]
    : [`${asked}.${namespace}.${CLUSTER_DOMAIN}`, `${asked}.${CLUSTER_DOMAIN}`, `${asked}.cluster.local`, asked];
  for (const full of names) {
    if (!full.endsWith(`.${CLUSTER_DOMAIN}`)) continue;
    const [name = "", within = "", ...rest] = full.slice(0, -CLUSTER_DOMAIN.length - 1).split(".");
    const service = rest.length === 0 ? services.find(within, name) : undefined;
    if (service === undefined) continue;
    const addresses =
      service.clusterIP === undefined ? services.pods(service).map(({ address }) => address) : [service.clusterIP];
    if (addresses.length > 0) return addresses;
  }
  throw notFound(host);
}
