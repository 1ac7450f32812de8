/** The section of the summary about the gate. */
import { allowanceText, gateHeadline, inOrder, type MaybeGated } from "../text/gate.ts";
import { code, text } from "../text/gfm.ts";
import { capped, count } from "../text/quantities.ts";
import { verdictMarks } from "../text/wording.ts";

/** At most some tens of kilobytes, with every rule that was applied; empty for a report without a gate. */
export function gateMarkdown({ gate }: MaybeGated): string {
  if (gate === undefined) return "";
  const { baseline } = gate;
  const lines = [
    ...capped(
      inOrder(gate),
      ({ rule, held, text: why }) =>
        `- ${held ? verdictMarks.PASS : verdictMarks.FAIL} **${text(rule, 80)}**: ${text(why, 1000)}`,
      (n) => `- and ${count(n, "rule")} more`,
    ),
    ...capped(
      gate.allowed,
      (one) =>
        `- ⚠️ ${allowanceText(gate, one)}: ${code(one.id, 120)} until ${text(one.expires, 20)}, ${text(one.reason, 300)}`,
      (n) => `- and ${count(n, "known failure")} more`,
    ),
    ...capped(
      gate.newlyPassing,
      (id) => `- ✨ passes now, and did not in the baseline: ${code(id, 120)}`,
      (n) => `- and ${n} more that newly ${n === 1 ? "passes" : "pass"}`,
    ),
  ];
  const compared =
    baseline === null
      ? []
      : [
          `Compared with ${code(baseline.mesh, 80)} ${code(baseline.version, 80)}, ${code(baseline.source, 300)} (SHA-256 ${code(baseline.sha256.slice(0, 12))}).`,
        ];
  const mark = gate.decision === "pass" ? "🟢" : "🔴";
  return [`### ${mark} ${gateHeadline(gate)}`, lines.join("\n"), ...compared].join("\n\n");
}
