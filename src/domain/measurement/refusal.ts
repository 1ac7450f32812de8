/** What counts as a refusal: the mesh profile says so for each transport, and everybody asks here. */
import type { Outcome } from "./outcome.ts";
import type { Transport } from "./probe.ts";

/**
 * Outcomes that a profile may call a refusal. What has reached the application (OK, APP_ERROR), what our own side failed
 * (INFRA) and what nothing explains (PROXY_ERROR) is none on any mesh.
 */
export const refusalOutcomes = ["HTTP_REFUSED", "CONNECTION_REFUSED", "DROP"] as const satisfies readonly Outcome[];

/** The refusals of one mesh, by transport. */
export type Refusals = Readonly<Record<Transport, readonly (typeof refusalOutcomes)[number][]>>;

export function isRefusal(refusals: Refusals, transport: Transport, outcome: Outcome): boolean {
  return refusals[transport].some((refusal) => refusal === outcome);
}

/** Whether something between client and application stopped the request, in whatever form. */
export function isStopped(outcome: Outcome): boolean {
  return outcome === "PROXY_ERROR" || refusalOutcomes.some((refusal) => refusal === outcome);
}
