/**
 * Traffic Access, one TrafficTarget: it "associates a set of traffic definitions (rules) with a service identity"
 * (traffic-access v1alpha3, line 20). This is the target with its references looked up.
 */
import type { Inbound, Transport } from "../data-plane.ts";
import type { MeshFaults } from "../mutants/mesh-faults.ts";
import type { Choices } from "./open-choices.ts";
import {
  type Account,
  keyOf,
  type Policy,
  type PortRoute,
  type RouteGroup,
  type Rule,
  type Subject,
  type Target,
} from "./policy.ts";
import { anyOf, compileMatch, type RequestTest } from "./routes.ts";

const ROUTE_KINDS: ReadonlySet<string> = new Set(["HTTPRouteGroup", "TCPRoute", "UDPRoute"]);

type PortTest = (port: number) => boolean;

export interface Grant {
  readonly target: Target;
  readonly sources: readonly Account[];
  /** Whether what arrives is on one of the routes, whoever sends it. */
  readonly covers: (call: Inbound) => boolean;
}

export interface RouteIndex {
  readonly groups: ReadonlyMap<string, RouteGroup>;
  readonly portRoutes: ReadonlyMap<string, PortRoute>;
}

export function indexRoutes({ groups, portRoutes }: Policy): RouteIndex {
  return {
    groups: new Map(groups.map((group) => [keyOf(group), group])),
    portRoutes: new Map(portRoutes.map((route) => [`${route.kind} ${keyOf(route)}`, route])),
  };
}

/** The account that a subject names; undefined for kinds other than ServiceAccount, which nobody is then. */
export function accountNamed(subject: Subject | undefined, target: Target, choices: Choices): Account | undefined {
  if (subject?.kind !== "ServiceAccount") return undefined;
  if (subject.namespace !== undefined) return { namespace: subject.namespace, name: subject.name };
  return choices.omittedNamespace === "nobody" ? undefined : { namespace: target.namespace, name: subject.name };
}

const everything = () => true;
const nothing = () => false;

/** "The `matches` field is optional and if omitted, a rule is valid for all the matches in a traffic spec" (line 97). */
function httpTest(rule: Rule, group: RouteGroup | undefined, choices: Choices, faults: MeshFaults): RequestTest {
  // A route that is not there defines none: "on a route which is not in the list … will be denied" (line 26).
  if (group === undefined) return faults.missingRouteOpens ? everything : nothing;
  const named = rule.matches ?? (faults.omittedMatchesGrantNothing ? [] : group.matches.map(({ name }) => name));
  const isUnknown = named.some((name) => !group.matches.some((match) => match.name === name));
  const meant = group.matches.filter(
    ({ name }) => named.includes(name) || (isUnknown && faults.unknownMatchOpens === true),
  );
  const tests = meant.map((match) => compileMatch(match, choices, faults));
  return faults.allMatchesMustHold ? (request) => tests.every((test) => test(request)) : anyOf(tests);
}

/** "`matches.ports` is an optional element, if not specified, traffic will be allowed to all ports" (line 102). */
function portTest(route: PortRoute | undefined, faults: MeshFaults): PortTest {
  if (route === undefined) return faults.missingRouteOpens ? everything : nothing;
  if (route.ports.length === 0) return faults.emptyPortsGrantNothingOf === route.kind ? nothing : everything;
  const ports = new Set(route.ports);
  return (port) => ports.has(port);
}

export function compileGrant(target: Target, routes: RouteIndex, choices: Choices, faults: MeshFaults): Grant {
  const ofKind = (kind: string) => target.rules.filter((rule) => rule.kind === kind);
  const key = ({ name }: Rule) => keyOf({ namespace: target.namespace, name });
  const http = ofKind("HTTPRouteGroup").map((rule) => httpTest(rule, routes.groups.get(key(rule)), choices, faults));
  const ports = (kind: string) =>
    ofKind(kind).map((rule) => portTest(routes.portRoutes.get(`${kind} ${key(rule)}`), faults));
  const tcp = ports("TCPRoute");
  const udp = ports("UDPRoute");

  const onHttp = anyOf(http);
  const onTcp: PortTest = (port) => tcp.some((test) => test(port));
  const onUdp: PortTest = (port) => udp.some((test) => test(port));

  const covers: Readonly<Record<Transport, (call: Inbound) => boolean>> = {
    // The example of lines 125 to 198 pairs a TCPRoute with a group, and its table allows the group's paths alone: the
    // TCPRoute says on "which port traffic should be allowed" (line 99), and without one it is all of them (line 102).
    http({ port, request }) {
      const isOnRoute = request !== undefined && onHttp(request);
      if (http.length === 0) return choices.tcpRouteAlone === "tcp-and-http" && onTcp(port);
      if (tcp.length === 0) return isOnRoute && !faults.groupNeedsTcpRoute;
      if (faults.tcpRouteOverridesGroup) return onTcp(port);
      return choices.httpAndTcp === "union" ? isOnRoute || onTcp(port) : isOnRoute && onTcp(port);
    },
    // "TCP and UDP traffic to both 8301 and 8302 ports, but will block UDP traffic to 8300" (line 244): each its own.
    tcp: ({ port }) => onTcp(port) || (faults.udpRouteOpensTcp === true && onUdp(port)),
    udp: ({ port }) => onUdp(port) || (faults.tcpRouteOpensUdp === true && onTcp(port)),
  };

  return {
    target,
    sources: target.sources.flatMap((source) => accountNamed(source, target, choices) ?? []),
    covers(call) {
      // access v1alpha2, line 88: "the `port` field allows the user to specify specifically which port".
      if (target.port !== undefined && target.port !== call.port) return false;
      if (target.port === undefined && faults.omittedDestinationPortGrantsNothing) return false;
      if (faults.ignoresRoutes) return true;
      if (target.rules.length === 0 && faults.emptyRulesGrantAll) return true;
      if (faults.unknownRuleKindOpens && target.rules.some(({ kind }) => !ROUTE_KINDS.has(kind))) return true;
      return covers[call.transport](call);
    },
  };
}
