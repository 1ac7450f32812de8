/** Judges probes that are all to come out alike: all refused, or all answered. */
import type { Reading } from "./finding.ts";
import { describeTally, type Seen } from "./outcome.ts";
import type { Arrival, Transport } from "./probe.ts";
import { isRefusal, isStopped, type Refusals } from "./refusal.ts";

/** Arrivals of each request id. */
export function countById(arrivals: readonly Pick<Arrival, "id">[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { id } of arrivals) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

function arrivalsNote(seen: readonly Seen[], arrived: ReadonlyMap<string, number>): string {
  const total = seen.reduce((sum, { id }) => sum + (arrived.get(id) ?? 0), 0);
  const repeated = seen.filter(({ id }) => (arrived.get(id) ?? 0) > 1).length;
  return `${total} arrived${repeated === 0 ? "" : `, ${repeated} of them more than once`}`;
}

/**
 * Every probe must be refused, and none may reach the server (arrivals-agree). One that the application answered, or that
 * arrived, is a violation whatever else is unclear: nothing but an open way gets a request there.
 */
export function judgeRefused(
  seen: readonly Seen[],
  arrived: ReadonlyMap<string, number>,
  refusals: Refusals,
  transport: Transport,
): Reading {
  const observed = `${describeTally(seen)}; ${arrivalsNote(seen, arrived)}`;
  const hasReached = ({ id, outcome }: Seen) =>
    outcome === "OK" || outcome === "APP_ERROR" || (arrived.get(id) ?? 0) > 0;
  if (seen.some(hasReached)) return { status: "violated", observed };
  const clear = seen.length > 0 && seen.every(({ outcome }) => isRefusal(refusals, transport, outcome));
  return { status: clear ? "held" : "unknown", observed };
}

/**
 * Every probe must be answered by the application and be in the server's log (arrivals-agree). `alive` is the server's own
 * check of itself, outside of the mesh: without it a missing answer says nothing about the mesh.
 */
export function judgeOk(seen: readonly Seen[], arrived: ReadonlyMap<string, number>, alive: boolean): Reading {
  const health = alive ? "" : "; the server's own health check failed";
  const observed = `${describeTally(seen)}; ${arrivalsNote(seen, arrived)}${health}`;
  if (seen.some(({ outcome }) => isStopped(outcome))) return { status: alive ? "violated" : "unknown", observed };
  const isWhole = ({ id, outcome }: Seen) => outcome === "OK" && (arrived.get(id) ?? 0) > 0;
  return { status: seen.length > 0 && seen.every(isWhole) ? "held" : "unknown", observed };
}
