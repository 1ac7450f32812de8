/** Faults in what is split: which requests, of which clients, to which Services, and what authors are told. */
import type { Destination, Outbound, ServiceRef, ServiceView } from "../../data-plane.ts";
import { isJoined, JOINED_LABEL } from "../../reference/identity.ts";
import type { Policy, Split } from "../../reference/policy.ts";
import type { Splits } from "../../reference/split.ts";
import { portMismatch } from "../../reference/split-warnings.ts";
import type { FaultTable } from "../fault-table.ts";
import type { MeshFault } from "./fault.ts";
import { headerByHeader } from "./routes.ts";
import { first } from "./targets.ts";
import { onSplits } from "./weights.ts";

const onRoute = (
  route: (outbound: Outbound, services: ServiceView, splits: Splits, policy: Policy) => Destination,
): MeshFault => ({
  splits: (splits, policy) => ({
    ...splits,
    route: (outbound, services) => route(outbound, services, splits, policy),
  }),
});

/** A split for which this holds is not applied. */
const unsplitIf = (holds: (split: Split, outbound: Outbound, services: ServiceView) => boolean): MeshFault =>
  onRoute((outbound, services, splits) => {
    const split = splits.splitOf(outbound);
    return split !== undefined && holds(split, outbound, services) ? undefined : splits.route(outbound, services);
  });

/** Routes as though Services were others than they are. */
const withView = (change: (services: ServiceView, outbound: Outbound) => Partial<ServiceView>): MeshFault =>
  onRoute((outbound, services, splits) => splits.route(outbound, { ...services, ...change(services, outbound) }));

const backendsOf = ({ namespace, backends }: Split): readonly ServiceRef[] =>
  backends.map(({ service }) => ({ namespace, name: service }));
const leads = (split: Split, { namespace, name }: ServiceRef) => split.namespace === namespace && split.root === name;

/** The groups that splits name, in a copy for splits alone. */
function withGroupsOfSplits(policy: Policy): Policy {
  const copied = (name: string) => `<split> ${name}`;
  const copies = policy.groups.map((group) => ({
    ...group,
    name: copied(group.name),
    matches: group.matches.flatMap(headerByHeader),
  }));
  return {
    ...policy,
    groups: [...policy.groups, ...copies],
    splits: policy.splits.map((split) => ({ ...split, matches: split.matches.map(copied) })),
  };
}

