/** Runs one assertion in a cell: phase by phase, each before, changed, in force, measured, controlled. */
import { isProbe, type Phase } from "../../domain/assertion/assertion.ts";
import {
  type DistributionExpectation,
  describeProbe,
  type ProbeExpectation,
  sameDoor,
  transportOf,
} from "../../domain/assertion/expectation.ts";
import { isWorkloadChange } from "../../domain/assertion/step.ts";
import type { Finding } from "../../domain/measurement/finding.ts";
import { countById, judgeOk, judgeRefused } from "../../domain/measurement/judge-probes.ts";
import {
  type Accounting,
  account,
  describeAccounting,
  exactlyAccounted,
  judgeDistribution,
  judgePort,
  judgePresence,
} from "../../domain/measurement/judge-sample.ts";
import { describeTally, type Seen } from "../../domain/measurement/outcome.ts";
import type { Arrival } from "../../domain/measurement/probe.ts";
import type { Propagation } from "../../domain/report/report.ts";
import { type Ruling, rule } from "../../domain/report/verdict.ts";
import { planSample } from "../../domain/statistics/sampling.ts";
import { createChangeDetector } from "../../domain/statistics/sequential.ts";
import { converge, DeadlineError } from "../convergence.ts";
import { serviceOf } from "../probe/address.ts";
import { aliveFor, arrivalsOf, SAMPLE, type Sent, send, throughDataPlane } from "../probe/send.ts";
import { makeChanges } from "./apply-changes.ts";
import { awaitChange, weightsOf, whatMustFlip } from "./await-propagation.ts";
import { noteFirst } from "./await-return.ts";
import { type AssertionContext, noteWeights } from "./context.ts";
import { judgeEvent } from "./expect-event.ts";
import { judgeCrd, judgeVersions } from "./expect-served.ts";
import { judgeSubmit } from "./expect-submit.ts";

/** kube-proxy looks at what has changed once a second at the most. */
const BACKENDS_DEADLINE_MS = 3_000;

/** Probes of the allowed kind sent once more after the denied ones (server-alive). */
const SANDWICH = 5;

const isDistribution = (e: object): e is DistributionExpectation => "requests" in e;

function withControl(
  phase: Phase,
  e: { readonly control?: Finding["control"] | undefined },
): { control?: NonNullable<Finding["control"]> } {
  const control = e.control ?? phase.control;
  return control === undefined ? {} : { control };
}

/** server-alive's other half: an allowed probe of the same service and port in this phase. */
function siblingOf(e: ProbeExpectation, all: readonly ProbeExpectation[]): ProbeExpectation | undefined {
  return all.find((o) => o.is === "ok" && sameDoor(o, e));
}

interface Measured extends Sent {
  readonly arrivals: readonly Arrival[];
}

async function gatherArrivals(context: AssertionContext, batches: readonly Sent[]): Promise<readonly Measured[]> {
  return Promise.all(
    batches.map(async (batch) => ({
      ...batch,
      arrivals: [...(await arrivalsOf(context.cell, batch.prefix)).values()].flat(),
    })),
  );
}

/**
 * Allowed probes, then the denied ones, then the allowed ones once more, with the servers' health read before and after:
 * a refusal is framed by proof that the way to that server and port was open to somebody all along.
 */
