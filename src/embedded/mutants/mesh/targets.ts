/** Faults in what a TrafficTarget grants: each takes the policy for another than was written. */
import { keyOf, type Policy, type PortRoute, type RouteGroup, type Rule, type Target } from "../../reference/policy.ts";
import type { FaultTable } from "../fault-table.ts";
import type { MeshFault } from "./fault.ts";

export const first = <Item>(items: readonly Item[]) => items.slice(0, 1);
export const last = <Item>(items: readonly Item[]) => items.slice(-1);

const onTargets = (change: (targets: readonly Target[], policy: Policy) => readonly Target[]): MeshFault => ({
  policy: (policy) => ({ ...policy, targets: change(policy.targets, policy) }),
});
const onTarget = (change: (target: Target) => Target): MeshFault => onTargets((targets) => targets.map(change));
const onRules = (change: (rules: readonly Rule[], target: Target, policy: Policy) => readonly Rule[]): MeshFault =>
  onTargets((targets, policy) => targets.map((target) => ({ ...target, rules: change(target.rules, target, policy) })));
const onPortRoutes = (change: (route: PortRoute) => PortRoute): MeshFault => ({
  policy: (policy) => ({ ...policy, portRoutes: policy.portRoutes.map(change) }),
});

/** Targets of one destination, sorted by name. */
const onSiblings = (change: (siblings: readonly Target[]) => readonly Target[]): MeshFault =>
  onTargets((targets) => {
    const byDestination = Map.groupBy(targets, ({ destination, namespace }) =>
      keyOf({ namespace: destination?.namespace ?? namespace, name: destination?.name ?? "" }),
    );
    return [...byDestination.values()].flatMap((all) => change(all.toSorted((x, y) => (x.name < y.name ? -1 : 1))));
  });

/** What the destination is granted at the pods of its sources. */
function mirrored(target: Target): readonly Target[] {
  const { destination } = target;
  return destination === undefined
    ? []
    : target.sources.map((source) => ({ ...target, destination: source, sources: [destination] }));
}

/** No object can have this name. */
const EVERYTHING = "<everything>";
const KINDS = ["HTTPRouteGroup", "TCPRoute", "UDPRoute"] as const;
const everythingOf = (kind: string): Rule => ({ kind, name: EVERYTHING, matches: undefined });
const allRules: readonly Rule[] = KINDS.map(everythingOf);

/** The policy with routes for everything in each namespace of a target, which rules can name. */
function withEverything(policy: Policy): Policy {
  const routes = [...new Set(policy.targets.map(({ namespace }) => namespace))].map((namespace) => ({
    ...{ namespace, name: EVERYTHING, uid: "", created: "" },
  }));
  const all = { name: EVERYTHING, pathRegex: undefined, methods: undefined, headers: [] };
  return {
    ...policy,
    groups: [
      ...policy.groups,
      ...routes.map((route) => ({ ...route, kind: "HTTPRouteGroup" as const, matches: [all] })),
    ],
    portRoutes: [
      ...policy.portRoutes,
      ...routes.map((route) => ({ ...route, kind: "TCPRoute" as const, ports: [] })),
      ...routes.map((route) => ({ ...route, kind: "UDPRoute" as const, ports: [] })),
    ],
  };
}

/** Rules may be changed into `everythingOf` their kind. */
const openingRules = (
  change: (rules: readonly Rule[], target: Target, policy: Policy) => readonly Rule[],
): MeshFault => ({
  policy: (policy) => withEverything(onRules(change).policy?.(policy) ?? policy),
});

const isIn = (target: Target, rule: Rule) => (route: RouteGroup | PortRoute) =>
  route.kind === rule.kind && route.name === rule.name && route.namespace === target.namespace;
const namesUnknownMatch = (rule: Rule, group: RouteGroup | undefined) =>
  group !== undefined && rule.matches?.some((name) => !group.matches.some((match) => match.name === name)) === true;

