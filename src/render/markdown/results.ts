/** The parts of the job summary about single assertions. */
import type { AssertionResult, ConformanceReport } from "../../domain/report/report.ts";
import { clauseName, clauseUrl } from "../../domain/smi/specification.ts";
import type { Part } from "../text/bounded.ts";
import { code, details, table, text } from "../text/gfm.ts";
import { count, duration, probability } from "../text/quantities.ts";
import { reproduceAssertion } from "../text/reproduce.ts";
import { controlMeanings, type Finding, resultsWith, statusMarks, verdictMarks } from "../text/wording.ts";

export type Sample = NonNullable<Finding["sample"]>;

/** Characters in the cell of a table; what is longer is in the JSON report. */
export const CELL = 300;
/** Violations that are shown in full; the rest are among the findings. */
const SHOWN = 3;

/** Links to the clauses, and what they require in a sentence. */
function clauses(result: AssertionResult): string {
  const cited = result.basis.map((clause) => {
    const url = clauseUrl(clause);
    const name = text(clauseName(clause), 80);
    return url === undefined ? name : `[${name}](${url})`;
  });
  const links = cited.slice(0, 6).join(", ") || "no clause of the specification";
  return `Clause: ${links}${result.says === null ? "" : `. ${text(result.says, 500)}`}`;
}

function subtitle(result: AssertionResult): string {
  const cell = result.cell === undefined ? [] : [`in ${code(result.cell, 80)}`];
  const alone =
    result.parallelAttempt === undefined
      ? []
      : [`run again in isolation, after ${result.parallelAttempt.verdict} in parallel`];
  return [code(result.id, 120), result.level, ...cell, duration(result.durationMs), ...alone].join(" · ");
}

const statementOf = (finding: Finding) =>
  finding.control === undefined
    ? text(finding.statement, CELL)
    : `${finding.control} (${controlMeanings[finding.control]}): ${text(finding.statement, CELL)}`;

export function backends(sample: Sample): string {
  return sample.bins
    .slice(0, 12)
    .map((c) => {
      const accepted = c.low === c.high ? `${c.low}` : `${c.low} to ${c.high}`;
      const mark = c.observed < c.low || c.observed > c.high ? ` ${statusMarks.violated}` : "";
      return `${code(c.backend, 80)} (weight ${c.weight}): ${accepted} accepted, ${c.observed} observed${mark}`;
    })
    .join("<br>");
}

function findingTable(findings: readonly Finding[]): string {
  const rows = findings.map((f) => [
    statusMarks[f.status],
    text(f.phase, 80),
    statementOf(f),
    text(f.expected, CELL),
    f.sample === undefined ? text(f.observed, CELL) : `${text(f.observed, CELL)}<br>${backends(f.sample)}`,
  ]);
  return table(["", "Phase", "Finding", "Expected", "Observed"], rows);
}

function violation(finding: Finding): string {
  const sample = finding.sample;
  const lines = [
    `- **${text(finding.statement, 500)}** (phase ${text(finding.phase, 80)})`,
    `  - Expected: ${text(finding.expected, 500)}`,
    `  - Observed: ${text(finding.observed, 500)}`,
  ];
  if (sample !== undefined)
    lines.push(
      `  - Sample: ${sample.n} requests, ${sample.tries === 1 ? "1 try" : `${sample.tries} tries`}; ` +
        `a correct mesh fails this with probability at most ${probability(sample.falseFailure)}`,
    );
  return lines.join("\n");
}

function why(result: AssertionResult): string {
  const violated = result.findings.filter((f) => f.control === undefined && f.status === "violated");
  if (result.verdict !== "FAIL" || violated.length === 0) return `- ${text(result.reason, 1000)}`;
  const more = violated.length - SHOWN;
  return [...violated.slice(0, SHOWN).map(violation), ...(more > 0 ? [`- and ${more} more below`] : [])].join("\n");
}

