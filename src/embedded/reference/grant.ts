/**
 * Traffic Access, one TrafficTarget: it "associates a set of traffic definitions (rules) with a service identity"
 * (traffic-access v1alpha3, line 20). A grant is the target with its references looked up.
 */
import type { Inbound, Transport } from "../data-plane.ts";
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

type PortTest = (port: number) => boolean;

export interface Grant {
  readonly sources: readonly Account[];
  /** Whether what arrives is on one of the routes, whoever sends it. */
  readonly covers: (call: Inbound) => boolean;
}

export interface RouteIndex {
  readonly groups: ReadonlyMap<string, RouteGroup>;
  /** By kind, namespace and name. */
  readonly portRoutes: ReadonlyMap<string, PortRoute>;
}

export function indexRoutes({ groups, portRoutes }: Policy): RouteIndex {
  return {
    groups: new Map(groups.map((group) => [keyOf(group), group])),
    portRoutes: new Map(portRoutes.map((route) => [`${route.kind} ${keyOf(route)}`, route])),
  };
}

/** The account that a subject names; undefined for kinds other than ServiceAccount, since nobody holds those. */
export function accountNamed(subject: Subject | undefined, target: Target, choices: Choices): Account | undefined {
  if (subject?.kind !== "ServiceAccount") return undefined;
  if (subject.namespace !== undefined) return { namespace: subject.namespace, name: subject.name };
  return choices.omittedNamespace === "nobody" ? undefined : { namespace: target.namespace, name: subject.name };
}

const nothing = () => false;
const everything = () => true;

/** "The `matches` field is optional and if omitted, a rule is valid for all the matches in a traffic spec" (line 97). */
function compileRule(rule: Rule, group: RouteGroup | undefined, choices: Choices): RequestTest {
  // An absent route defines nothing: "on a route which is not in the list … will be denied" (line 26).
  if (group === undefined) return nothing;
  const meant = group.matches.filter(({ name }) => rule.matches === undefined || rule.matches.includes(name));
  return anyOf(meant.map((match) => compileMatch(match, choices)));
}

/** "`matches.ports` is an optional element, if not specified, traffic will be allowed to all ports" (line 102). */
function compilePortRoute(route: PortRoute | undefined): PortTest {
  if (route === undefined) return nothing;
  return route.ports.length === 0 ? everything : (port) => route.ports.includes(port);
}

export function compileGrant(target: Target, routes: RouteIndex, choices: Choices): Grant {
  const rulesOf = (kind: string) => target.rules.filter((rule) => rule.kind === kind);
  const keyFor = ({ name }: Rule) => keyOf({ namespace: target.namespace, name });
  const groups = rulesOf("HTTPRouteGroup").map((rule) => compileRule(rule, routes.groups.get(keyFor(rule)), choices));
  const portTests = (kind: string) =>
    rulesOf(kind).map((rule) => compilePortRoute(routes.portRoutes.get(`${kind} ${keyFor(rule)}`)));
  const tcpRoutes = portTests("TCPRoute");
  const udpRoutes = portTests("UDPRoute");

  const isOnGroup = anyOf(groups);
  const isOnTcpRoute: PortTest = (port) => tcpRoutes.some((test) => test(port));
  const isOnUdpRoute: PortTest = (port) => udpRoutes.some((test) => test(port));

  const covers: Readonly<Record<Transport, (call: Inbound) => boolean>> = {
    // The example of lines 125 to 198 pairs a TCPRoute with a group, and its table allows the group's paths alone: the
    // TCPRoute says on "which port traffic should be allowed" (line 99), and without one it is all of them (line 102).
    http({ port, request }) {
      const isOnRoute = request !== undefined && isOnGroup(request);
      if (groups.length === 0) return choices.tcpRouteAlone === "tcp-and-http" && isOnTcpRoute(port);
      if (tcpRoutes.length === 0) return isOnRoute;
      return choices.httpAndTcp === "union" ? isOnRoute || isOnTcpRoute(port) : isOnRoute && isOnTcpRoute(port);
    },
    // "TCP and UDP traffic to both 8301 and 8302 ports, but will block UDP traffic to 8300" (line 244): independent.
    tcp: ({ port }) => isOnTcpRoute(port),
    udp: ({ port }) => isOnUdpRoute(port),
  };

  return {
    sources: target.sources.flatMap((source) => accountNamed(source, target, choices) ?? []),
    covers(call) {
      // access v1alpha2, line 88: "the `port` field allows the user to specify specifically which port".
      const isAtPort = target.port === undefined || target.port === call.port;
      return isAtPort && covers[call.transport](call);
    },
  };
}
