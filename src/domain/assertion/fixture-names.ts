/** The names that a fixture has, and mistakes in the names that probes and resources use of it. */
import type { Resource, ResourceRef, Subject } from "../smi/resource.ts";
import { type Probe, transportOf } from "./expectation.ts";
import type { Fixture, Service } from "./fixture.ts";
import { allowed, type Mistake, type Path } from "./mistake.ts";
import { requestMistakes } from "./request-soundness.ts";

export interface FixtureNames {
  readonly fixture: Fixture;
  readonly workloads: readonly string[];
  readonly namespaceOf: (alias: string | undefined) => string;
  /** Names of ServiceAccounts in a namespace. */
  readonly accountsIn: (alias: string) => readonly string[];
  readonly servicesIn: (alias: string) => readonly string[];
}

export function namesOf(fixture: Fixture): FixtureNames {
  const namespaceOf = (alias: string | undefined) => alias ?? fixture.namespaces[0] ?? "";
  const workloads = Object.entries(fixture.workloads);
  return {
    fixture,
    namespaceOf,
    workloads: workloads.map(([name]) => name),
    accountsIn: (alias) => [
      ...new Set(
        workloads.filter(([, w]) => namespaceOf(w.in) === alias).map(([name, { account }]) => account ?? name),
      ),
    ],
    servicesIn: (alias) => fixture.services.filter((s) => namespaceOf(s.in) === alias).map(({ name }) => name),
  };
}

/** A mistake unless `given` is one of `known`. */
export function unknown(
  what: string,
  given: string,
  known: readonly string[],
  path: Path,
  { fixture }: FixtureNames,
): readonly Mistake[] {
  if (known.includes(given)) return [];
  return [
    {
      path,
      message: `fixture ${fixture.id} has no ${what} "${given}"`,
      remedy: allowed(given, known, "It has"),
    },
  ];
}

export const unknownNamespace = (alias: string | undefined, path: Path, names: FixtureNames): readonly Mistake[] =>
  alias === undefined ? [] : unknown("namespace", alias, names.fixture.namespaces, [...path, "in"], names);

/** `{account, in}` may name an account of the fixture by a workload that runs under it, or by its own name. */
export function subjectMistakes(
  subject: Subject,
  path: Path,
  names: FixtureNames,
  isAbsent: (name: string) => boolean,
): readonly Mistake[] {
  if (typeof subject === "string")
    return names.workloads.includes(subject) || isAbsent(subject)
      ? []
      : unknown("workload", subject, names.workloads, path, names);
  const accounts = [...new Set([...names.accountsIn(subject.in), ...names.workloads])];
  // A fixture without workloads has no accounts: such objects are stored and followed by nobody.
  const known = accounts.length === 0 || accounts.includes(subject.account) || isAbsent(subject.account);
  return [
    ...unknownNamespace(subject.in, path, names),
    ...(known ? [] : unknown("account", subject.account, accounts, [...path, "account"], names)),
  ];
}

/** The service that a probe calls: with TCP and UDP also one whose name ends in the transport. */
function calledBy(probe: Probe, services: readonly Service[]): Service | undefined {
  const transport = transportOf(probe);
  return (
    services.find((s) => s.name === probe.to && s.protocol === transport) ??
    services.find((s) => s.name === `${probe.to}-${transport}`)
  );
}

function serviceMistakes(probe: Probe, path: Path, names: FixtureNames): readonly Mistake[] {
  const transport = transportOf(probe);
  const inside = names.fixture.services.filter((s) => probe.in === undefined || names.namespaceOf(s.in) === probe.in);
  const service = calledBy(probe, inside);
  if (service === undefined) {
    const known = inside.filter(({ protocol }) => protocol === transport).map(({ name }) => name);
    const what = `${transport} service${probe.in === undefined ? "" : ` in ${probe.in}`}`;
    return unknown(what, probe.to, known, [...path, "to"], names);
  }
  const ports = service.ports.map(({ port }) => port);
  if (probe.port === undefined || ports.includes(probe.port)) return [];
  return [
    {
      path: [...path, "port"],
      message: `service ${service.name} has no port ${probe.port}`,
      remedy: `Its ports: ${ports.join(", ")}.`,
    },
  ];
}

export function probeMistakes(probe: Probe, path: Path, names: FixtureNames): readonly Mistake[] {
  const namespace = unknownNamespace(probe.in, path, names);
  return [
    ...unknown("workload", probe.from, names.workloads, [...path, "from"], names),
    ...namespace,
    ...requestMistakes(probe, path),
    // In a namespace that is not there, there is no service either.
    ...(namespace.length > 0 ? [] : serviceMistakes(probe, path, names)),
  ];
}

/** What of a resource names something of the fixture: its namespace, subjects, root and backends. */
export function resourceMistakes(
  resource: Resource | ResourceRef,
  path: Path,
  names: FixtureNames,
  isAbsent: (name: string) => boolean,
): readonly Mistake[] {
  const found = [...unknownNamespace(resource.in, path, names)];
  if ("sources" in resource || "destination" in resource) {
    const { sources = [], destination } = resource;
    if (destination !== undefined)
      found.push(...subjectMistakes(destination, [...path, "destination"], names, isAbsent));
    for (const [index, source] of sources.entries())
      found.push(...subjectMistakes(source, [...path, "sources", index], names, isAbsent));
  }
  // A fixture without services is for objects that are stored and followed by nobody.
  if (names.fixture.services.length > 0 && ("service" in resource || "backends" in resource)) {
    const services = names.servicesIn(names.namespaceOf(resource.in));
    const { service, backends = {} } = resource;
    if (service !== undefined && !services.includes(service) && !isAbsent(service))
      found.push(...unknown("service", service, services, [...path, "service"], names));
    for (const backend of Object.keys(backends))
      if (!services.includes(backend) && !isAbsent(backend))
        found.push(
          ...unknown("service", backend, services, [...path, "backends", backend], names).map((mistake) => ({
            ...mistake,
            key: true as const,
          })),
        );
  }
  return found;
}
