/** Routes, matches, methods and ports that resources name, and that nothing has. */
import type { HttpRouteGroup, Resource, TrafficTarget } from "../smi/resource.ts";
import { applicationPorts } from "./application-ports.ts";
import type { Fixture } from "./fixture.ts";
import type { FixtureNames } from "./fixture-names.ts";
import { allowed, type Mistake, type Path } from "./mistake.ts";

export interface Placed<T> {
  readonly value: T;
  readonly path: Path;
}

export const place = <T>(list: readonly T[] | undefined, path: Path): readonly Placed<T>[] =>
  (list ?? []).map((value, index) => ({ value, path: [...path, index] }));

/** Routes by kind, namespace and name, with the matches that a group ever has. */
function routesOf(resources: readonly Resource[], names: FixtureNames) {
  const of = <K extends "httpRouteGroup" | "tcpRoute" | "udpRoute">(kind: K, alias: string | undefined) =>
    resources.filter(
      (r): r is Extract<Resource, Record<K, string>> =>
        kind in r && names.namespaceOf(r.in) === names.namespaceOf(alias),
    );
  return {
    names: (kind: "httpRouteGroup" | "tcpRoute" | "udpRoute", alias: string | undefined) =>
      of(kind, alias).map((r) => (r as unknown as Record<string, string>)[kind] ?? ""),
    matches: (group: string, alias: string | undefined) =>
      of("httpRouteGroup", alias)
        .filter((r: HttpRouteGroup) => r.httpRouteGroup === group)
        .flatMap(({ matches }) => matches.map(({ name }) => name)),
  };
}

type Routes = ReturnType<typeof routesOf>;

const missing = (what: string, given: string, known: readonly string[], path: Path): Mistake => ({
  path,
  message: `there is no ${what} "${given}"`,
  remedy: allowed(given, known, "There is:"),
});

function ruleMistakes(
  rule: NonNullable<TrafficTarget["rules"]>[number],
  path: Path,
  alias: string | undefined,
  routes: Routes,
  isAbsent: (name: string) => boolean,
): readonly Mistake[] {
  const [kind, name] = Object.entries(rule)[0] as ["httpRouteGroup" | "tcpRoute" | "udpRoute", string];
  const known = routes.names(kind, alias);
  if (!known.includes(name)) return isAbsent(name) ? [] : [missing(kind, name, known, [...path, kind])];
  const matches = "matches" in rule ? (rule.matches ?? []) : [];
  const has = routes.matches(name, alias);
  return matches.flatMap((match, m) =>
    has.includes(match) || isAbsent(match)
      ? []
      : [missing(`match of httpRouteGroup ${name}`, match, has, [...path, "matches", m])],
  );
}

function namesMistakes(
  { value, path }: Placed<Resource>,
  routes: Routes,
  isAbsent: (name: string) => boolean,
): readonly Mistake[] {
  if ("trafficTarget" in value)
    return (value.rules ?? []).flatMap((rule, r) =>
      ruleMistakes(rule, [...path, "rules", r], value.in, routes, isAbsent),
    );
  if (!("trafficSplit" in value)) return [];
  const groups = routes.names("httpRouteGroup", value.in);
  return (value.matches ?? []).flatMap((group, g) =>
    groups.includes(group) || isAbsent(group)
      ? []
      : [missing("httpRouteGroup", group, groups, [...path, "matches", g])],
  );
}

/** @param resources all that have routes and matches */
export function routeNameMistakes(
  placed: readonly Placed<Resource>[],
  resources: readonly Resource[],
  names: FixtureNames,
  isAbsent: (name: string) => boolean,
): readonly Mistake[] {
  const routes = routesOf(resources, names);
  return placed.flatMap((one) => namesMistakes(one, routes, isAbsent));
}

/** Source: the methods that traffic-specs v1alpha4 enumerates, and `*` for all. */
const methods = ["*", "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];

export function methodMistakes({ value, path }: Placed<Resource>): readonly Mistake[] {
  if (!("httpRouteGroup" in value)) return [];
  return value.matches.flatMap((match, m) =>
    (match.methods ?? []).flatMap((method, n) =>
      methods.includes(method)
        ? []
        : [
            {
              path: [...path, "matches", m, "methods", n],
              message: `"${method}" is not a method that a match may list`,
              remedy: allowed(method, methods),
            },
          ],
    ),
  );
}

const portsOf = (fixture: Fixture, protocol: "http" | "tcp" | "udp") =>
  fixture.services
    .filter((service) => service.protocol === protocol)
    .flatMap(({ ports }) => ports.flatMap(({ port, targetPort }) => [port, targetPort ?? port]));

/** Ports of a route that no service of the fixture has: nothing that is sent could ever match them. */
export function portMistakes({ value, path }: Placed<Resource>, fixture: Fixture): readonly Mistake[] {
  const wrong = (given: number, known: readonly number[], where: Path): readonly Mistake[] =>
    fixture.services.length === 0 || known.includes(given)
      ? []
      : [
          {
            path: where,
            message: `no service of fixture ${fixture.id} has this port ${given}`,
            remedy: `Ports: ${[...new Set(known)].sort((x, y) => x - y).join(", ") || "none"}.`,
          },
        ];
  const of = (protocol: "tcp" | "udp") => [...portsOf(fixture, protocol), ...applicationPorts[protocol]];
  if ("tcpRoute" in value || "udpRoute" in value) {
    const known = "tcpRoute" in value ? [...of("tcp"), ...portsOf(fixture, "http")] : of("udp");
    return (value.ports ?? []).flatMap((port, p) => wrong(port, known, [...path, "ports", p]));
  }
  if (!("trafficTarget" in value) || value.port === undefined) return [];
  const known = [...portsOf(fixture, "http"), ...of("tcp"), ...of("udp")];
  return wrong(value.port, known, [...path, "port"]);
}