/** What each of several runs gave; the reason summarizes it. */
function runs({ runs: all = [] }: AssertionResult): readonly string[] {
  if (all.length === 0) return [];
  const shown = all
    .slice(0, 20)
    .map(({ verdict, reason }, at) => [
      `${at + 1}`,
      `${verdictMarks[verdict]} ${verdict.replace("_", " ")}`,
      text(reason, CELL),
    ]);
  return [table(["Run", "Verdict", "Reason"], shown, [0])];
}

function resultParts(report: ConformanceReport, result: AssertionResult): readonly Part[] {
  const mark = verdictMarks[result.verdict];
  const again = `Reproduce: ${code(reproduceAssertion(report.reproduce, result.id), 1000)}`;
  const head = [`#### ${mark} ${text(result.title, 200)}`, subtitle(result), clauses(result), why(result), again].join(
    "\n\n",
  );
  const parts: Part[] = [{ text: head, drop: "item", name: "an assertion that did not pass" }];
  const evidence = result.evidence.slice(0, 20).map((path) => `- ${code(path, 200)}`);
  if (result.findings.length + evidence.length + (result.runs?.length ?? 0) === 0) return parts;
  const body = [
    ...runs(result),
    ...(result.findings.length === 0 ? [] : [findingTable(result.findings)]),
    ...(evidence.length === 0 ? [] : [`Evidence, in the report folder:\n\n${evidence.join("\n")}`]),
  ].join("\n\n");
  const all = details(
    `${count(result.findings.length, "finding")}${evidence.length === 0 ? "" : " and evidence"}`,
    body,
  );
  return [...parts, { text: all, drop: "collapsed", name: "the findings of an assertion" }];
}

function listed(
  report: ConformanceReport,
  title: string,
  explanation: string,
  rows: readonly AssertionResult[],
): readonly Part[] {
  if (rows.length === 0) return [];
  const head: Part = { text: `### ${title} (${rows.length})\n\n${explanation}`, drop: "section", name: title };
  return [head, ...rows.flatMap((result) => resultParts(report, result))];
}

/** What failed, with what decides first. */
export function failedParts(report: ConformanceReport): readonly Part[] {
  const failed = resultsWith(report, "FAIL");
  const must = failed.filter((result) => result.level === "MUST").length;
  const decides =
    must === failed.length
      ? "Each breaks a MUST of the specification."
      : must === 0
        ? "None is at level MUST, so none decides the verdict."
        : `Those at level MUST decide the verdict: ${must} of ${failed.length}.`;
  return [
    ...listed(report, "Failed", decides, failed),
    ...listed(
      report,
      "Errors",
      "The infrastructure failed here, so nothing is known about the mesh.",
      resultsWith(report, "ERROR"),
    ),
  ];
}

/** The measurement that kept the assertion from a verdict: a control if one did not hold. */
function unclear(result: AssertionResult): Finding | undefined {
  return (
    result.findings.find((f) => f.control !== undefined && f.status !== "held") ??
    result.findings.find((f) => f.status !== "held")
  );
}

export function inconclusiveParts(report: ConformanceReport): readonly Part[] {
  const rows = resultsWith(report, "INCONCLUSIVE");
  if (rows.length === 0) return [];
  const cells = rows.slice(0, 100).map((result) => {
    const finding = unclear(result);
    const why =
      finding === undefined
        ? [text(result.reason, CELL), "–", "–"]
        : [statementOf(finding), text(finding.expected, CELL), text(finding.observed, CELL)];
    return [code(result.id, 120), result.level, ...why];
  });
  const again = `Reproduce one of them: ${code(reproduceAssertion(report.reproduce, rows[0]?.id ?? ""), 1000)}`;
  const more = rows.length > cells.length ? `\n\nand ${rows.length - cells.length} more.` : "";
  const head = ["Assertion", "Level", "Control that did not hold, or what was unclear", "Expected", "Observed"];
  return [
    {
      text: `### Inconclusive (${rows.length})\n\nA control did not hold, or the measurement was inconclusive: neither a pass nor a failure.\n\n${table(head, cells)}${more}\n\n${again}`,
      drop: "item",
      name: "the inconclusive assertions",
    },
  ];
}
