/** Mistakes in a fixture that its schema cannot see: names that it does not have, and names that stand twice. */
import { applicationPorts } from "./application-ports.ts";
import type { Fixture } from "./fixture.ts";
import {
  type FixtureNames,
  namesOf,
  probeMistakes,
  resourceMistakes,
  unknown,
  unknownNamespace,
} from "./fixture-names.ts";
import { kubernetesMistakes } from "./kubernetes-names.ts";
import type { Mistake } from "./mistake.ts";
import { place, routeNameMistakes } from "./route-names.ts";

function serviceMistakes(names: FixtureNames): readonly Mistake[] {
  const { services } = names.fixture;
  return services.flatMap((service, index) => {
    const path = ["services", index];
    const alias = names.namespaceOf(service.in);
    const first = services.findIndex((s) => s.name === service.name && names.namespaceOf(s.in) === alias);
    const twice: readonly Mistake[] =
      first === index
        ? []
        : [
            {
              path: [...path, "name"],
              message: `services.${first} in namespace ${alias} is called "${service.name}" too`,
              remedy: "Give one of them another name, or put it into another namespace.",
            },
          ];
    const listens = applicationPorts[service.protocol];
    const ports = service.ports.flatMap(({ port, targetPort }, p): readonly Mistake[] => {
      const field = targetPort === undefined ? "port" : "targetPort";
      const again = service.ports.findIndex((one) => one.port === port) < p;
      return [
        ...(again
          ? [{ path: [...path, "ports", p, "port"], message: `port ${port} stands twice`, remedy: "Leave one out." }]
          : []),
        ...(listens.includes(targetPort ?? port)
          ? []
          : [
              {
                path: [...path, "ports", p, field],
                message: `the application listens on no ${service.protocol} port ${targetPort ?? port}`,
                remedy: `It listens on ${listens.join(", ")}; give another port of the service together with a targetPort.`,
              },
            ]),
      ];
    });
    return [
      ...twice,
      ...ports,
      ...unknownNamespace(service.in, path, names),
      ...service.selects.flatMap((workload, w) =>
        unknown("workload", workload, names.workloads, [...path, "selects", w], names),
      ),
    ];
  });
}

export function lintFixture(fixture: Fixture): readonly Mistake[] {
  const names = namesOf(fixture);
  return [
    ...Object.entries(fixture.workloads).flatMap(([name, workload]) =>
      unknownNamespace(workload.in, ["workloads", name], names),
    ),
    ...serviceMistakes(names),
    ...kubernetesMistakes(fixture),
    ...routeNameMistakes(place(fixture.base, ["base"]), fixture.base, names, () => false),
    ...fixture.base.flatMap((resource, r) => resourceMistakes(resource, ["base", r], names, () => false)),
    ...fixture.steadyState.flatMap((probe, p) => probeMistakes(probe, ["steadyState", p], names)),
  ];
}
