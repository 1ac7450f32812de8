/** The network of one pod: what its resolver, the node's kube-proxy and, if it has joined one, its mesh make of a target. */
import type { Endpoint, Network, OutgoingRequest } from "../../workload/network.ts";
import type { DataPlane, PodEndpoint, PodIdentity } from "../data-plane.ts";
import type { AddressBlock } from "./addresses.ts";
import { resolveName } from "./dns.ts";
import type { Pods } from "./pods.ts";
import type { KnownService, Services } from "./services.ts";
import type { Wire } from "./wire.ts";

export interface NetworkOptions {
  readonly services: Services;
  readonly pods: Pods;
  readonly dataPlane: DataPlane;
  readonly addresses: AddressBlock;
  readonly client: Wire["client"];
  /** From 0 up to but not 1. */
  readonly random: () => number;
}

/** `identity` returns the pod as it currently is. */
export function createPodNetwork(options: NetworkOptions, identity: () => PodIdentity): Network {
  const { services, pods, dataPlane, addresses, random } = options;

  /** kube-proxy chooses once for each connection, so a kept one stays as long as that pod is an endpoint. */
  function balance(endpoints: readonly PodEndpoint[], kept: Endpoint | undefined): PodEndpoint | undefined {
    const same = endpoints.find(({ pod, port }) => pod.address === kept?.address && port === kept.port);
    return same ?? endpoints[Math.floor(random() * endpoints.length)];
  }

  function throughService(
    service: KnownService,
    number: number,
    transport: "tcp" | "udp",
    request: OutgoingRequest | undefined,
    kept: Endpoint | undefined,
  ): Endpoint | "refused" {
    const protocol = transport === "udp" ? "UDP" : "TCP";
    const port = service.ports.find((one) => one.port === number && one.protocol === protocol);
    if (port === undefined) return "refused";
    const keptPod = kept === undefined ? undefined : pods.byAddress(kept.address);
    const outbound = {
      from: identity(),
      service: service.ref,
      port: number,
      transport: request === undefined ? transport : ("http" as const),
      ...(request === undefined ? {} : { request }),
      ...(kept === undefined || keptPod === undefined ? {} : { kept: { pod: keptPod, port: kept.port } }),
    };
    const chosen = dataPlane.route(outbound, services) ?? balance(services.behind(service, port), kept);
    if (chosen === undefined || chosen === "refused") return "refused";
    return { address: chosen.pod.address, port: chosen.port };
  }

  return {
    localAddress: identity().address,
    ...options.client,
    resolve: async (host) => resolveName(services, host, identity().namespace),
    redirect(endpoint, transport, request, kept) {
      const { address, port } = endpoint;
      const service = services.byAddress(address);
      if (service !== undefined) return throughService(service, port, transport, request, kept);
      // An address of the block without a pod refuses, whatever else listens on all addresses of this machine.
      return addresses.has(address) && pods.byAddress(address) === undefined ? "refused" : endpoint;
    },
  };
}
