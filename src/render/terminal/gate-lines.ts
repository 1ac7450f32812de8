/** What the gate decided and why, as lines. */
import { allowanceText, gateHeadline, type MaybeGated } from "../text/gate.ts";
import { oneLine } from "../text/plain.ts";
import { capped, count } from "../text/quantities.ts";

/** The decision, each rule that is broken, what was allowed, and what newly passes; empty for a report without a gate. */
export function gateLines({ gate }: MaybeGated): readonly string[] {
  if (gate === undefined) return [];
  const broken = gate.rules.filter(({ held }) => !held);
  return [
    gateHeadline(gate),
    ...capped(
      broken,
      // A runner obeys a line that begins with two colons.
      ({ rule, text: why }) => `  ${oneLine(rule, 80).replace(/^:+/, "")}: ${oneLine(why, 1000)}`,
      (n) => `  and ${count(n, "rule")} more that ${n === 1 ? "does" : "do"} not hold`,
    ),
    ...capped(
      gate.allowed,
      (one) =>
        `  ${allowanceText(gate, one)}: ${oneLine(one.id, 120)} until ${oneLine(one.expires, 20)} (${oneLine(one.reason, 300)})`,
      (n) => `  and ${count(n, "known failure")} more`,
    ),
    ...capped(
      gate.newlyPassing,
      (id) => `  passes now, and did not in the baseline: ${oneLine(id, 120)}`,
      (n) => `  and ${n} more that newly ${n === 1 ? "passes" : "pass"}`,
    ),
  ];
}
