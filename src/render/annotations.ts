/** What the run's page shows beside the summary: few lines, what decided first. */
import type { AssertionResult, ConformanceReport } from "../domain/report/report.ts";
import { clauseName } from "../domain/smi/specification.ts";
import { clip, oneLine } from "./text/plain.ts";
import { reproduceRow } from "./text/reproduce.ts";
import { rowsOf } from "./text/wording.ts";

export interface Annotation {
  readonly level: "error" | "warning" | "notice";
  readonly title: string;
  /** Lines; at most MESSAGE_LIMIT characters. */
  readonly message: string;
}

/** GitHub shows ten of a level for each step. Source: actions/toolkit, docs/problem-matchers.md. */
const DEFAULT_LIMIT = 10;
/** Longer ones are cut by the runner. Source: actions/runner, ExecutionContext.cs. */
const MESSAGE_LIMIT = 4096;
const TITLE_LIMIT = 160;

type Gate = NonNullable<ConformanceReport["gate"]>;
type Rule = Gate["rules"][number];

/** Told by the rows themselves, each with more than the rule says. */
const toldByRows = new Set(["failures", "inconclusive"]);

function annotation(level: Annotation["level"], title: string, message: readonly string[]): Annotation {
  return { level, title: oneLine(title, TITLE_LIMIT), message: clip(message.join("\n"), MESSAGE_LIMIT) };
}

function ofRow(report: ConformanceReport, row: AssertionResult, level: Annotation["level"], note?: string): Annotation {
  const cited = row.basis.slice(0, 4).map((clause) => oneLine(clauseName(clause), 80));
  return annotation(level, `${row.verdict} (${row.level}) ${row.id}`, [
    oneLine(row.title, 300),
    oneLine(row.reason, 1500),
    ...(note === undefined ? [] : [note]),
    ...(cited.length === 0 ? [] : [`Clause: ${cited.join(", ")}`]),
    `Reproduce: ${oneLine(reproduceRow(report.reproduce, row.id), 1000)}`,
  ]);
}

function ofRule({ rule, text, ids }: Rule, level: Annotation["level"]): Annotation {
  const shown = ids.slice(0, 40).map((id) => oneLine(id, 120));
  return annotation(level, `Gate: ${rule} does not hold`, [
    oneLine(text, 1500),
    ...(shown.length === 0 ? [] : [clip(shown.join(", "), 2000)]),
  ]);
}

function ofError(report: ConformanceReport, level: Annotation["level"]): readonly Annotation[] {
  if (report.error === undefined) return [];
  const { phase, code, message, next } = report.error;
  return [
    annotation(level, `The run ended in phase ${phase} (${code})`, [
      oneLine(message, 2500),
      `What to do: ${oneLine(next, 1000)}`,
    ]),
  ];
}

/** The last place tells of those that got none. */
function capped(all: readonly Annotation[], limit: number): readonly Annotation[] {
  if (all.length <= limit) return all;
  const shown = all.slice(0, Math.max(0, limit - 1));
  const rest = all.slice(shown.length);
  const level =
    (["error", "warning", "notice"] as const).find((one) => rest.some((it) => it.level === one)) ?? "notice";
  const more = annotation(level, `${rest.length} more: see the job summary`, [
    clip(rest.map((one) => one.title).join("\n"), MESSAGE_LIMIT),
  ]);
  return limit <= 0 ? [] : [...shown, more];
}

/**
 * In this order: MUST failures, what is worse than in the baseline, what ended the run or went wrong, other rules of the
 * gate, and then warnings: what is unclear, other failures, known ones. Nothing is an error where the gate passes or is
 * not enforced: the step is green then.
 * @param limit how many there may be in all, at most DEFAULT_LIMIT: fewer where the step makes some of its own.
 */
export function annotationsOf(report: ConformanceReport, { limit = DEFAULT_LIMIT } = {}): readonly Annotation[] {
  const { gate } = report;
  const blocks = gate === undefined || (gate.decision === "block" && gate.enforced);
  const severe = blocks ? "error" : "warning";
  const allowed = new Map(gate?.allowed.filter(({ used }) => used).map((one) => [one.id, one]));
  const broken = gate?.rules.filter(({ held }) => !held) ?? [];
  // A run that ended early breaks completeness for the reason that is told already.
  const other = broken.filter(
    ({ rule }) =>
      !toldByRows.has(rule) && rule !== "regression" && !(rule === "completeness" && report.error !== undefined),
  );
  const failed = rowsOf(report, "FAIL");
  const rows = (list: readonly AssertionResult[], level: Annotation["level"]) =>
    list.map((row) => ofRow(report, row, level));
  // With fail-on any-failure, those below MUST decide as well.
  const decides = (row: AssertionResult) =>
    !allowed.has(row.id) &&
    (row.level === "MUST" || broken.some(({ rule, ids }) => rule === "failures" && ids.includes(row.id)));
  const all = [
    ...rows(failed.filter(decides), severe),
    ...broken.filter(({ rule }) => rule === "regression").map((rule) => ofRule(rule, severe)),
    ...ofError(report, severe),
    ...rows(rowsOf(report, "ERROR"), severe),
    ...other.map((rule) => ofRule(rule, severe)),
    ...rows(rowsOf(report, "INCONCLUSIVE"), "warning"),
    ...rows(
      failed.filter((row) => !decides(row) && !allowed.has(row.id)),
      "warning",
    ),
    ...failed.flatMap((row) => {
      const known = allowed.get(row.id);
      if (known === undefined) return [];
      return [
        ofRow(
          report,
          row,
          "notice",
          `Known and allowed until ${oneLine(known.expires, 20)}: ${oneLine(known.reason, 300)}`,
        ),
      ];
    }),
  ];
  return capped(all, Math.min(limit, DEFAULT_LIMIT));
}
