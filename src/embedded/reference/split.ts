/**
 * Traffic Split: where a client's traffic to a Service goes. "It will be used by *clients* such as ingress controllers
 * or service mesh sidecars to split the outgoing traffic" (traffic-split v1alpha4, line 13).
 */
import type { Outbound, PodEndpoint, ServiceRef, ServiceView } from "../data-plane.ts";
import type { MeshFaults } from "../mutants/mesh-faults.ts";
import { drawBackend, drawOne, type Share } from "./draw.ts";
import { isJoined } from "./identity.ts";
import type { Choices } from "./open-choices.ts";
import { keyOf, type Policy, type Split } from "./policy.ts";
import type { RequestTest } from "./routes.ts";
import { compileSplitMatches } from "./split-matches.ts";

export interface SplitOptions {
  readonly choices: Choices;
  readonly faults: MeshFaults;
  readonly random: () => number;
  /** Whether the endpoint's own side would let this in: for meshes that give refused shares to other backends. */
  readonly admits: (outbound: Outbound, endpoint: PodEndpoint) => boolean;
}

export interface Splits {
  /** A pod; `refused`; or undefined where the plain Service applies. */
  route(outbound: Outbound, services: ServiceView): PodEndpoint | "refused" | undefined;
}

interface CompiledSplit {
  readonly split: Split;
  /** Undefined: everything is split. */
  readonly isMeant: RequestTest | undefined;
}

/** How deep a mesh that follows splits to splits goes, whatever circles they describe. */
const DEEPEST = 8;

/** The splits in force by root Service, at most one each. */
function indexSplits(policy: Policy, { choices, faults }: SplitOptions): ReadonlyMap<string, CompiledSplit> {
  const byRoot = Map.groupBy(
    policy.splits.filter(({ broken }) => broken === undefined),
    ({ namespace, root }) => keyOf({ namespace, name: root }),
  );
  const index = new Map<string, CompiledSplit>();
  for (const [key, splits] of byRoot) {
    if (splits.length > 1 && choices.severalSplits === "none") continue;
    const byAge = splits.toSorted((x, y) => x.created.localeCompare(y.created) || x.name.localeCompare(y.name));
    const split = choices.severalSplits === "newest" ? byAge.at(-1) : byAge[0];
    if (split === undefined) continue;
    if (faults.ignoresSplitsWithMatches && split.matches.length > 0) continue;
    if (faults.singleBackendDropsSplit && split.backends.length === 1) continue;
    const isSelfReferential = split.backends.some(({ service }) => service === split.root);
    if (isSelfReferential && choices.selfReference === "no-split") continue;
    const compiled = { split, isMeant: compileSplitMatches(split, policy.groups, choices, faults) };
    index.set(key, compiled);
    if (faults.splitsDirectCalls)
      for (const { service } of split.backends)
        index.set(keyOf({ namespace: split.namespace, name: service }), compiled);
  }
  return index;
}

export function compileSplits(policy: Policy, options: SplitOptions): Splits {
  const { choices, faults, random } = options;
  const index = indexSplits(policy, options);

  /** Pods of a backend for this connection; "Mapping between `port` and `targetPort` occurs on each backend" (line 112). */
  function endpoints(service: ServiceRef, outbound: Outbound, services: ServiceView): readonly PodEndpoint[] {
    const found = services.endpoints(service, outbound.port);
    if (faults.rootTargetPort) {
      const [atRoot] = services.endpoints(outbound.service, outbound.port);
      return found.map(({ pod, port }) => ({ pod, port: atRoot?.port ?? port }));
    }
    return choices.refusedShare === "redirected"
      ? found.filter((endpoint) => options.admits(outbound, endpoint))
      : found;
  }

  function route(outbound: Outbound, services: ServiceView, depth: number): PodEndpoint | "refused" | undefined {
    // "For any *clients* that are not forwarding their traffic through a proxy that implements this proposal, the standard
    // Kubernetes service configuration would continue to operate" (line 24).
    if (!isJoined(outbound.from) && !faults.splitsUnmeshedClients) return undefined;
    if (outbound.transport !== "http" && (choices.splitTransports === "http" || faults.splitsHttpOnly))
      return undefined;
    const namespace = faults.splitsByClientNamespace ? outbound.from.namespace : outbound.service.namespace;
    const found = index.get(keyOf({ namespace, name: outbound.service.name }));
    if (found === undefined) return undefined;
    const { split, isMeant } = found;
    // "If the header conditions don't match the incoming request, then routing will be handled by the Kubernetes
    // service with the same name as `spec.service`" (line 94).
    if (isMeant && !(outbound.request && isMeant(outbound.request)))
      return faults.refusesUnmatched ? "refused" : undefined;
    if (faults.pinsKeptConnections && outbound.kept !== undefined) return outbound.kept;

    const rootPorts = services.ports(outbound.service) ?? [];
    if (faults.firstRootPortOnly && rootPorts[0] !== outbound.port) return undefined;
    if (faults.rootNeedsPods && services.endpoints(outbound.service, outbound.port).length === 0) return undefined;
    if (split.backends.every(({ weight }) => weight === 0)) return choices.zeroSum === "root" ? undefined : "refused";

    const shares: Share[] = [];
    for (const { service: name, weight } of split.backends) {
      if (name === split.root && choices.selfReference === "left-out") continue;
      // "Services inside the namespace" (line 53).
      const service = { namespace: faults.backendsInClientNamespace ? outbound.from.namespace : split.namespace, name };
      const ports = services.ports(service);
      if (ports === undefined && faults.missingBackendDropsSplit) return undefined;
      // "If they do not match, the backend service is not included and will not receive traffic" (line 108).
      const needed = choices.portMismatch === "backend" ? rootPorts : [outbound.port];
      if (ports !== undefined && !needed.every((port) => ports.includes(port))) {
        if (faults.dropsMismatchedSplit) return undefined;
        if (!faults.keepsMismatchedBackend) continue;
      }
      if (faults.emptyBackendDropsSplit && services.endpoints(service, outbound.port).length === 0) return undefined;
      if (name === split.root && faults.refusesSelfReference) return "refused";
      if (weight === 0) continue;
      // "TrafficSplits are not hierarchical" (line 314).
      if ((choices.hierarchy === "recursive" || faults.hierarchical) && depth < DEEPEST && name !== split.root) {
        const further = route({ ...outbound, service }, services, depth + 1);
        if (further !== undefined) {
          shares.push({ weight, endpoints: further === "refused" ? [] : [further] });
          continue;
        }
      }
      const pods = endpoints(service, outbound, services);
      if (pods.length > 0 || choices.deadBackend === "refused" || faults.keepsMismatchedBackend)
        shares.push({ weight: faults.weighsPods ? weight * pods.length : weight, endpoints: pods });
    }
    // "Implementations will weight outgoing traffic between the services referenced by `spec.backends`" (line 28); a service's
    // pods are all alike. Weights are of any sum: 1000 to 500 sends "approximately 33%" to the second (line 276).
    const backend = faults.sticksClients
      ? shares[digest(outbound.from.address) % shares.length]
      : drawBackend(shares, random());
    return (backend && drawOne(backend.endpoints, random())) ?? "refused";
  }

  return {
    route(outbound, services) {
      const found = route(outbound, services, 0);
      return faults.firstPodOnly ? (found ?? services.endpoints(outbound.service, outbound.port)[0]) : found;
    },
  };
}

/** Of an address, for the fault that clients stick to a backend. */
function digest(address: string): number {
  return [...address].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_521, 7);
}
