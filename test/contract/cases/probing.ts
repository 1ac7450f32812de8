/** Batches of probes, as the cases send them. */
import { interpret, type Outcome, tally } from "../../../src/domain/measurement/outcome.ts";
import type { HttpRequest, Observation, ProbeBatch, ProbeRequest } from "../../../src/domain/measurement/probe.ts";
import type { Agent } from "../../../src/ports.ts";

export const get = (path: string): HttpRequest => ({
  kind: "http",
  protocol: "http/1.1",
  method: "GET",
  path,
  headers: {},
});

let batches = 0;

/** Twenty probes on connections of their own unless `changes` say otherwise; the id is one that was not used before. */
export function batchTo(
  host: string,
  port: number,
  request: ProbeRequest = get("/"),
  changes: Partial<ProbeBatch> = {},
): ProbeBatch {
  batches += 1;
  return {
    id: `contract.${batches}`,
    target: { host, port },
    request,
    count: 20,
    connection: "fresh",
    concurrency: 8,
    timeoutMs: 4_000,
    ...changes,
  };
}

/** The one class that all of these are of; a description where they are of several. */
export function classOf(seen: readonly Observation[]): Outcome | string {
  const counts = tally(seen.map(interpret));
  const classes = Object.keys(counts);
  return classes.length === 1 ? (classes[0] ?? "") : JSON.stringify(counts);
}

/** One probe's class, for what comes about sooner or later. */
export async function classNow(
  agent: Agent,
  host: string,
  port: number,
  request: ProbeRequest = get("/"),
): Promise<string> {
  return classOf(await agent.probe(batchTo(host, port, request, { count: 5 })));
}

/** Names of the pods that answer `count` connections to a Service, sorted; with the class of every other outcome among them. */
export async function podsReached(agent: Agent, host: string, port: number, count = 20): Promise<readonly string[]> {
  const seen = await agent.probe(batchTo(host, port, get("/"), { count }));
  const reached = seen.map((one) => {
    const { outcome } = interpret(one);
    return outcome === "OK" && one.server ? one.server.pod : outcome;
  });
  return [...new Set(reached)].toSorted();
}

/** Their names as {@link podsReached} gives them. */
export const namesOf = (pods: readonly { readonly pod: string }[]): readonly string[] =>
  pods.map(({ pod }) => pod).toSorted();
