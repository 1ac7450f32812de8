/** Names in an assertion that nothing has: workloads, accounts, services, routes and matches. */
import type { Resource } from "../smi/resource.ts";
import { applicationPorts } from "./application-ports.ts";
import type { AssertionFile } from "./assertion-file.ts";
import {
  type DistributionExpectation,
  type Expectation,
  type Probe,
  type SubmitExpectation,
  transportOf,
} from "./expectation.ts";
import type { Fixture } from "./fixture.ts";
import { type FixtureNames, namesOf, probeMistakes, resourceMistakes, unknown } from "./fixture-names.ts";
import type { Mistake, Path } from "./mistake.ts";
import { methodMistakes, type Placed, place, portMistakes, routeNameMistakes } from "./route-names.ts";
import type { WorkloadChange } from "./step.ts";

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

/** What must have no effect by its fault alone: with a wrong name it would have none either. */
const ignoredIn = (file: AssertionFile): readonly Placed<Resource>[] =>
  submitsOf(file).flatMap(({ value, path }) =>
    value.is === "rejected-or-ignored" ? [{ value: value.submit, path: [...path, "submit"] }] : [],
  );

const probesIn = (file: AssertionFile): readonly Placed<Probe>[] =>
  expectationsOf(file).flatMap(({ value, path }): readonly Placed<Probe>[] => {
    if ("from" in value) return [{ value, path }];
    if (!("submit" in value)) return [];
    return [
      ...(value.staysRefused === undefined ? [] : [{ value: value.staysRefused, path: [...path, "staysRefused"] }]),
      ...(value.marker === undefined ? [] : [{ value: value.marker.probe, path: [...path, "marker", "probe"] }]),
    ];
  });

function reachMistakes(sample: DistributionExpectation, path: Path, names: FixtureNames): readonly Mistake[] {
  const { reach, arriveAt = {} } = sample;
  const behind = names.workloads.filter((name) => names.fixture.services.some(({ selects }) => selects.includes(name)));
  const key = { key: true as const };
  const ports = applicationPorts[transportOf(sample)];
  return [
    ...Object.keys(reach).flatMap((name) =>
      unknown("workload behind a service", name, behind, [...path, "reach", name], names).map((m) => ({
        ...m,
        ...key,
      })),
    ),
    ...Object.entries(arriveAt).flatMap(([name, port]): readonly Mistake[] => [
      ...unknown("workload behind a service", name, behind, [...path, "arriveAt", name], names).map((m) => ({
        ...m,
        ...key,
      })),
      ...(ports.includes(port)
        ? []
        : [
            {
              path: [...path, "arriveAt", name],
              message: `the application does not listen on port ${port}`,
              remedy: `It listens on ${ports.join(", ")}.`,
            },
          ]),
    ]),
  ];
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

export function lintNames(file: AssertionFile, fixture: Fixture): readonly Mistake[] {
  const names = namesOf(fixture);
  const asked = new Set<string>();
  const isAbsent = (name: string) => {
    if (!file.absent.includes(name)) return false;
    asked.add(name);
    return true;
  };
  const [applied, submitted] = [appliedIn(file), submittedIn(file)];
  const resources = [...fixture.base, ...[...applied, ...submitted].map(({ value }) => value)];
  const found = [
    ...[...applied, ...submitted].flatMap(({ value, path }) => resourceMistakes(value, path, names, isAbsent)),
    ...routeNameMistakes([...applied, ...ignoredIn(file)], resources, names, isAbsent).map(
      ({ remedy, ...mistake }) => ({
        ...mistake,
        remedy: `${remedy} A name that nothing is to have stands in the list absent.`,
      }),
    ),
    ...applied.flatMap((placed) => [...methodMistakes(placed), ...portMistakes(placed, fixture)]),
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
