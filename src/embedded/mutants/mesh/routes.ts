/** Faults in which requests an HTTPRouteGroup describes: each takes the group for another than was written. */
import type { RequestHead } from "../../data-plane.ts";
import { expression } from "../../expression.ts";
import type { Policy, RouteMatch, Rule, Target } from "../../reference/policy.ts";
import type { FaultTable } from "../fault-table.ts";
import type { MeshFault } from "./fault.ts";
import { first, last } from "./targets.ts";

const onMatches = (change: (matches: readonly RouteMatch[]) => readonly RouteMatch[]): MeshFault => ({
  policy: (policy) => ({
    ...policy,
    groups: policy.groups.map((group) => ({ ...group, matches: change(group.matches) })),
  }),
});
const onMatch = (change: (match: RouteMatch) => RouteMatch): MeshFault => onMatches((matches) => matches.map(change));
/** Undefined from `change`: any path. */
const onPath = (change: (path: string) => string | undefined): MeshFault =>
  onMatch((match) => ({ ...match, pathRegex: match.pathRegex === undefined ? undefined : change(match.pathRegex) }));
const onMethods = (change: (methods: RouteMatch["methods"]) => RouteMatch["methods"]): MeshFault =>
  onMatch((match) => ({ ...match, methods: change(match.methods) }));
const onHeaders = (change: (headers: RouteMatch["headers"]) => RouteMatch["headers"]): MeshFault =>
  onMatch((match) => ({ ...match, headers: change(match.headers) }));

/** A text as an expression for itself. */
const literal = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

/** A match for each header of it. */
export const headerByHeader = (match: RouteMatch): readonly RouteMatch[] =>
  match.headers.length === 0 ? [match] : match.headers.map((header) => ({ ...match, headers: [header] }));

/** A match for each condition of it. */
function conditionByCondition({ name, pathRegex, methods, headers }: RouteMatch): readonly RouteMatch[] {
  const none = { name, pathRegex: undefined, methods: undefined, headers: [] };
  return [
    ...headers.map((header) => ({ ...none, headers: [header] })),
    ...(pathRegex === undefined ? [] : [{ ...none, pathRegex }]),
    ...(methods === undefined ? [] : [{ ...none, methods }]),
  ];
}

/** One match that asks for all that these ask for. */
function conjunction(matches: readonly RouteMatch[]): RouteMatch {
  const [pathRegex, ...alsoPaths] = matches.flatMap((match) => match.pathRegex ?? []);
  const methods = matches.flatMap(({ methods: m }) => (m === undefined || m.includes("*") ? [] : [m]));
  return {
    name: "all",
    pathRegex,
    alsoPaths,
    methods: methods[0]?.filter((method) => methods.every((some) => some.includes(method))),
    headers: matches.flatMap(({ headers }) => headers),
  };
}

/** The rules of HTTPRouteGroups, each naming a group of its own with one match. */
function withConjunctions(policy: Policy): Policy {
  const made: Policy["groups"][number][] = [];
  const changed = (rule: Rule, { namespace }: Target): Rule => {
    const group = policy.groups.find((one) => one.namespace === namespace && one.name === rule.name);
    if (rule.kind !== "HTTPRouteGroup" || group === undefined) return rule;
    const meant = group.matches.filter(({ name }) => rule.matches === undefined || rule.matches.includes(name));
    const name = `<conjunction ${made.length}>`;
    made.push({ ...group, name, matches: [conjunction(meant)] });
    return { ...rule, name, matches: undefined };
  };
  const targets = policy.targets.map((target) => ({
    ...target,
    rules: target.rules.map((rule) => changed(rule, target)),
  }));
  return { ...policy, targets, groups: [...policy.groups, ...made] };
}

/** What no request has as the value of a header. */
const ABSENT = "<absent>";

/** The request with a value for each header that some group asks for. */
function withAbsentHeaders(request: RequestHead | undefined, { groups }: Policy): RequestHead | undefined {
  const names = groups.flatMap(({ matches }) =>
    matches.flatMap(({ headers }) => headers.map(([name]) => name.toLowerCase())),
  );
  const absent = Object.fromEntries(names.map((name) => [name, ABSENT]));
  return request && { ...request, headers: { ...absent, ...request.headers } };
}

const withRequest = <Call extends { readonly request?: RequestHead }>(call: Call, policy: Policy): Call => {
  const request = withAbsentHeaders(call.request, policy);
  return request === undefined ? call : { ...call, request };
};

export const routeFaults = {
  ignoresMethods: onMethods(() => undefined),
  firstMethodOnly: onMethods((methods) => methods && first(methods)),
  /** `*` means GET. */
  wildcardIsGet: onMethods((methods) => methods?.map((method) => (method === "*" ? "GET" : method))),
  /** A match without `methods` is one of GET. */
  omittedMethodsAreGet: onMethods((methods) => methods ?? ["GET"]),

  ignoresPath: onPath(() => undefined),
  unanchoredPath: onPath((path) => `.*(?:${path})`),
  /** The path is anchored at its end instead of its beginning. */
  anchorsPathAtEnd: onPath((path) => `.*(?:${path})$`),
  /** A path is a literal prefix and not an expression. */
  literalPath: onPath(literal),
  caseInsensitivePath: onPath((path) => `(?i:${path})`),
  /** Only the first segment of an expression counts. */
  firstPathSegmentOnly: onPath((path) => /^\/?[^/]*/.exec(path)?.[0] ?? ""),
  /** A path that is not an expression matches every path. */
  brokenPathMatches: onPath((path) => (expression(`(?:${path})`) === undefined ? undefined : path)),
  /** `^` is taken for a character of the path. */
  literalCaret: onPath((path) => path.replaceAll("^", String.raw`\^`)),

  ignoresHeaders: onHeaders(() => []),
  firstHeaderOnly: onHeaders(first),
  /** A header's value is compared character by character. */
  literalHeaderValue: onHeaders((headers) => headers.map(([name, value]) => [name, literal(value)] as const)),
  /**
   * Requests have their header names in lower case: with their case compared, a name with capitals is that of no header. Nor is
   * one with a space.
   */
  caseSensitiveHeaderNames: onHeaders((headers) =>
    headers.map(([name, value]) => [name === name.toLowerCase() ? name : `${name} `, value] as const),
  ),
  absentHeaderMatches: {
    ...onHeaders((headers) => headers.map(([name, value]) => [name, `(?:${value})|${ABSENT}`] as const)),
    access: (access, policy) => ({ admits: (call) => access.admits(withRequest(call, policy)) }),
    splits: (splits, policy) => ({
      splitOf: (outbound) => splits.splitOf(withRequest(outbound, policy)),
      route: (outbound, services) => splits.route(withRequest(outbound, policy), services),
    }),
  },
  /** One header of a match is enough. */
  anyHeaderWillDo: onMatches((matches) => matches.flatMap(headerByHeader)),

  /** One condition of a match is enough. */
  anyConditionWillDo: onMatches((matches) => matches.flatMap(conditionByCondition)),
  /** Every match of a group must hold. */
  allMatchesMustHold: { policy: withConjunctions },
  firstMatchOnly: onMatches(first),
  lastMatchOnly: onMatches(last),
  /** Every method of a group goes with every path of it. */
  crossesMatches: onMatches((matches) => matches.flatMap((one) => matches.map(({ methods }) => ({ ...one, methods })))),
} satisfies FaultTable<MeshFault>;
