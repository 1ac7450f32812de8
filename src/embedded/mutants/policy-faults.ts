/**
 * Faults by which the mesh takes objects for other than was written: each a small change of the policy before it is
 * compiled, so that the rest of the reference mesh stays the specification and nothing else.
 */

import {
  type Backend,
  keyOf,
  type Policy,
  type PortRoute,
  type RouteMatch,
  type Split,
  type Target,
} from "../reference/policy.ts";
import type { MeshFaults } from "./mesh-faults.ts";

type Misreading<Part> = (part: Part, faults: MeshFaults) => Part;

const first = <Item>(items: readonly Item[]) => items.slice(0, 1);
const last = <Item>(items: readonly Item[]) => items.slice(-1);

/** A text as an expression for itself. */
const literal = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

const ofTarget: Misreading<Target> = (target, faults) => {
  let { sources, rules, port } = target;
  if (faults.firstSourceOnly) sources = first(sources);
  if (faults.lastSourceOnly) sources = last(sources);
  if (faults.firstRuleOnly) rules = first(rules);
  if (faults.lastRuleOnly) rules = last(rules);
  if (faults.ignoresRuleMatches) rules = rules.map((rule) => ({ ...rule, matches: undefined }));
  if (faults.ignoresDestinationPort) port = undefined;
  return { ...target, sources, rules, port };
};

const ofPath: Misreading<string> = (path, faults) => {
  if (faults.unanchoredPath) return `.*(?:${path})`;
  if (faults.anchorsPathAtEnd) return `.*(?:${path})$`;
  if (faults.literalPath) return literal(path);
  if (faults.literalCaret) return path.replaceAll("^", String.raw`\^`);
  if (faults.firstPathSegmentOnly) return /^\/?[^/]*/.exec(path)?.[0] ?? "";
  return path;
};

const ofMethods: Misreading<readonly string[] | undefined> = (methods, faults) => {
  if (faults.ignoresMethods) return undefined;
  if (faults.omittedMethodsAreGet && methods === undefined) return ["GET"];
  if (faults.wildcardIsGet) return methods?.map((method) => (method === "*" ? "GET" : method));
  return faults.firstMethodOnly ? methods && first(methods) : methods;
};

const ofHeaders: Misreading<RouteMatch["headers"]> = (headers, faults) => {
  if (faults.ignoresHeaders) return [];
  if (faults.literalHeaderValue) return headers.map(([name, value]) => [name, literal(value)] as const);
  return faults.firstHeaderOnly ? first(headers) : headers;
};

const ofMatch: Misreading<RouteMatch> = (match, faults) => ({
  name: match.name,
  pathRegex: match.pathRegex === undefined || faults.ignoresPath ? undefined : ofPath(match.pathRegex, faults),
  methods: ofMethods(match.methods, faults),
  headers: ofHeaders(match.headers, faults),
});

const ofMatches: Misreading<readonly RouteMatch[]> = (matches, faults) => {
  const read = matches.map((match) => ofMatch(match, faults));
  if (faults.firstMatchOnly) return first(read);
  if (faults.lastMatchOnly) return last(read);
  if (faults.crossesMatches) return read.flatMap((one) => read.map((other) => ({ ...one, methods: other.methods })));
  if (faults.anyHeaderWillDo)
    return read.flatMap((match) =>
      match.headers.length === 0 ? [match] : match.headers.map((header) => ({ ...match, headers: [header] })),
    );
  return read;
};

const ofPortRoute: Misreading<PortRoute> = (route, faults) => {
  if (faults.ignoresPortsOf === route.kind) return { ...route, ports: [] };
  return faults.firstPortOnlyOf === route.kind ? { ...route, ports: first(route.ports) } : route;
};

const sumOf = (backends: readonly Backend[]) => backends.reduce((sum, { weight }) => sum + weight, 0);

function weighed(
  backends: readonly Backend[],
  weightOf: (weight: number, index: number) => number,
): readonly Backend[] {
  return backends.map(({ service, weight }, index) => ({ service, weight: weightOf(weight, index) }));
}

function asPercent(backends: readonly Backend[]): readonly Backend[] {
  let left = 100;
  return weighed(backends, (weight, index) => {
    const share = index === backends.length - 1 ? left : Math.min(weight, left);
    left -= share;
    return share;
  });
}

const ofBackends: Misreading<readonly Backend[]> = (backends, faults) => {
  if (faults.firstBackendOnly) return first(backends);
  if (faults.lastBackendOnly) return last(backends);
  if (faults.twoBackendsAtMost) return backends.slice(0, 2);
  if (faults.ignoresWeights) return weighed(backends, () => 1);
  if (faults.evenWeights) return weighed(backends, (weight) => Math.min(weight, 1));
  if (faults.zeroIsOne) return weighed(backends, (weight) => weight || 1);
  if (faults.swapsWeights) return weighed(backends, (_, index) => backends.at(-1 - index)?.weight ?? 0);
  if (faults.losesSmallWeights) return weighed(backends, (weight) => (weight * 8 < sumOf(backends) ? 0 : weight));
  if (faults.weightsArePercent) return asPercent(backends);
  const leak = faults.leaksToZero ?? 0;
  const idle = backends.filter(({ weight }) => weight === 0).length;
  return idle === 0 || leak === 0
    ? backends
    : weighed(backends, (weight) => weight || ((sumOf(backends) / (1 - leak)) * leak) / idle);
};

const ofSplit: Misreading<Split> = (split, faults) => {
  const backends = ofBackends(split.backends, faults);
  const roots = faults.includesRootPods ? [{ service: split.root, weight: sumOf(backends) / 9 }] : [];
  const matches = faults.firstMatchGroupOnly ? first(split.matches) : split.matches;
  return { ...split, backends: [...backends, ...roots], matches: faults.ignoresSplitMatches ? [] : matches };
};

/** What the destination is granted at the pods of its sources, where a target is read both ways. */
function mirrored(target: Target): readonly Target[] {
  const { destination } = target;
  return destination === undefined
    ? []
    : target.sources.map((source) => ({ ...target, destination: source, sources: [destination] }));
}

const ofTargets: Misreading<readonly Target[]> = (targets, faults) => {
  const read = targets.map((target) => ofTarget(target, faults));
  if (faults.grantsBothWays) return [...read, ...read.flatMap(mirrored)];
  const byDestination = Map.groupBy(read, ({ destination, namespace }) =>
    keyOf({ namespace: destination?.namespace ?? namespace, name: destination?.name ?? "" }),
  );
  const groups = [...byDestination.values()].map((group) => group.toSorted((x, y) => (x.name < y.name ? -1 : 1)));
  if (faults.firstTargetOnly) return groups.flatMap(first);
  if (faults.lastTargetOnly) return groups.flatMap(last);
  if (faults.crossesTargets)
    return groups.flatMap((group) => group.flatMap((one) => group.map(({ sources }) => ({ ...one, sources }))));
  return read;
};

/** The policy as a mesh with these faults understands it. */
export function misread(policy: Policy, faults: MeshFaults): Policy {
  return {
    targets: ofTargets(policy.targets, faults),
    groups: policy.groups.map((group) => ({ ...group, matches: ofMatches(group.matches, faults) })),
    portRoutes: policy.portRoutes.map((route) => ofPortRoute(route, faults)),
    splits: policy.splits.map((split) => ofSplit(split, faults)),
  };
}
