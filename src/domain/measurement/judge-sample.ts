/** Judges a sample of requests by the backends that answered them: their shares, their presence, their ports. */
import { judgeSample, type Plan } from "../statistics/sampling.ts";
import type { Reading, SampleFinding } from "./finding.ts";
import { countById } from "./judge-probes.ts";
import type { Seen } from "./outcome.ts";
import type { Arrival } from "./probe.ts";

/** Arrivals by backend of the requests of one sample, each request counted once, and what was lost or repeated (all-accounted-for). */
export interface Accounting {
  readonly counts: Readonly<Record<string, number>>;
  readonly sent: number;
  readonly answered: number;
  /** Requests that arrived more than once, or at more than one backend. */
  readonly repeated: number;
  /** Requests answered that no server noted. */
  readonly unlogged: number;
}

export function account(
  seen: readonly Seen[],
  arrivals: readonly Pick<Arrival, "id">[],
  backends: readonly string[],
): Accounting {
  const counts: Record<string, number> = Object.fromEntries(backends.map((backend) => [backend, 0]));
  const times = countById(arrivals);
  let answered = 0;
  let unlogged = 0;
  for (const observation of seen) {
    if (observation.outcome !== "OK" || observation.server === undefined) continue;
    answered += 1;
    const { workload } = observation.server;
    counts[workload] = (counts[workload] ?? 0) + 1;
    if ((times.get(observation.id) ?? 0) === 0) unlogged += 1;
  }
  const repeated = [...times.values()].filter((n) => n > 1).length;
  return { counts, sent: seen.length, answered, repeated, unlogged };
}

export function describeAccounting(accounting: Accounting): string {
  const shares = Object.entries(accounting.counts).map(([backend, n]) => `${backend} ${n}`);
  const lost = accounting.sent - accounting.answered;
  return `${shares.join(", ")} of ${accounting.sent}${lost === 0 ? "" : `; ${lost} not answered`}${
    accounting.repeated === 0 ? "" : `; ${accounting.repeated} arrived more than once`
  }`;
}

/** all-accounted-for: everything sent was answered once and noted by a server; otherwise the counts are no sample of the weights. */
export function exactlyAccounted(accounting: Accounting): boolean {
  return accounting.answered === accounting.sent && accounting.unlogged === 0;
}

/** Whether the arrivals fit the weights of the plan. Lost requests leave it open, since nobody knows where they went. */
export function judgeDistribution(
  plan: Plan,
  accounting: Accounting,
): Reading & { readonly bins: SampleFinding["bins"] } {
  const judgement = judgeSample(plan, accounting.counts);
  const bins = judgement.bins.map(({ backend, weight, low, high, observed }) => ({
    backend,
    weight,
    low,
    high,
    observed,
  }));
  const observed = describeAccounting(accounting);
  // A backend of weight 0 that was reached is a violation, whatever became of the rest.
  const leaked = judgement.bins.some((bin) => bin.weight === 0 && bin.observed > 0);
  if (leaked) return { status: "violated", observed, bins };
  if (!exactlyAccounted(accounting)) return { status: "unknown", observed, bins };
  return { status: judgement.accepted ? "held" : "violated", observed, bins };
}

/** Presence only: `some` must be reached at least once, `none` never. */
export function judgePresence(reach: Readonly<Record<string, "some" | "none">>, accounting: Accounting): Reading {
  const observed = describeAccounting(accounting);
  const of = (backend: string) => accounting.counts[backend] ?? 0;
  if (Object.entries(reach).some(([backend, wanted]) => wanted === "none" && of(backend) > 0))
    return { status: "violated", observed };
  if (!exactlyAccounted(accounting)) return { status: "unknown", observed };
  const all = Object.entries(reach).every(([backend, wanted]) => wanted === "none" || of(backend) > 0);
  return { status: all ? "held" : "violated", observed };
}

/** Every arrival at a workload must be at this port of its container; without any the way there is unknown. */
export function judgePort(arrivals: readonly Pick<Arrival, "port">[], port: number): Reading {
  const ports = new Map<number, number>();
  for (const arrival of arrivals) ports.set(arrival.port, (ports.get(arrival.port) ?? 0) + 1);
  const observed = [...ports].map(([at, count]) => `${count} at port ${at}`).join(", ") || "nothing arrived";
  if ([...ports.keys()].some((at) => at !== port)) return { status: "violated", observed };
  return { status: ports.size === 0 ? "unknown" : "held", observed };
}