export const splitFaults = {
  ignoresSplitMatches: onSplits((split) => ({ ...split, matches: [] })),
  /** Only the first HTTPRouteGroup of a split counts. */
  firstMatchGroupOnly: onSplits((split) => ({ ...split, matches: first(split.matches) })),
  /** One header of a split's match is enough. */
  anySplitHeaderWillDo: { policy: withGroupsOfSplits },
  /** Requests that no match describes are refused. */
  refusesUnmatched: onRoute((outbound, services, splits, policy) => {
    const isSplit = policy.splits.some((split) => leads(split, outbound.service) && split.broken === undefined);
    if (isSplit && isJoined(outbound.from) && splits.splitOf(outbound) === undefined) return "refused";
    return splits.route(outbound, services);
  }),
  /** A split with matches is not applied. */
  ignoresSplitsWithMatches: unsplitIf(({ matches }) => matches.length > 0),
  /** A split with one backend is not applied. */
  singleBackendDropsSplit: unsplitIf(({ backends }) => backends.length === 1),
  /** A split that names a Service that does not exist is not applied. */
  missingBackendDropsSplit: unsplitIf((split, _, services) =>
    backendsOf(split).some((service) => services.ports(service) === undefined),
  ),
  /** A split with a backend without a matching port is not applied. */
  dropsMismatchedSplit: unsplitIf((split, { port }, services) =>
    backendsOf(split).some((service) => services.ports(service)?.includes(port) === false),
  ),
  /** A split with a backend that has no pods is not applied. */
  emptyBackendDropsSplit: unsplitIf((split, { port }, services) =>
    backendsOf(split).some(
      (service) => services.ports(service)?.includes(port) !== false && services.endpoints(service, port).length === 0,
    ),
  ),
  /** A split whose root has no pods of its own is not applied. */
  rootNeedsPods: unsplitIf((_, { service, port }, services) => services.endpoints(service, port).length === 0),
  /** Only the first port of the root is split. */
  firstRootPortOnly: unsplitIf((_, { service, port }, services) => services.ports(service)?.[0] !== port),
  splitsHttpOnly: { choices: { splitTransports: "http" } },

  splitsUnmeshedClients: onRoute(({ from, ...outbound }, services, splits) =>
    splits.route({ ...outbound, from: { ...from, labels: { ...from.labels, [JOINED_LABEL]: "true" } } }, services),
  ),
  /** The splits of the client's namespace hold for Services of other namespaces. */
  splitsByClientNamespace: onRoute((outbound, services, splits) => {
    const service = { namespace: outbound.from.namespace, name: outbound.service.name };
    return splits.route({ ...outbound, service }, services);
  }),
  /** What is sent to a backend by its own name is split; of several splits the last counts. */
  splitsDirectCalls: onRoute((outbound, services, splits, policy) => {
    const { namespace, name } = outbound.service;
    const split = policy.splits.findLast(
      (one) =>
        leads(one, outbound.service) || (one.namespace === namespace && backendsOf(one).some((b) => b.name === name)),
    );
    return splits.route(
      split === undefined ? outbound : { ...outbound, service: { namespace, name: split.root } },
      services,
    );
  }),
  /** Backends are looked for in the client's namespace. */
  backendsInClientNamespace: withView((services, { from: { namespace } }) => ({
    ports: ({ name }) => services.ports({ namespace, name }),
    endpoints: ({ name }, port) => services.endpoints({ namespace, name }, port),
  })),
  /** Backends resolve to other splits. */
  hierarchical: { choices: { hierarchy: "recursive" } },
  /** Where the root is among its own backends, everything is refused. */
  refusesSelfReference: onRoute((outbound, services, splits) => {
    const split = splits.splitOf(outbound);
    return split?.backends.some(({ service }) => service === split.root) ? "refused" : splits.route(outbound, services);
  }),
  /** A backend without a matching port gets its share, which nobody takes. */
  keepsMismatchedBackend: {
    ...withView((services, { port }) => ({
      ports(service) {
        const ports = services.ports(service);
        return ports && [...ports, port];
      },
    })),
    choices: { deadBackend: "refused" },
  },
  /** The target port is the root's for every backend. */
  rootTargetPort: onRoute((outbound, services, splits) => {
    const found = splits.route(outbound, services);
    const [atRoot] = services.endpoints(outbound.service, outbound.port);
    return found === undefined || found === "refused" ? found : { ...found, port: atRoot?.port ?? found.port };
  }),
  /** Requests on a kept connection follow the first of them. */
  pinsKeptConnections: onRoute((outbound, services, splits) =>
    outbound.kept !== undefined && splits.splitOf(outbound) !== undefined
      ? outbound.kept
      : splits.route(outbound, services),
  ),
  /** Where no split applies, the first pod of the Service gets everything. */
  firstPodOnly: onRoute(
    (outbound, services, splits) =>
      splits.route(outbound, services) ?? services.endpoints(outbound.service, outbound.port)[0],
  ),

  /** No event tells of a backend without a matching port. */
  silentOnMismatch: { warnings: (warnings) => warnings.filter(({ reason }) => reason !== "PortMismatch") },
  /** Every split gets a Warning event for each backend. */
  warnsAlways: {
    warnings: (warnings, { splits }) => [
      ...warnings.filter(({ reason }) => reason !== "PortMismatch"),
      ...splits
        .filter(({ broken }) => broken === undefined)
        .flatMap((split) => split.backends.map(({ service }) => portMismatch(split, service, []))),
    ],
  },
} satisfies FaultTable<MeshFault>;
