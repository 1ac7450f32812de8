/** Names in an assertion that nothing has: workloads, accounts, services, routes and matches. */
import type { HttpRouteGroup, Resource, TrafficTarget } from "../smi/resource.ts";
import type { AssertionFile } from "./assertion-file.ts";
import type { DistributionExpectation, Expectation, Probe, SubmitExpectation } from "./expectation.ts";
import type { Fixture } from "./fixture.ts";
import { type FixtureNames, namesOf, probeMistakes, resourceMistakes, unknown } from "./fixture-names.ts";
import { allowed, type Mistake, type Path } from "./mistake.ts";
import type { WorkloadChange } from "./step.ts";

interface Placed<T> {
  readonly value: T;
  readonly path: Path;
}

const place = <T>(list: readonly T[] | undefined, path: Path): readonly Placed<T>[] =>
  (list ?? []).map((value, index) => ({ value, path: [...path, index] }));

const expectationsOf = ({ steps }: AssertionFile): readonly Placed<Expectation>[] =>
  steps.flatMap((step, s) => ("expect" in step ? place(step.expect, ["steps", s, "expect"]) : []));

const submitsOf = (file: AssertionFile): readonly Placed<SubmitExpectation>[] =>
  expectationsOf(file).flatMap(({ value, path }) => ("submit" in value ? [{ value, path }] : []));

/** Resources that come into force at some time; what is submitted alone may never. */
const appliedIn = (file: AssertionFile): readonly Placed<Resource>[] => [
  ...file.steps.flatMap((step, s) => ("apply" in step ? place(step.apply, ["steps", s, "apply"]) : [])),
  ...submitsOf(file).flatMap(({ value, path }) => [
    ...place(value.with, [...path, "with"]),
    ...place(value.marker?.apply, [...path, "marker", "apply"]),
  ]),
];

const submittedIn = (file: AssertionFile): readonly Placed<Resource>[] =>
  submitsOf(file).flatMap(({ value, path }) => [
    { value: value.submit, path: [...path, "submit"] },
    ...(value.validVariant === undefined ? [] : [{ value: value.validVariant, path: [...path, "validVariant"] }]),
  ]);

const probesIn = (file: AssertionFile): readonly Placed<Probe>[] =>
  expectationsOf(file).flatMap(({ value, path }): readonly Placed<Probe>[] => {
    if ("from" in value) return [{ value, path }];
    if (!("submit" in value)) return [];
    return [
      ...(value.staysRefused === undefined ? [] : [{ value: value.staysRefused, path: [...path, "staysRefused"] }]),
      ...(value.marker === undefined ? [] : [{ value: value.marker.probe, path: [...path, "marker", "probe"] }]),
    ];
  });

function reachMistakes(
  { reach, arriveAt = {} }: DistributionExpectation,
  path: Path,
  names: FixtureNames,
): readonly Mistake[] {
  const keys = [
    ...Object.keys(reach).map((name) => [name, "reach"] as const),
    ...Object.keys(arriveAt).map((name) => [name, "arriveAt"] as const),
  ];
  return keys.flatMap(([name, of]) =>
    unknown("workload", name, names.workloads, [...path, of, name], names).map((m) => ({ ...m, key: true as const })),
  );
}

function workloadMistakes(step: WorkloadChange, path: Path, names: FixtureNames): readonly Mistake[] {
  const [operation, { workload }] =
    "scale" in step
      ? (["scale", step.scale] as const)
      : "restart" in step
        ? (["restart", step.restart] as const)
        : (["setAccount", step.setAccount] as const);
  const found = unknown("workload", workload, names.workloads, [...path, operation, "workload"], names);
  if (!("setAccount" in step) || found.length > 0) return found;
  const accounts = names.accountsIn(names.namespaceOf(names.fixture.workloads[workload]?.in));
  return unknown("account", step.setAccount.account, accounts, [...path, "setAccount", "account"], names);
}

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
  remedy: `${allowed(given, known, "There is:")} A name that nothing is to have stands in the list absent.`,
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

function routeMistakes(
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

export function lintNames(file: AssertionFile, fixture: Fixture): readonly Mistake[] {
  const names = namesOf(fixture);
  const asked = new Set<string>();
  const isAbsent = (name: string) => {
    if (!file.absent.includes(name)) return false;
    asked.add(name);
    return true;
  };
  const [applied, submitted] = [appliedIn(file), submittedIn(file)];
  const routes = routesOf([...fixture.base, ...[...applied, ...submitted].map(({ value }) => value)], names);
  const found = [
    ...[...applied, ...submitted].flatMap(({ value, path }) => resourceMistakes(value, path, names, isAbsent)),
    ...applied.flatMap((placed) => routeMistakes(placed, routes, isAbsent)),
    ...file.steps.flatMap((step, s) => {
      if ("scale" in step || "restart" in step || "setAccount" in step)
        return workloadMistakes(step, ["steps", s], names);
      if (!("remove" in step)) return [];
      return place(step.remove, ["steps", s, "remove"]).flatMap(({ value, path }) =>
        resourceMistakes(value, path, names, isAbsent),
      );
    }),
    ...probesIn(file).flatMap(({ value, path }) => probeMistakes(value, path, names)),
    ...expectationsOf(file).flatMap(({ value, path }) => {
      if ("requests" in value) return reachMistakes(value, path, names);
      return "ready" in value ? unknown("workload", value.ready, names.workloads, [...path, "ready"], names) : [];
    }),
  ];
  const idle = file.absent.flatMap((name, index) =>
    asked.has(name)
      ? []
      : [
          {
            path: ["absent", index],
            message: `"${name}" is said to be absent, and either something has the name or no resource uses it`,
            remedy: "Leave it out.",
          },
        ],
  );
  return [...found, ...idle];
}
