/** What the gate's decision is called in every report that people read. */
import type { ConformanceReport } from "../../domain/report/report.ts";

export type Gate = NonNullable<ConformanceReport["gate"]>;

/** As much of a report as the gate's section is made of. */
export type MaybeGated = Pick<ConformanceReport, "gate">;

export function gateHeadline({ decision, enforced, failOn }: Gate): string {
  if (decision === "pass") return `Gate: pass (fail-on ${failOn})`;
  return enforced ? `Gate: BLOCK (fail-on ${failOn})` : "Gate: would block, but fail-on is never";
}

/** What an entry of the known failures does. One that excuses nothing should leave the list: it would hide the next failure. */
export function allowanceText({ rules }: Gate, { id, used }: Gate["allowed"][number]): string {
  if (used) return "known failure, allowed";
  const late = rules.some(({ rule, ids }) => rule === "allowed-failures" && ids.includes(id));
  return late ? "known failure, no longer allowed" : "listed as a known failure, but not needed";
}

/** Broken rules first. */
export const inOrder = ({ rules }: Gate): Gate["rules"] => rules.toSorted((x, y) => Number(x.held) - Number(y.held));
