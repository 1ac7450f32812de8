/**
 * Measures the probes of a phase together: the allowed ones, then the denied ones, then the allowed ones once more, with
 * the servers' health read before and after. So a refusal is framed by proof that the way to that server and port was open
 * to somebody all along.
 */
import {
  describeProbe,
  type ProbeExpectation,
  sameServicePort,
  transportOf,
} from "../../domain/assertion/expectation.ts";
import type { Finding } from "../../domain/measurement/finding.ts";
import { countById, judgeOk, judgeRefused } from "../../domain/measurement/judge-probes.ts";
import { describeTally, type Seen } from "../../domain/measurement/outcome.ts";
import { aliveFor, arrivalsOf, type NotedArrival, SAMPLE, type Sent, send } from "../probe/send.ts";
import type { AssertionContext } from "./context.ts";
import { controlOf, dataPlane, serverAlive } from "./controls.ts";
import type { Measurement } from "./executor.ts";

/** Probes of the allowed kind sent once more after the denied ones. */
const REPEATED = 5;

/** What came of the probes of one expectation. */
interface Measured {
  readonly expectation: ProbeExpectation;
  readonly seen: readonly Seen[];
  readonly arrivals: readonly NotedArrival[];
  /** Whether its servers' own health checks passed before and after. */
  readonly alive: boolean;
}

/** An allowed probe of the same service and port: where it gets through, the way is open. */
function siblingOf(e: ProbeExpectation, all: readonly ProbeExpectation[]): ProbeExpectation | undefined {
  return all.find((other) => other.is === "ok" && sameServicePort(other, e));
}

async function measureAll(
  context: AssertionContext,
  probes: readonly ProbeExpectation[],
): Promise<readonly Measured[]> {
  const { cell, deps } = context;
  const sent = new Map<ProbeExpectation, Sent[]>(probes.map((e) => [e, []]));
  const pass = (list: readonly ProbeExpectation[], count: number) =>
    Promise.all(list.map(async (e) => sent.get(e)?.push(await send(cell, e, count, deps))));
  const allowed = probes.filter((e) => e.is !== "refused");
  const denied = probes.filter((e) => e.is === "refused");
  // The servers are asked beside the allowed probes: both come before what has to be refused.
  const [before] = await Promise.all([aliveFor(cell, probes), pass(allowed, SAMPLE)]);
  await pass(denied, SAMPLE);
  await pass([...new Set(denied.flatMap((e) => siblingOf(e, allowed) ?? []))], REPEATED);
  const gathered = Promise.all(
    probes.map(async (e) => (await Promise.all((sent.get(e) ?? []).map((one) => arrivalsOf(cell, one.prefix)))).flat()),
  );
  const [after, arrivals] = await Promise.all([aliveFor(cell, probes), gathered]);
  return probes.map((expectation, index) => ({
    expectation,
    seen: (sent.get(expectation) ?? []).flatMap(({ seen }) => seen),
    arrivals: arrivals[index] ?? [],
    alive: before.get(expectation) === true && after.get(expectation) === true,
  }));
}

/** `; reached v1 12, v2 8`: which workloads answered. */
function reachedNote(seen: readonly Seen[]): string {
  const counts = Map.groupBy(
    seen.flatMap(({ server }) => server?.workload ?? []),
    (workload) => workload,
  );
  const names = [...counts].map(([name, { length }]) => `${name} ${length}`).sort();
  return names.length === 0 ? "" : `; reached ${names.join(", ")}`;
}

function recorded(phase: string, { expectation, seen }: Measured): Finding {
  return {
    phase,
    statement: `${describeProbe(expectation)} is recorded`,
    status: "held",
    recorded: true,
    expected: "any outcome",
    observed: `${describeTally(seen)}${reachedNote(seen)}`,
    ...controlOf(expectation),
  };
}

function answered(phase: string, { expectation, seen, arrivals, alive }: Measured): Finding {
  return {
    phase,
    statement: `${describeProbe(expectation)} is ok`,
    ...judgeOk(seen, countById(arrivals), alive),
    expected: "each answered by the application and logged by the server",
    ...controlOf(expectation),
  };
}

function refused(context: AssertionContext, phase: string, { expectation, seen, arrivals }: Measured): Finding {
  const { refusal } = context.cell.plan.profile;
  const transport = transportOf(expectation);
  return {
    phase,
    statement: `${describeProbe(expectation)} is refused`,
    ...judgeRefused(seen, countById(arrivals), refusal, transport),
    expected: `each refused (${refusal[transport].join(" or ")}), none logged by the server`,
    ...controlOf(expectation),
  };
}

async function findingsOf(context: AssertionContext, phase: string, one: Measured): Promise<readonly Finding[]> {
  const { is } = one.expectation;
  if (is === "recorded") return [recorded(phase, one)];
  if (is === "refused") return [refused(context, phase, one), serverAlive(phase, one.expectation, one.alive)];
  const finding = answered(phase, one);
  if (!context.assertion.controls.includes("data-plane")) return [finding];
  return [finding, await dataPlane(context, phase, finding.statement, one.arrivals)];
}

/** Keeps what is judged, for the controls of the whole assertion. */
function noteMeasured(context: AssertionContext, all: readonly Measured[]): void {
  const { refusal } = context.cell.plan.profile;
  for (const { expectation, seen, arrivals } of all) {
    if (expectation.is === "recorded") continue;
    const arrived = countById(arrivals);
    const isHeld =
      expectation.is === "refused" && judgeRefused(seen, arrived, refusal, transportOf(expectation)).status === "held";
    context.measured.push({ is: expectation.is, seen, arrived, isRefused: isHeld });
  }
}

export async function expectProbes(
  context: AssertionContext,
  phase: string,
  probes: readonly ProbeExpectation[],
): Promise<Measurement> {
  const order = [...probes.filter((e) => e.is !== "refused"), ...probes.filter((e) => e.is === "refused")];
  return {
    before: [],
    async measure() {
      if (order.length === 0) return [];
      const all = await measureAll(context, order);
      noteMeasured(context, all);
      return (await Promise.all(all.map((one) => findingsOf(context, phase, one)))).flat();
    },
  };
}
