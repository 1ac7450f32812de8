/** Samples over the backends of a service: their shares by weight, or their presence alone. */
import { type DistributionExpectation, describeProbe } from "../../domain/assertion/expectation.ts";
import type { Finding, Reading, SampleFinding } from "../../domain/measurement/finding.ts";
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
import { type Plan, planSample } from "../../domain/statistics/sampling.ts";
import { serviceOf } from "../probe/address.ts";
import { arrivalsOf, type NotedArrival, send } from "../probe/send.ts";
import { backendsReachable } from "./backends-reachable.ts";
import type { AssertionContext } from "./context.ts";
import { controlOf, dataPlane } from "./controls.ts";
import type { Measurement } from "./executor.ts";
import { describeShares } from "./shares.ts";

type Reach = DistributionExpectation["reach"];
type SampleReading = Reading & { readonly bins: SampleFinding["bins"] };

/** One sample as it came. */
interface Sample {
  readonly seen: readonly Seen[];
  readonly arrivals: readonly NotedArrival[];
  readonly accounting: Accounting;
}

/** The sampling plan of an expectation that gives weights; none where it asks for presence alone. */
function planOf({ reach, requests }: DistributionExpectation): Plan | undefined {
  const weights = Object.entries(reach).map(([b, w]) => [b, typeof w === "number" ? w : 0] as const);
  if (!weights.some(([, w]) => w > 0)) return undefined;
  return planSample({ n: requests, weights: Object.fromEntries(weights) });
}

function judge(plan: Plan | undefined, reach: Reach, accounting: Accounting): SampleReading {
  if (plan !== undefined) return judgeDistribution(plan, accounting);
  return { ...judgePresence(reach as Readonly<Record<string, "some" | "none">>, accounting), bins: [] };
}

/** `v1 280 to 320, v2 80 to 120`, or which backends are to be reached at all. */
function describeExpected(plan: Plan | undefined, reach: Reach): string {
  if (plan !== undefined) return plan.bins.map(({ backend, low, high }) => `${backend} ${low} to ${high}`).join(", ");
  return Object.entries(reach)
    .map(([backend, wanted]) => `${backend} ${wanted === "some" ? "at least 1" : "0"}`)
    .join(", ");
}

async function takeSample({ cell, deps }: AssertionContext, e: DistributionExpectation): Promise<Sample> {
  const options = { ...deps, ...(e.connection && { connection: e.connection }) };
  const { seen, prefix } = await send(cell, e, e.requests, options);
  const arrivals = await arrivalsOf(cell, prefix);
  const backends = [...new Set([...Object.keys(e.reach), ...serviceOf(cell.fixture.services, e).selects])];
  return { seen, arrivals, accounting: account(seen, arrivals, backends) };
}

/** One sample, and if it does not hold one more, fresh: violated only if both are, which the stated bound takes in. */
async function sampleTwice(context: AssertionContext, e: DistributionExpectation, plan: Plan | undefined) {
  const first = await takeSample(context, e);
  const reading = judge(plan, e.reach, first.accounting);
  if (reading.status === "held") return { sample: first, reading, tries: 1 };
  const second = await takeSample(context, e);
  const again = judge(plan, e.reach, second.accounting);
  // The bound that the report states is that of two samples: one alone, beside one that shows nothing, is not enough.
  const isUnclear = again.status === "violated" && reading.status !== "violated";
  return { sample: second, reading: isUnclear ? { ...again, status: "unknown" as const } : again, tries: 2 };
}

function statisticsOf(plan: Plan, bins: SampleFinding["bins"], tries: number): SampleFinding {
  return {
    n: plan.n,
    falseFailure: plan.falseFailure.withRepeat,
    bins,
    detects: plan.detects.map(({ mesh, acceptedWithRepeat }) => ({ mesh, acceptedWithRepeat })),
    tries,
  };
}

async function measure(
  context: AssertionContext,
  phase: string,
  e: DistributionExpectation,
): Promise<readonly Finding[]> {
  const plan = planOf(e);
  const { sample, reading, tries } = await sampleTwice(context, e, plan);
  const { bins, ...judgement } = reading;
  const statement = describeShares(e);
  const findings: Finding[] = [
    {
      phase,
      statement,
      ...judgement,
      expected: describeExpected(plan, e.reach),
      ...controlOf(e),
      ...(plan && { sample: statisticsOf(plan, bins, tries) }),
    },
    {
      phase,
      control: "all-accounted-for",
      statement: `every request of ${describeProbe(e)} is accounted for`,
      status: exactlyAccounted(sample.accounting) ? "held" : "unknown",
      expected: `${e.requests} answered and logged`,
      observed: `${describeAccounting(sample.accounting)} (${describeTally(sample.seen)})`,
    },
  ];
  for (const [workload, port] of Object.entries(e.arriveAt ?? {}))
    findings.push({
      phase,
      statement: `requests that reach ${workload} arrive at its port ${port}`,
      ...judgePort(
        sample.arrivals.filter((arrival) => arrival.workload === workload),
        port,
      ),
      expected: `port ${port}`,
      ...controlOf(e),
    });
  if (context.assertion.controls.includes("data-plane"))
    findings.push(await dataPlane(context, phase, statement, sample.arrivals));
  return findings;
}

export async function expectDistributions(
  context: AssertionContext,
  phase: string,
  expectations: readonly DistributionExpectation[],
): Promise<Measurement> {
  const before: Finding[] = [];
  for (const e of expectations) before.push(...(await backendsReachable(context, phase, e)));
  return {
    before,
    async measure() {
      const findings: Finding[] = [];
      for (const e of expectations) findings.push(...(await measure(context, phase, e)));
      return findings;
    },
  };
}
