/** What the gate decided and why, as lines and as a section of the summary. */
import type { ConformanceReport } from "../../domain/report/report.ts";
import { code, text } from "../text/gfm.ts";
import { oneLine } from "../text/plain.ts";
import { count } from "../text/quantities.ts";
import { verdictMarks } from "../text/wording.ts";

type Gated = Pick<ConformanceReport, "gate">;
type Gate = NonNullable<ConformanceReport["gate"]>;
type Allowed = Gate["allowed"][number];

/** Lists are as long as a policy or a baseline is; the JSON report has all of them. */
const SHOWN = 20;
const REASON = 300;
const RULE = 1000;

function headline({ decision, enforced, failOn }: Gate): string {
  if (decision === "pass") return `Gate: pass (fail-on ${failOn})`;
  return enforced ? `Gate: BLOCK (fail-on ${failOn})` : "Gate: would block, and fail-on is never";
}

function capped<T>(items: readonly T[], show: (item: T) => string, more: (rest: number) => string): readonly string[] {
  const shown = items.slice(0, SHOWN).map(show);
  return items.length > SHOWN ? [...shown, more(items.length - SHOWN)] : shown;
}

/** An entry that does not excuse anything should leave the list: it would hide the next failure of its row. */
function standing({ rules }: Gate, { id, used }: Allowed): string {
  if (used) return "known failure, allowed";
  const late = rules.some(({ rule, ids }) => rule === "allowed-failures" && ids.includes(id));
  return late ? "known failure, no longer allowed" : "listed as a known failure, and not needed";
}

/** What broke comes first. */
const inOrder = ({ rules }: Gate) => rules.toSorted((x, y) => Number(x.held) - Number(y.held));

/** The decision, each rule that is broken, what was allowed, and what passes newly; empty for a report without a gate. */
export function gateLines({ gate }: Gated): readonly string[] {
  if (gate === undefined) return [];
  const broken = gate.rules.filter(({ held }) => !held);
  return [
    headline(gate),
    ...capped(
      broken,
      // A runner obeys a line that begins with two colons.
      ({ rule, text: why }) => `  ${oneLine(rule, 80).replace(/^:+/, "")}: ${oneLine(why, RULE)}`,
      (n) => `  and ${count(n, "rule")} more that ${n === 1 ? "does" : "do"} not hold`,
    ),
    ...capped(
      gate.allowed,
      (one) =>
        `  ${standing(gate, one)}: ${oneLine(one.id, 120)} until ${oneLine(one.expires, 20)} (${oneLine(one.reason, REASON)})`,
      (n) => `  and ${count(n, "known failure")} more`,
    ),
    ...capped(
      gate.newlyPassing,
      (id) => `  passes now, and did not in the baseline: ${oneLine(id, 120)}`,
      (n) => `  and ${n} more that ${n === 1 ? "passes" : "pass"} newly`,
    ),
  ];
}

/** A section of at most some tens of kilobytes, with every rule that was applied; empty for a report without a gate. */
export function gateMarkdown({ gate }: Gated): string {
  if (gate === undefined) return "";
  const { baseline } = gate;
  const lines = [
    ...capped(
      inOrder(gate),
      ({ rule, held, text: why }) =>
        `- ${held ? verdictMarks.PASS : verdictMarks.FAIL} **${text(rule, 80)}**: ${text(why, RULE)}`,
      (n) => `- and ${count(n, "rule")} more`,
    ),
    ...capped(
      gate.allowed,
      (one) =>
        `- ⚠️ ${standing(gate, one)}: ${code(one.id, 120)} until ${text(one.expires, 20)}, ${text(one.reason, REASON)}`,
      (n) => `- and ${count(n, "known failure")} more`,
    ),
    ...capped(
      gate.newlyPassing,
      (id) => `- ✨ passes now, and did not in the baseline: ${code(id, 120)}`,
      (n) => `- and ${n} more that ${n === 1 ? "passes" : "pass"} newly`,
    ),
  ];
  const compared =
    baseline === null
      ? []
      : [
          `Compared with ${code(baseline.mesh, 80)} ${code(baseline.version, 80)}, ${code(baseline.source, 300)} (SHA-256 ${code(baseline.sha256.slice(0, 12))}).`,
        ];
  const mark = gate.decision === "pass" ? "🟢" : "🔴";
  return [`### ${mark} ${headline(gate)}`, lines.join("\n"), ...compared].join("\n\n");
}
