/** What the run's page shows besides the summary: a few lines, with what decided first. */
import type { AssertionResult, ConformanceReport } from "../domain/report/report.ts";
import { clauseName } from "../domain/smi/specification.ts";
import { clip, oneLine } from "./text/plain.ts";
import { reproduceAssertion } from "./text/reproduce.ts";
import { resultsWith } from "./text/wording.ts";

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

/** Reported by the results themselves, each in more detail than the rule. */
const toldByResults = new Set(["failures", "inconclusive"]);

function annotation(level: Annotation["level"], title: string, message: readonly string[]): Annotation {
  return { level, title: oneLine(title, TITLE_LIMIT), message: clip(message.join("\n"), MESSAGE_LIMIT) };
}

function ofResult(
  report: ConformanceReport,
  result: AssertionResult,
  level: Annotation["level"],
  note?: string,
): Annotation {
  const cited = result.basis.slice(0, 4).map((clause) => oneLine(clauseName(clause), 80));
  return annotation(level, `${result.verdict} (${result.level}) ${result.id}`, [
    oneLine(result.title, 300),
    oneLine(result.reason, 1500),
    ...(note === undefined ? [] : [note]),
    ...(cited.length === 0 ? [] : [`Clause: ${cited.join(", ")}`]),
    ...(result.says === null ? [] : [oneLine(result.says, 500)]),
    `Reproduce: ${oneLine(reproduceAssertion(report.reproduce, result.id), 1000)}`,
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

/** The last place names those that got none. */
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
  // A run that ended early breaks completeness for a reason that is reported already.
  const other = broken.filter(
    ({ rule }) =>
      !toldByResults.has(rule) && rule !== "regression" && !(rule === "completeness" && report.error !== undefined),
  );
  const failed = resultsWith(report, "FAIL");
  const ofResults = (list: readonly AssertionResult[], level: Annotation["level"]) =>
    list.map((result) => ofResult(report, result, level));
  // With fail-on any-failure, those below MUST decide as well.
  const decides = (result: AssertionResult) =>
    !allowed.has(result.id) &&
    (result.level === "MUST" || broken.some(({ rule, ids }) => rule === "failures" && ids.includes(result.id)));
  const all = [
    ...ofResults(failed.filter(decides), severe),
    ...broken.filter(({ rule }) => rule === "regression").map((rule) => ofRule(rule, severe)),
    ...ofError(report, severe),
    ...ofResults(resultsWith(report, "ERROR"), severe),
    ...other.map((rule) => ofRule(rule, severe)),
    ...ofResults(resultsWith(report, "INCONCLUSIVE"), "warning"),
    ...ofResults(
      failed.filter((result) => !decides(result) && !allowed.has(result.id)),
      "warning",
    ),
    ...failed.flatMap((result) => {
      const known = allowed.get(result.id);
      if (known === undefined) return [];
      return [
        ofResult(
          report,
          result,
          "notice",
          `Known failure, allowed until ${oneLine(known.expires, 20)}: ${oneLine(known.reason, 300)}`,
        ),
      ];
    }),
  ];
  return capped(all, Math.min(limit, DEFAULT_LIMIT));
}
