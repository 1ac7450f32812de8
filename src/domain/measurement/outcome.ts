/** What an observation means: the outcome classes of the protocol (docs/verdicts.md). */
import type { Observation } from "./probe.ts";

/**
 * OK: the application's reply to this very request. HTTP_REFUSED: an HTTP refusal that the application did not write.
 * CONNECTION_REFUSED: the connection was refused, reset or closed, by a TLS alert or foreign words too, before any reply of the application. DROP: no answer in time. APP_ERROR: the application
 * itself answered with an error. PROXY_ERROR: an answer that neither the application nor a refusal explains (a 500 of a
 * proxy, a broken reply). INFRA: our own side failed (name resolution, client).
 */
export const outcomes = [
  "OK",
  "HTTP_REFUSED",
  "CONNECTION_REFUSED",
  "DROP",
  "APP_ERROR",
  "PROXY_ERROR",
  "INFRA",
] as const;
export type Outcome = (typeof outcomes)[number];

/** Statuses that say "you may not" or "there is nothing here for you". */
const refusalStatuses = new Set([401, 403, 404, 503]);

export function classify(seen: Observation): Outcome {
  if (seen.failure === "dns" || seen.failure === "client") return "INFRA";
  if (seen.server !== undefined && seen.failure === undefined) {
    const ours = seen.echoedId === seen.id;
    return ours && (seen.status === undefined || seen.status < 400) ? "OK" : "APP_ERROR";
  }
  if (seen.failure === "timeout") return "DROP";
  if (seen.failure === "reset")
    return seen.partial === true || seen.server !== undefined ? "PROXY_ERROR" : "CONNECTION_REFUSED";
  if (seen.status !== undefined) return refusalStatuses.has(seen.status) ? "HTTP_REFUSED" : "PROXY_ERROR";
  return "INFRA";
}

export type Tally = Readonly<Partial<Record<Outcome, number>>>;

export function tally(seen: readonly Observation[]): Tally {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const observation of seen) {
    const outcome = classify(observation);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

/** `18 OK, 2 HTTP_REFUSED (403)`: counts in fixed order, with the statuses seen where there were any. */
export function describeTally(seen: readonly Observation[]): string {
  if (seen.length === 0) return "nothing sent";
  const groups = new Map<Outcome, { count: number; readonly notes: Set<string> }>();
  for (const observation of seen) {
    const outcome = classify(observation);
    const group = groups.get(outcome) ?? { count: 0, notes: new Set<string>() };
    group.count += 1;
    if (outcome !== "OK") {
      const note = observation.status === undefined ? observation.detail?.slice(0, 60) : String(observation.status);
      if (note !== undefined && group.notes.size < 3) group.notes.add(note);
    }
    groups.set(outcome, group);
  }
  return outcomes
    .flatMap((outcome) => {
      const group = groups.get(outcome);
      if (group === undefined) return [];
      return [`${group.count} ${outcome}${group.notes.size === 0 ? "" : ` (${[...group.notes].join(", ")})`}`];
    })
    .join(", ");
}
