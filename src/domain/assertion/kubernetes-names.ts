/** What Kubernetes makes of names and labels, so that a cell is not refused object by object. */
import type { Fixture } from "./fixture.ts";
import type { Mistake, Path } from "./mistake.ts";

/** Of a label of DNS (RFC 1123), as Services, pods' host names and label values have it. */
const MAX_LABEL = 63;
/** Namespaces of a cell are called smi-RUN-CELL-ALIAS. */
const MAX_ALIAS = 30;
/** Deployments add up to 17 characters for the name of a pod. */
const MAX_WORKLOAD = MAX_LABEL - 17;

const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const PREFIX = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const MAX_PREFIX = 253;

const tooLong = (what: string, name: string, most: number, path: Path, key?: true): readonly Mistake[] =>
  name.length <= most
    ? []
    : [
        {
          path,
          ...(key && { key }),
          message: `the ${what} "${name}" has ${name.length} characters`,
          remedy: `Give it at most ${most}.`,
        },
      ];

function isLabelKey(key: string): boolean {
  const [name = "", prefix, ...more] = key.split("/").toReversed();
  if (more.length > 0 || name === "" || name.length > MAX_LABEL || !LABEL_VALUE.test(name)) return false;
  return prefix === undefined || (prefix.length <= MAX_PREFIX && PREFIX.test(prefix));
}

function labelMistakes(labels: Readonly<Record<string, string>>, path: Path): readonly Mistake[] {
  return Object.entries(labels).flatMap(([key, value]): readonly Mistake[] => {
    const found: Mistake[] = [];
    if (!isLabelKey(key))
      found.push({
        path: [...path, key],
        key: true,
        message: `"${key}" is not the key of a Kubernetes label`,
        remedy:
          "Give letters, digits, dashes, underscores and dots, at most 63, after a DNS name and a slash if you like.",
      });
    if (!LABEL_VALUE.test(value) || value.length > MAX_LABEL)
      found.push({
        path: [...path, key],
        message: `"${value}" is not the value of a Kubernetes label`,
        remedy:
          "Give at most 63 letters, digits, dashes, underscores and dots; the first and the last a letter or a digit.",
      });
    return found;
  });
}

/** The names that a fixture gives. */
export function kubernetesMistakes({ namespaces, workloads, services }: Fixture): readonly Mistake[] {
  return [
    ...namespaces.flatMap((alias, index) => tooLong("namespace alias", alias, MAX_ALIAS, ["namespaces", index])),
    ...Object.entries(workloads).flatMap(([name, { account, labels }]) => [
      ...tooLong("workload", name, MAX_WORKLOAD, ["workloads", name], true),
      ...(account === undefined ? [] : tooLong("account", account, MAX_PREFIX, ["workloads", name, "account"])),
      ...labelMistakes(labels, ["workloads", name, "labels"]),
    ]),
    ...services.flatMap(({ name }, index): readonly Mistake[] => [
      ...tooLong("service", name, MAX_LABEL, ["services", index, "name"]),
      ...(/^[a-z]/.test(name)
        ? []
        : [
            {
              path: ["services", index, "name"],
              message: `the service "${name}" does not begin with a letter`,
              remedy: "Kubernetes takes letters, digits and dashes, the first of them a letter.",
            },
          ]),
    ]),
  ];
}
