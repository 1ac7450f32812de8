/** What an assertion does and expects, in plain sentences. */

import {
  type DistributionExpectation,
  type Expectation,
  type Probe,
  type ProbeExpectation,
  requestLine,
  type SubmitExpectation,
  transportOf,
} from "../../domain/assertion/expectation.ts";
import {
  type ExpectationKind,
  type ExpectationKinds,
  expectationKind,
} from "../../domain/assertion/expectation-kind.ts";
import type { ChangeStep } from "../../domain/assertion/step.ts";
import { type SmiKindName, smiKinds } from "../../domain/smi/kinds.ts";
import { kindOf, nameOf } from "../../domain/smi/render.ts";
import type { Resource, ResourceRef } from "../../domain/smi/resource.ts";
import { planSample } from "../../domain/statistics/sampling.ts";

const and = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;

export const resourceName = (resource: Resource | ResourceRef): string =>
  `${kindOf(resource)} ${nameOf(resource)}${resource.in === undefined ? "" : ` in ${resource.in}`}`;

const ways: Readonly<Record<NonNullable<Probe["via"]>, string>> = {
  mesh: "",
  service: " by its plain Kubernetes name",
  clusterIP: " by its ClusterIP",
  podIP: " by the address of its pod",
};

const where = (probe: Probe) =>
  `${probe.port === undefined ? "" : ` on port ${probe.port}`}${probe.in === undefined ? "" : ` in ${probe.in}`}${ways[probe.via ?? "mesh"]}`;

function sent(probe: Probe): string {
  const transport = transportOf(probe);
  if (transport === "udp") return "datagrams";
  if (transport === "tcp")
    return `TCP connections on which the ${probe.tcp === "client-first" ? "client" : "server"} speaks first`;
  const { method, path } = requestLine(probe);
  const headers = Object.entries(probe.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  return `${method} ${path}${probe.protocol === "h2c" ? " over HTTP/2" : ""}${headers.length === 0 ? "" : ` with ${and(headers)}`}`;
}

/** `client to server on port 8081, GET /api`. */
export const exchange = (probe: Probe) => `${probe.from} to ${probe.to}${where(probe)}, ${sent(probe)}`;

const outcomes: Readonly<Record<ProbeExpectation["is"], (probe: Probe) => string>> = {
  ok: () => "the application answers each",
  refused: ({ to }) => `the mesh refuses each, and none arrives at ${to}`,
  recorded: () => "what happens is recorded, without a verdict",
};

function reached({ requests, reach, arriveAt = {} }: DistributionExpectation): string {
  const weights = Object.entries(reach).filter((entry): entry is [string, number] => typeof entry[1] === "number");
  const ports = Object.entries(arriveAt).map(
    ([workload, port]) => `what reaches ${workload} arrives at its port ${port}`,
  );
  const shares = weights.some(([, weight]) => weight > 0)
    ? planSample({ n: requests, weights: Object.fromEntries(weights) }).bins.map(({ backend, low, high }) =>
        low === high ? `${backend} gets ${low}` : `${backend} gets ${low} to ${high}`,
      )
    : Object.entries(reach).map(([workload, much]) => `${workload} gets ${much}`);
  return [...shares, ...ports].join("; ");
}

const results: Readonly<Record<SubmitExpectation["is"], string>> = {
  stored: "is stored, and read back as it was sent",
  converted: "means the same when it is read in every other served version",
  rejected: "is rejected by the API server",
  "rejected-or-pruned": "is rejected by the API server, or stored without the field that should not be there",
  "rejected-or-ignored": "is rejected by the API server, or has no effect",
};

function submitted(e: SubmitExpectation): string {
  const parts = [
    `${resourceName(e.submit)}${e.at === "unserved" ? ", in a version that the cluster does not serve," : ""} ${results[e.is]}`,
    ...(e.with === undefined ? [] : [`It refers to ${and(e.with.map(resourceName))}, applied before`]),
    ...(e.validVariant === undefined ? [] : ["The same object without the fault is accepted by a dry run"]),
    ...(e.staysRefused === undefined ? [] : [`While it is there, ${exchange(e.staysRefused)}: the mesh refuses each`]),
    ...(e.marker === undefined
      ? []
      : [
          `${and(e.marker.apply.map(resourceName))}, applied after it, tells when the mesh has taken both in: ${exchange(e.marker.probe)} is answered then`,
        ]),
  ];
  return parts.join(". ");
}

function sampled(e: DistributionExpectation): string {
  const how = e.connection === "kept" ? "all on one connection" : "each on a connection of its own";
  return `${e.from} to ${e.to}${where(e)}, ${e.requests} times ${sent(e)}, ${how}: ${reached(e)}`;
}

const byKind: { readonly [K in ExpectationKind]: (e: ExpectationKinds[K]) => string } = {
  probe: (e) => `${exchange(e)}: ${outcomes[e.is](e)}`,
  distribution: sampled,
  crd: ({ crd }) =>
    `the cluster serves ${crd} as an established, namespaced CRD of ${smiKinds[crd as SmiKindName].group}, in a version of the specification that discovery lists`,
  versions: () => "among the served versions of the APIs there is a set that goes together",
  submit: submitted,
  event: ({ event, is }) => `there is ${is === "present" ? "a" : "no"} Warning event about ${resourceName(event)}`,
  ready: ({ ready, is }) =>
    is === "ok"
      ? `the pods of ${ready} are Ready and stay so`
      : `how many pods of ${ready} answer is recorded, without a verdict`,
};

/** Without a full stop, and without the control that the expectation may be. */
export const expectationSentence = (e: Expectation): string =>
  (byKind[expectationKind(e)] as (e: Expectation) => string)(e);

/** What a step does to the cluster, as a command to a person, without a full stop. */
export function changeSentence(step: ChangeStep): string {
  if ("apply" in step)
    return `apply ${and(step.apply.map(resourceName))}${step.mayReject === true ? " (the API server may refuse it; then what is expected next is met)" : ""}`;
  if ("remove" in step) return `delete ${and(step.remove.map(resourceName))}`;
  if ("scale" in step) return `scale ${step.scale.workload} to ${step.scale.replicas}`;
  if ("restart" in step) return `replace the pods of ${step.restart.workload} by new ones`;
  return `run ${step.setAccount.workload} under the ServiceAccount ${step.setAccount.account}`;
}
