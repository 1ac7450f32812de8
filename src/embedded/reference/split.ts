/**
 * Traffic Split: where a client's traffic to a Service goes. "It will be used by *clients* such as ingress controllers
 * or service mesh sidecars to split the outgoing traffic" (traffic-split v1alpha4, line 13).
 */
import type { Destination, Outbound, PodEndpoint, ServiceRef, ServiceView } from "../data-plane.ts";
import { drawByWeight, drawOne, type Share } from "./draw.ts";
import { isJoined } from "./identity.ts";
import type { Choices } from "./open-choices.ts";
import { type Backend, keyOf, type Policy, type Split } from "./policy.ts";
import { splitsInForce } from "./splits-in-force.ts";

/** Chooses the backend of one connection or request. `random` gives numbers from 0 up to but not 1. */
export type Balancer = (shares: readonly Share[], random: () => number, outbound: Outbound) => Share | undefined;

export interface SplitOptions {
  readonly choices: Choices;
  readonly random: () => number;
  /** Whether the endpoint's own side would let this in: for meshes that give refused shares to other backends. */
  readonly admits: (outbound: Outbound, endpoint: PodEndpoint) => boolean;
  /** By weight, unless given. */
  readonly balancer?: Balancer;
}

export interface Splits {
  /** The split that governs this connection or request; undefined where the plain Service applies. */
  splitOf(outbound: Outbound): Split | undefined;
  route(outbound: Outbound, services: ServiceView): Destination;
}

/** How many splits a mesh that follows splits to splits follows, whatever circles they describe. */
const DEEPEST = 8;

export function compileSplits(policy: Policy, options: SplitOptions): Splits {
  const { choices, random, balancer = drawByWeight } = options;
  const inForce = splitsInForce(policy, choices);

  function splitOf({ from, service, transport, request }: Outbound): Split | undefined {
    // "For any *clients* that are not forwarding their traffic through a proxy that implements this proposal, the standard
    // Kubernetes service configuration would continue to operate" (line 24).
    if (!isJoined(from)) return undefined;
    if (transport !== "http" && choices.splitTransports === "http") return undefined;
    const found = inForce.get(keyOf(service));
    // "If the header conditions don't match the incoming request, then routing will be handled by the Kubernetes
    // service with the same name as `spec.service`" (line 94).
    return found?.isAbout(request) ? found.split : undefined;
  }

  /** "If they do not match, the backend service is not included and will not receive traffic" (line 108). */
  function hasPorts(service: ServiceRef, outbound: Outbound, services: ServiceView): boolean {
    const ports = services.ports(service);
    const needed = choices.portMismatch === "backend" ? (services.ports(outbound.service) ?? []) : [outbound.port];
    return ports === undefined || needed.every((port) => ports.includes(port));
  }

  /** Pods of a backend; "Mapping between `port` and `targetPort` occurs on each backend" (line 112). */
  function endpointsOf(service: ServiceRef, outbound: Outbound, services: ServiceView): readonly PodEndpoint[] {
    const endpoints = services.endpoints(service, outbound.port);
    return choices.refusedShare === "redirected"
      ? endpoints.filter((endpoint) => options.admits(outbound, endpoint))
      : endpoints;
  }

  /** What a backend gets of the traffic; undefined for nothing. */
  function shareOf(
    { service: name, weight }: Backend,
    split: Split,
    outbound: Outbound,
    services: ServiceView,
    depth: number,
  ): Share | undefined {
    const isRoot = name === split.root;
    if (weight === 0 || (isRoot && choices.selfReference === "left-out")) return undefined;
    // "Services inside the namespace" (line 53).
    const service = { namespace: split.namespace, name };
    if (!hasPorts(service, outbound, services)) return undefined;
    // "TrafficSplits are not hierarchical" (line 314): a backend is its own pods, also if another split has it as its root.
    if (choices.hierarchy === "recursive" && !isRoot && depth < DEEPEST) {
      const further = route({ ...outbound, service }, services, depth + 1);
      if (further !== undefined) return { weight, endpoints: further === "refused" ? [] : [further] };
    }
    const endpoints = endpointsOf(service, outbound, services);
    return endpoints.length > 0 || choices.deadBackend === "refused" ? { weight, endpoints } : undefined;
  }

  function route(outbound: Outbound, services: ServiceView, depth: number): Destination {
    const split = splitOf(outbound);
    if (split === undefined) return undefined;
    if (split.backends.every(({ weight }) => weight === 0)) return choices.zeroSum === "root" ? undefined : "refused";
    // "Implementations will weight outgoing traffic between the services referenced by `spec.backends`" (line 28); a service's
    // pods are all alike. Weights are of any sum: 1000 to 500 sends "approximately 33%" to the second (line 276).
    const shares = split.backends.flatMap((backend) => shareOf(backend, split, outbound, services, depth) ?? []);
    const share = balancer(shares, random, outbound);
    return (share && drawOne(share.endpoints, random())) ?? "refused";
  }

  return { splitOf, route: (outbound, services) => route(outbound, services, 0) };
}