async function measureProbes(
  context: AssertionContext,
  phase: Phase,
  probes: readonly ProbeExpectation[],
): Promise<readonly Finding[]> {
  if (probes.length === 0) return [];
  const pass = (list: readonly ProbeExpectation[], count: number) =>
    Promise.all(list.map((e) => send(context.cell, e, count, context.deps)));
  const open = probes.filter((e) => e.is !== "refused");
  const shut = probes.filter((e) => e.is === "refused");
  const siblings = [...new Set(shut.flatMap((e) => siblingOf(e, open) ?? []))];
  // The servers are asked beside the allowed probes: both come before what has to be refused.
  const [healthyBefore, opened] = await Promise.all([aliveFor(context.cell, probes), pass(open, SAMPLE)]);
  const closed = await pass(shut, SAMPLE);
  const again = await pass(siblings, SANDWICH);
  const [healthyAfter, openSeen, closedSeen, againSeen] = await Promise.all([
    aliveFor(context.cell, probes),
    gatherArrivals(context, opened),
    gatherArrivals(context, closed),
    gatherArrivals(context, again),
  ]);
  const healthy = new Map(probes.map((e) => [e, healthyBefore.get(e) === true && healthyAfter.get(e) === true]));

  const findings: Finding[] = [];
  for (const [index, e] of open.entries()) {
    const seen = [...(openSeen[index]?.seen ?? [])];
    const arrivals = [...(openSeen[index]?.arrivals ?? [])];
    const repeat = siblings.indexOf(e);
    if (repeat >= 0) {
      seen.push(...(againSeen[repeat]?.seen ?? []));
      arrivals.push(...(againSeen[repeat]?.arrivals ?? []));
    }
    const statement = `${describeProbe(e)} is ${e.is}`;
    if (e.is === "recorded")
      findings.push({
        phase: phase.name,
        statement,
        status: "held",
        recorded: true,
        expected: "whatever it is",
        observed: `${describeTally(seen)}${reachedNote(seen)}`,
        ...withControl(phase, e),
      });
    else {
      findings.push({
        phase: phase.name,
        statement,
        ...judgeOk(seen, countById(arrivals), healthy.get(e) === true),
        expected: "the application's answer to each, each noted by the server",
        ...withControl(phase, e),
      });
      if (context.assertion.controls.includes("data-plane"))
        findings.push(await dataPlane(context, phase, statement, arrivals));
    }
  }
  for (const [index, e] of shut.entries()) {
    const { seen, arrivals } = closedSeen[index] ?? { seen: [], arrivals: [] };
    const statement = `${describeProbe(e)} is refused`;
    findings.push({
      phase: phase.name,
      statement,
      ...judgeRefused(seen, countById(arrivals), context.cell.plan.profile.refusal, transportOf(e)),
      expected: `refused (${[...context.cell.plan.profile.refusal[transportOf(e)]].join(" or ")}), no arrival`,
      ...withControl(phase, e),
    });
    const sibling = siblingOf(e, open);
    const ok = healthy.get(e) === true;
    findings.push({
      phase: phase.name,
      control: "server-alive",
      statement:
        sibling === undefined
          ? `the server of ${describeProbe(e)} is alive`
          : `${describeProbe(sibling)} is answered before and after`,
      status: ok ? "held" : "unknown",
      expected: "a live server",
      observed: ok
        ? "its health check on its own loopback passed before and after"
        : "its health check on its own loopback failed",
    });
  }
  return findings;
}

/** `; reached v1 12, v2 8`: which workloads answered. */
function reachedNote(seen: readonly Seen[]): string {
  const counts = new Map<string, number>();
  for (const { server } of seen)
    if (server !== undefined) counts.set(server.workload, (counts.get(server.workload) ?? 0) + 1);
  const names = [...counts.keys()].sort();
  return names.length === 0 ? "" : `; reached ${names.map((name) => `${name} ${counts.get(name)}`).join(", ")}`;
}

async function dataPlane(
  context: AssertionContext,
  phase: Phase,
  statement: string,
  arrivals: readonly Arrival[],
): Promise<Finding> {
  const { proven, how } = await throughDataPlane(arrivals, context.cell, context.deps, context.cell.plan.profile);
  return {
    phase: phase.name,
    control: "data-plane",
    statement: `${statement}: the mesh was in its path`,
    status: arrivals.length > 0 && proven === arrivals.length ? "held" : "unknown",
    expected: "every arrival came through the mesh's data plane",
    observed: how,
  };
}

/**
 * backends-reachable: every backend that the expectation names answers when it is called by its own name, before anything is changed. Awaited,
 * since a node may hear of a pod later than the pod answers itself.
 */
