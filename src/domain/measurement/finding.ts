/** What one measurement says about one expectation, and how sure it is. */
import type { ControlName } from "../assertion/expectation.ts";
import { judgeSample, type Plan } from "../statistics/sampling.ts";
import { classify, describeTally, type Outcome } from "./outcome.ts";
import type { Arrival, Observation } from "./probe.ts";

export interface Finding {
  readonly phase: string;
  /** The expectation, for people: `a -> b GET /api is refused`. */
  readonly statement: string;
  /** A control protects the reading of the expectations; only an expectation can fail a row. */
  readonly control?: ControlName;
  /** `unknown`: the measurement cannot tell. */
  readonly status: "held" | "violated" | "unknown";
  /** Written down without a verdict: the specification leaves it open. */
  readonly recorded?: true;
  readonly expected: string;
  readonly observed: string;
  readonly sample?: SampleFinding;
}

/** The statistics behind a finding about a distribution. */
export interface SampleFinding {
  readonly n: number;
  /** Bound on the probability that a correct mesh is failed here, with the one repeat. */
  readonly falseFailure: number;
  readonly cells: readonly {
    readonly backend: string;
    readonly weight: number;
    readonly low: number;
    readonly high: number;
    readonly observed: number;
  }[];
  /** Probability that a mesh with this fault passes all the same. */
  readonly detects: readonly { readonly mesh: string; readonly acceptedWithRepeat: number }[];
  readonly tries: number;
}

export type Reading = Pick<Finding, "status" | "observed">;

/** Arrivals of each request id. */
export function countById(arrivals: readonly Arrival[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { id } of arrivals) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

function arrivalsNote(seen: readonly Observation[], arrived: ReadonlyMap<string, number>): string {
  const total = seen.reduce((sum, { id }) => sum + (arrived.get(id) ?? 0), 0);
  const repeated = seen.filter(({ id }) => (arrived.get(id) ?? 0) > 1).length;
  return `${total} arrived${repeated === 0 ? "" : `, ${repeated} of them more than once`}`;
}

/**
 * Every probe must be refused, and none may reach the server (arrivals-agree). One that the application answered, or that arrived, is
 * a violation whatever else is unclear: nothing but an open way gets a request there. `refusals` are the outcomes that the
 * mesh profile counts as a refusal.
 */
export function judgeRefused(
  seen: readonly Observation[],
  arrived: ReadonlyMap<string, number>,
  refusals: ReadonlySet<Outcome>,
): Reading {
  const observed = `${describeTally(seen)}; ${arrivalsNote(seen, arrived)}`;
  const reached = seen.some((o) => ["OK", "APP_ERROR"].includes(classify(o)) || (arrived.get(o.id) ?? 0) > 0);
  if (reached) return { status: "violated", observed };
  const clear = seen.length > 0 && seen.every((o) => refusals.has(classify(o)));
  return { status: clear ? "held" : "unknown", observed };
}

/**
 * Every probe must be answered by the application and be in the server's log (arrivals-agree). `alive` is the server's own check of
 * itself, outside of the mesh: without it a missing answer says nothing about the mesh.
 */
export function judgeOk(seen: readonly Observation[], arrived: ReadonlyMap<string, number>, alive: boolean): Reading {
  const observed = `${describeTally(seen)}; ${arrivalsNote(seen, arrived)}${alive ? "" : "; the server's own health check failed"}`;
  const classes = seen.map(classify);
  if (classes.some((c) => c === "HTTP_REFUSED" || c === "CONNECTION_REFUSED" || c === "DROP" || c === "PROXY_ERROR"))
    return { status: alive ? "violated" : "unknown", observed };
  if (classes.length === 0 || classes.some((c) => c !== "OK")) return { status: "unknown", observed };
  const logged = seen.every(({ id }) => (arrived.get(id) ?? 0) > 0);
  return { status: logged ? "held" : "unknown", observed };
}

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
  seen: readonly Observation[],
  arrivals: ReadonlyMap<string, readonly Arrival[]>,
  backends: readonly string[],
): Accounting {
  const counts: Record<string, number> = Object.fromEntries(backends.map((backend) => [backend, 0]));
  const times = new Map<string, number>();
  for (const list of arrivals.values()) for (const { id } of list) times.set(id, (times.get(id) ?? 0) + 1);
  let answered = 0;
  let unlogged = 0;
  for (const observation of seen) {
    if (classify(observation) !== "OK" || observation.server === undefined) continue;
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
): Reading & { readonly cells: SampleFinding["cells"] } {
  const judgement = judgeSample(plan, accounting.counts);
  const cells = judgement.cells.map(({ backend, weight, low, high, observed }) => ({
    backend,
    weight,
    low,
    high,
    observed,
  }));
  const observed = describeAccounting(accounting);
  // A backend of weight 0 that was reached is a violation, whatever became of the rest.
  const leaked = judgement.cells.some((cell) => cell.weight === 0 && cell.observed > 0);
  if (leaked) return { status: "violated", observed, cells };
  if (!exactlyAccounted(accounting)) return { status: "unknown", observed, cells };
  return { status: judgement.accepted ? "held" : "violated", observed, cells };
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
