/** What follows from a decision of the gate: the exit code of the step, and the state of the commit status. */
import type { Gate } from "./gate-policy.ts";

/** As much of a decision as its consequences depend on. */
export interface Decided {
  readonly decision: Gate["decision"];
  readonly rules: readonly { readonly rule: string; readonly held: boolean; readonly ids: readonly string[] }[];
}

/** What is unclear breaks other rules as well, since it has not passed. Only another assertion shows the mesh at fault. */
export const followsFrom = (unclear: readonly string[], { ids }: Pick<Decided["rules"][number], "ids">): boolean =>
  ids.every((id) => unclear.includes(id));

/** Whether all that blocks is what is unclear: that says nothing about the mesh, whatever else follows from it. */
export function couldNotTell({ rules }: Pick<Decided, "rules">): boolean {
  const broken = rules.filter(({ held }) => !held);
  const of = (name: string) => broken.find(({ rule }) => rule === name);
  if (of("completeness") !== undefined) return true;
  const unclear = of("inconclusive");
  const others = broken.filter(({ rule }) => rule !== "inconclusive" && rule !== "baseline");
  if (unclear === undefined) return others.length === 0;
  return others.every((rule) => followsFrom(unclear.ids, rule));
}

/** Exit code of the step: 0 passed or not enforced, 3 blocked only by what is unclear, 1 blocked otherwise. */
export function gateExit(gate: Decided & { readonly enforced: boolean }): 0 | 1 | 3 {
  if (gate.decision === "pass" || !gate.enforced) return 0;
  return couldNotTell(gate) ? 3 : 1;
}

/** State of the commit status: it says what was found, also where nothing is enforced. */
export function gateState(gate: Decided): "success" | "failure" | "error" {
  if (gate.decision === "pass") return "success";
  return couldNotTell(gate) ? "error" : "failure";
}