export const targetFaults = {
  firstSourceOnly: onTarget((target) => ({ ...target, sources: first(target.sources) })),
  lastSourceOnly: onTarget((target) => ({ ...target, sources: last(target.sources) })),
  firstRuleOnly: onRules(first),
  lastRuleOnly: onRules(last),
  /** Of several targets of one destination, the first by name counts. */
  firstTargetOnly: onSiblings(first),
  lastTargetOnly: onSiblings(last),
  /** Every source of a destination gets every rule of it. */
  crossesTargets: onSiblings((siblings) =>
    siblings.flatMap((one) => siblings.map(({ sources }) => ({ ...one, sources }))),
  ),
  /** What a target grants to its sources it grants to its destination at their pods too. */
  grantsBothWays: onTargets((targets) => [...targets, ...targets.flatMap(mirrored)]),

  /** A rule's `matches` are not looked at: it grants all of its group. */
  ignoresRuleMatches: onRules((rules) => rules.map((rule) => ({ ...rule, matches: undefined }))),
  /** A rule without `matches` grants nothing. */
  omittedMatchesGrantNothing: onRules((rules) => rules.map((rule) => ({ ...rule, matches: rule.matches ?? [] }))),
  /** A rule that names a match which its group does not have grants all of the group. */
  unknownMatchOpens: onRules((rules, target, { groups }) =>
    rules.map((rule) =>
      namesUnknownMatch(rule, groups.find(isIn(target, rule))) ? { ...rule, matches: undefined } : rule,
    ),
  ),
  /** A rule whose route object is absent grants everything. */
  missingRouteOpens: openingRules((rules, target, { groups, portRoutes }) =>
    rules.map((rule) => ([...groups, ...portRoutes].some(isIn(target, rule)) ? rule : everythingOf(rule.kind))),
  ),
  /** Sources may call whatever they like. */
  ignoresRoutes: openingRules(() => allRules),
  emptyRulesGrantAll: openingRules((rules) => (rules.length === 0 ? allRules : rules)),
  /** A rule of a kind that the mesh does not know grants everything. */
  unknownRuleKindOpens: openingRules((rules) =>
    rules.every(({ kind }) => KINDS.some((known) => known === kind)) ? rules : allRules,
  ),
  /** A TCPRoute beside an HTTPRouteGroup lets in every HTTP request to its ports. */
  tcpRouteOverridesGroup: openingRules((rules) =>
    rules.some(({ kind }) => kind === "TCPRoute")
      ? rules.map((rule) => (rule.kind === "HTTPRouteGroup" ? everythingOf(rule.kind) : rule))
      : rules,
  ),
  /** An HTTPRouteGroup grants nothing unless a TCPRoute is beside it. */
  groupNeedsTcpRoute: onRules((rules) =>
    rules.some(({ kind }) => kind === "TCPRoute") ? rules : rules.filter(({ kind }) => kind !== "HTTPRouteGroup"),
  ),

  /** `destination.port` is not looked at. */
  ignoresDestinationPort: onTarget((target) => ({ ...target, port: undefined })),
  /** A target without `destination.port` grants nothing. */
  omittedDestinationPortGrantsNothing: onRules((rules, { port }) => (port === undefined ? [] : rules)),
  ignoresPortsOf: (kind: PortRoute["kind"]) =>
    onPortRoutes((route) => (route.kind === kind ? { ...route, ports: [] } : route)),
  firstPortOnlyOf: (kind: PortRoute["kind"]) =>
    onPortRoutes((route) => (route.kind === kind ? { ...route, ports: first(route.ports) } : route)),
  /** A route without ports grants none instead of all: as though it named port 0, which nothing listens on. */
  emptyPortsGrantNothingOf: (kind: PortRoute["kind"]) =>
    onPortRoutes((route) => (route.kind === kind && route.ports.length === 0 ? { ...route, ports: [0] } : route)),
} satisfies FaultTable<MeshFault>;
