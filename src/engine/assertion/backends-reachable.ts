/** The control backends-reachable: a backend that is not there must not count as one that gets no requests. */
import { type DistributionExpectation, describeProbe } from "../../domain/assertion/expectation.ts";
import type { Finding } from "../../domain/measurement/finding.ts";
import { countById, judgeOk } from "../../domain/measurement/judge-probes.ts";
import { converge, DeadlineError } from "../convergence.ts";
import { aliveFor, arrivalsOf, send } from "../probe/send.ts";
import type { AssertionContext } from "./context.ts";

/** kube-proxy looks at what has changed once a second at most. */
const DEADLINE_MS = 3_000;
const PROBES = 3;

async function callBackends(
  { cell, deps }: AssertionContext,
  phase: string,
  e: DistributionExpectation,
): Promise<readonly Finding[]> {
  const { reach, requests: _n, connection: _c, arriveAt: _a, control: _k, ...probe } = e;
  const direct = Object.keys(reach)
    .filter((backend) => cell.fixture.services.some(({ name }) => name === backend))
    .map((backend) => ({ ...probe, to: backend }));
  const sent = await Promise.all(direct.map((p) => send(cell, p, PROBES, deps)));
  const [arrivals, healthy] = await Promise.all([
    Promise.all(sent.map(({ prefix }) => arrivalsOf(cell, prefix))),
    aliveFor(cell, direct),
  ]);
  return direct.map(
    (p, index): Finding => ({
      phase,
      control: "backends-reachable",
      statement: `backend ${p.to} answers when called directly`,
      ...judgeOk(sent[index]?.seen ?? [], countById(arrivals[index] ?? []), healthy.get(p) === true),
      expected: "each answered by the application and logged by the server",
    }),
  );
}

/**
 * Every backend that the expectation names answers when it is called by its own name, before anything is changed. Awaited,
 * since a node may hear of a pod later than the pod answers itself.
 */
export async function backendsReachable(
  context: AssertionContext,
  phase: string,
  e: DistributionExpectation,
): Promise<readonly Finding[]> {
  const { clock, signal } = context.deps;
  let last: readonly Finding[] = [];
  try {
    await converge({
      name: `the backends of ${describeProbe(e)} answer`,
      deadlineMs: DEADLINE_MS,
      intervalMs: 100,
      clock,
      ...(signal && { signal }),
      observe: async () => {
        last = await callBackends(context, phase, e);
        return last;
      },
      done: (seen) => seen.every(({ status }) => status === "held"),
    });
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
  }
  return last;
}