async function backendsAnswer(
  context: AssertionContext,
  phase: Phase,
  e: DistributionExpectation,
): Promise<readonly Finding[]> {
  let last: readonly Finding[] = [];
  try {
    await converge({
      name: `the backends of ${describeProbe(e)} answer`,
      deadlineMs: BACKENDS_DEADLINE_MS,
      intervalMs: 100,
      clock: context.deps.clock,
      ...(context.deps.signal && { signal: context.deps.signal }),
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

async function callBackends(
  context: AssertionContext,
  phase: Phase,
  e: DistributionExpectation,
): Promise<readonly Finding[]> {
  const { reach, requests: _n, connection: _c, arriveAt: _a, control: _k, ...probe } = e;
  const direct = Object.keys(reach)
    .filter((backend) => context.cell.fixture.services.some((s) => s.name === backend))
    .map((backend) => ({ ...probe, to: backend }));
  const sent = await Promise.all(direct.map((p) => send(context.cell, p, 3, context.deps)));
  const [measured, healthy] = await Promise.all([gatherArrivals(context, sent), aliveFor(context.cell, direct)]);
  return direct.map((p, index): Finding => {
    const { seen, arrivals } = measured[index] ?? { seen: [], arrivals: [] };
    const { status, observed } = judgeOk(seen, countById(arrivals), healthy.get(p) === true);
    return {
      phase: phase.name,
      control: "backends-reachable",
      statement: `backend ${p.to} answers when called directly`,
      status,
      expected: "answered",
      observed,
    };
  });
}

async function sampleOnce(context: AssertionContext, e: DistributionExpectation) {
  const { seen, prefix } = await send(context.cell, e, e.requests, {
    ...context.deps,
    ...(e.connection && { connection: e.connection }),
  });
  const arrivals = await arrivalsOf(context.cell, prefix);
  const backends = [...new Set([...Object.keys(e.reach), ...serviceOf(context.cell.fixture.services, e).selects])];
  return { accounting: account(seen, arrivals, backends), arrivals, seen };
}

/** One sample, and if it does not hold one more, fresh: FAIL only if both fail, which the stated bound takes in. */
async function measureDistribution(
  context: AssertionContext,
  phase: Phase,
  e: DistributionExpectation,
): Promise<readonly Finding[]> {
  const statement = `${describeProbe(e)} reaches ${Object.entries(e.reach)
    .map(([b, w]) => `${b}: ${w}`)
    .join(", ")}`;
  const weighted = Object.values(e.reach).some((w) => typeof w === "number" && w > 0);
  const weights = Object.fromEntries(Object.entries(e.reach).map(([b, w]) => [b, typeof w === "number" ? w : 0]));
  const plan = weighted ? planSample({ n: e.requests, weights }) : undefined;
  const judge = (accounting: Accounting) =>
    plan === undefined
      ? { ...judgePresence(e.reach as Readonly<Record<string, "some" | "none">>, accounting), bins: [] }
      : judgeDistribution(plan, accounting);
  let sample = await sampleOnce(context, e);
  let reading = judge(sample.accounting);
  let tries = 1;
  if (reading.status !== "held") {
    const first = reading.status;
    sample = await sampleOnce(context, e);
    reading = judge(sample.accounting);
    tries = 2;
    // The bound that the report states is that of two samples: one alone, beside one that tells nothing, is not enough.
    if (reading.status === "violated" && first !== "violated") reading = { ...reading, status: "unknown" };
  }
  const { status, observed, bins } = reading;
  const control = withControl(phase, e);
  const findings: Finding[] = [
    {
      phase: phase.name,
      statement,
      status,
      observed,
      expected:
        plan === undefined
          ? statement.slice(statement.indexOf("reaches"))
          : plan.bins.map((c) => `${c.backend} ${c.low} to ${c.high}`).join(", "),
      ...control,
      ...(plan && {
        sample: {
          n: plan.n,
          falseFailure: plan.falseFailure.withRepeat,
          bins,
          detects: plan.detects.map(({ mesh, acceptedWithRepeat }) => ({ mesh, acceptedWithRepeat })),
          tries,
        },
      }),
    },
    {
      phase: phase.name,
      control: "all-accounted-for",
      statement: `every request of ${describeProbe(e)} is accounted for`,
      status: exactlyAccounted(sample.accounting) ? "held" : "unknown",
      expected: `${e.requests} answered and noted`,
      observed: `${describeAccounting(sample.accounting)} (${describeTally(sample.seen)})`,
    },
  ];
  for (const [workload, port] of Object.entries(e.arriveAt ?? {}))
    findings.push({
      phase: phase.name,
      statement: `what reaches ${workload} arrives at its port ${port}`,
      ...judgePort(sample.arrivals.get(workload) ?? [], port),
      expected: `port ${port}`,
      ...control,
    });
  if (context.assertion.controls.includes("data-plane"))
    findings.push(await dataPlane(context, phase, statement, [...sample.arrivals.values()].flat()));
  return findings;
}

interface PhaseResult {
  readonly findings: readonly Finding[];
  readonly propagation: readonly Propagation[];
  /** Nothing after this phase can be read any more. */
  readonly stop: boolean;
}

async function runPhase(context: AssertionContext, phase: Phase): Promise<PhaseResult> {
  const findings: Finding[] = [];
  const probes = phase.expect.filter(isProbe);
  const distributions = phase.expect.filter(isDistribution);
  let propagation: readonly Propagation[] = [];

  for (const e of distributions) findings.push(...(await backendsAnswer(context, phase, e)));
  if (findings.some((f) => f.status !== "held")) return { findings, propagation, stop: true };

  if (phase.changes.length > 0) {
    const flips = await whatMustFlip(context, probes);
    const result = await makeChanges(context, phase);
    const changedAt = context.deps.clock.now();
    findings.push(...result.findings);
    if (result.refused || result.broken) return { findings, propagation, stop: true };
    // Shares that are the same before and after tell nothing of when they are in force.
    const visible =
      flips.length > 0 || distributions.some((e) => !createChangeDetector(weightsOf(context, e)).indistinguishable);
    propagation = await awaitChange(context, phase.name, flips, distributions, changedAt);
    for (const e of distributions) noteWeights(context, e, weightsOf(context, e).next);
    if (!visible && (distributions.length > 0 || probes.some((e) => e.is !== "recorded")))
      findings.push({
        phase: phase.name,
        control: "policy-flip",
        statement: "something visible tells when the change is in force",
        status: "unknown",
        expected: "at least one outcome that the change flips",
        observed: "every probe already met its expected outcome, and every sample its shares, before the change",
      });
  }
  findings.push(...(await measureProbes(context, phase, probes)));
  for (const e of distributions) findings.push(...(await measureDistribution(context, phase, e)));
  for (const e of phase.expect) {
    if ("crd" in e) findings.push(...(await judgeCrd(context, phase.name, e)));
    else if ("versions" in e) findings.push(judgeVersions(context, phase.name));
    else if ("submit" in e) findings.push(...(await judgeSubmit(context, phase.name, e)));
    else if ("event" in e) findings.push(await judgeEvent(context, phase.name, e));
    else if ("ready" in e) {
      const members = context.cell.members.get(e.ready) ?? [];
      findings.push({
        phase: phase.name,
        statement: `${e.ready} stays Ready`,
        status: "held",
        recorded: true,
        expected: "whatever it is",
        observed: `${members.length} pod(s) answer`,
      });
    }
  }
  const stop = findings.some((f) => f.status === "violated" || (f.control !== undefined && f.status !== "held"));
  return { findings, propagation, stop };
}

export interface RowOutcome extends Ruling {
  readonly findings: readonly Finding[];
  readonly propagation: readonly Propagation[];
}

export async function runAssertion(context: AssertionContext): Promise<RowOutcome> {
  const findings: Finding[] = [];
  const propagation: Propagation[] = [];
  if (context.assertion.phases.some((phase) => !phase.changes.every(isWorkloadChange))) await noteFirst(context);
  for (const phase of context.assertion.phases) {
    context.deps.signal?.throwIfAborted();
    const result = await runPhase(context, phase);
    findings.push(...result.findings);
    propagation.push(...result.propagation);
    if (result.stop) break;
  }
  return { ...rule(findings, context.assertion.observed === true), findings, propagation };
}
