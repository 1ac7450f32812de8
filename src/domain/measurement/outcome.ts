/** What an observation means: the outcome classes of the protocol (docs/verdicts.md). */
import type { Observation } from "./probe.ts";

/**
 * OK: the application's reply to this very request. HTTP_REFUSED: an HTTP refusal that the application did not write.
 * CONNECTION_REFUSED: the connection was refused, reset or closed before any reply of the application, by a TLS alert or
 * another protocol's words too. DROP: no answer in time. APP_ERROR: the application itself answered with an error.
 * PROXY_ERROR: an answer that neither the application nor a refusal explains (a 500 of a proxy, a broken reply).
 * INFRA: our own side failed (name resolution, client).
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

function classify(seen: Observation): Outcome {
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

/** What one probe met, and what that means. */
export type Seen = Observation & { readonly outcome: Outcome };

/** Classifies an observation, once: what reads it from then on reads its outcome. */
export function interpret(observation: Observation): Seen {
  return { ...observation, outcome: classify(observation) };
}

export type Tally = Readonly<Partial<Record<Outcome, number>>>;

export function tally(seen: readonly Seen[]): Tally {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const { outcome } of seen) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** `18 OK, 2 HTTP_REFUSED (403)`: counts in fixed order, with the statuses seen where there were any. */
export function describeTally(seen: readonly Seen[]): string {
  if (seen.length === 0) return "nothing sent";
  const counts = tally(seen);
  return outcomes
    .filter((outcome) => counts[outcome] !== undefined)
    .map((outcome) => {
      const notes = outcome === "OK" ? [] : notesOf(seen.filter((one) => one.outcome === outcome));
      return `${counts[outcome]} ${outcome}${notes.length === 0 ? "" : ` (${notes.join(", ")})`}`;
    })
    .join(", ");
}

/** The first three different statuses, or where there was none the error's own words. */
function notesOf(seen: readonly Seen[]): readonly string[] {
  const notes = seen.flatMap(({ status, detail }) =>
    status === undefined ? (detail?.slice(0, 60) ?? []) : String(status),
  );
  return [...new Set(notes)].slice(0, 3);
}
