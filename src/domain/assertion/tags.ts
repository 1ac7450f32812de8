/** What kind of assertion it is, read off the assertion itself: nothing that an author would have to keep true. */

import { kindOf, nameOf } from "../smi/render.ts";
import type { Resource } from "../smi/resource.ts";
import { type Assertion, appliedBy, changesWorkloads, isBehaviour, removedBy } from "./assertion.ts";
import { type Probe, transportOf } from "./expectation.ts";
import { expectationKind } from "./expectation-kind.ts";

const probesOf = ({ phases }: Assertion): readonly Probe[] =>
  phases.flatMap(({ expect }) => expect.flatMap((e) => ("from" in e ? [e] : [])));

const expects = ({ phases }: Assertion, kind: ReturnType<typeof expectationKind>) =>
  phases.some(({ expect }) => expect.some((e) => expectationKind(e) === kind));

const resourcesOf = ({ phases }: Assertion): readonly Resource[] =>
  phases.flatMap((phase) => [
    ...appliedBy(phase),
    ...phase.expect.flatMap((e) => ("submit" in e ? [e.submit, ...(e.with ?? [])] : [])),
  ]);

/** Whether something is applied that a phase before has applied. */
function updates({ phases }: Assertion): boolean {
  const called = (resource: Resource) => `${kindOf(resource)}/${resource.in ?? ""}/${nameOf(resource)}`;
  const applied = phases.flatMap((phase) => [...new Set(appliedBy(phase).map(called))]);
  return new Set(applied).size < applied.length;
}

const rules = {
  api: { means: "about the Kubernetes API alone", holds: (a) => !isBehaviour(a) },
  definition: {
    means: "about which kinds and versions are served",
    holds: (a) => expects(a, "crd") || expects(a, "versions"),
  },
  http: { means: "sends HTTP requests", holds: (a) => probesOf(a).some((p) => transportOf(p) === "http") },
  http2: { means: "sends HTTP/2", holds: (a) => probesOf(a).some((p) => p.protocol === "h2c") },
  tcp: { means: "opens TCP connections", holds: (a) => probesOf(a).some((p) => transportOf(p) === "tcp") },
  udp: { means: "sends datagrams", holds: (a) => probesOf(a).some((p) => transportOf(p) === "udp") },
  sample: { means: "judges how many requests reach which backend", holds: (a) => expects(a, "distribution") },
  headers: {
    means: "has routes with header filters",
    holds: (a) =>
      resourcesOf(a).some((r) => "httpRouteGroup" in r && r.matches.some(({ headers }) => headers !== undefined)),
  },
  event: { means: "looks for events", holds: (a) => expects(a, "event") },
  update: { means: "changes an object that it has applied", holds: updates },
  delete: { means: "deletes an object", holds: (a) => a.phases.some((phase) => removedBy(phase).length > 0) },
  workload: { means: "scales or restarts a workload, or changes its account", holds: changesWorkloads },
  observed: { means: "records, without a verdict", holds: (a) => a.observed === true },
  "open-question": { means: "depends on how a mesh reads an open question", holds: (a) => a.unless !== undefined },
  exclusive: { means: "runs alone", holds: (a) => a.exclusive === true },
} as const satisfies Record<string, { readonly means: string; readonly holds: (assertion: Assertion) => boolean }>;

export type Tag = keyof typeof rules;
export const tags = Object.keys(rules) as readonly Tag[];

/** `api: about the Kubernetes API alone`. */
export const tagMeaning = (tag: Tag): string => rules[tag].means;

/** In the order of `tags`. */
export const tagsOf = (assertion: Assertion): readonly Tag[] => tags.filter((tag) => rules[tag].holds(assertion));
