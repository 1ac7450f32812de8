/** The parts of the job summary that tell of assertions, one by one. */
import type { AssertionResult, ConformanceReport } from "../../domain/report/report.ts";
import { clauseName, clauseUrl } from "../../domain/smi/specification.ts";
import type { Part } from "../text/bounded.ts";
import { code, details, table, text } from "../text/gfm.ts";
import { count, duration, probability } from "../text/quantities.ts";
import { reproduceRow } from "../text/reproduce.ts";
import { controlMeanings, type Finding, rowsOf, statusMarks, verdictMarks } from "../text/wording.ts";

export type Sample = NonNullable<Finding["sample"]>;

/** Cells of a table are read across; what is longer is read in the JSON report. */
export const CELL = 300;
/** Violations told in full; the rest is in the row's findings. */
const TOLD = 3;

function clauses(row: AssertionResult): string {
  const cited = row.basis.map((clause) => {
    const url = clauseUrl(clause);
    const name = text(clauseName(clause), 80);
    return url === undefined ? name : `[${name}](${url})`;
  });
  return cited.slice(0, 6).join(", ") || "no clause of the specification";
}

function subtitle(row: AssertionResult): string {
  const cell = row.cell === undefined ? [] : [`in ${code(row.cell, 80)}`];
  const alone =
    row.parallelAttempt === undefined ? [] : [`run alone, after ${row.parallelAttempt.verdict} beside others`];
  return [code(row.id, 120), row.level, clauses(row), ...cell, duration(row.durationMs), ...alone].join(" · ");
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
        `a correct mesh fails this with probability ${probability(sample.falseFailure)} at most`,
    );
  return lines.join("\n");
}

function told(row: AssertionResult): string {
  const violated = row.findings.filter((f) => f.control === undefined && f.status === "violated");
  if (row.verdict !== "FAIL" || violated.length === 0) return `- ${text(row.reason, 1000)}`;
  const more = violated.length - TOLD;
  return [...violated.slice(0, TOLD).map(violation), ...(more > 0 ? [`- and ${more} more below`] : [])].join("\n");
}

/** Which of several runs gave what; the reason says it in short. */
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

function rowParts(report: ConformanceReport, row: AssertionResult): readonly Part[] {
  const mark = verdictMarks[row.verdict];
  const again = `Reproduce: ${code(reproduceRow(report.reproduce, row.id), 1000)}`;
  const head = [`#### ${mark} ${text(row.title, 200)}`, subtitle(row), told(row), again].join("\n\n");
  const parts: Part[] = [{ text: head, drop: "row", name: "an assertion that did not pass" }];
  const evidence = row.evidence.slice(0, 20).map((path) => `- ${code(path, 200)}`);
  if (row.findings.length + evidence.length + (row.runs?.length ?? 0) === 0) return parts;
  const body = [
    ...runs(row),
    ...(row.findings.length === 0 ? [] : [findingTable(row.findings)]),
    ...(evidence.length === 0 ? [] : [`Evidence, in the report folder:\n\n${evidence.join("\n")}`]),
  ].join("\n\n");
  const all = details(`${count(row.findings.length, "finding")}${evidence.length === 0 ? "" : " and evidence"}`, body);
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
  return [head, ...rows.flatMap((row) => rowParts(report, row))];
}

/** What went wrong, the deciding first. */
export function failedParts(report: ConformanceReport): readonly Part[] {
  const failed = rowsOf(report, "FAIL");
  const must = failed.filter((row) => row.level === "MUST").length;
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
      "Went wrong",
      "The machinery failed here: nothing is known about the mesh.",
      rowsOf(report, "ERROR"),
    ),
  ];
}

/** The measurement that kept the row from a verdict: a control if one did not hold. */
function unclear(row: AssertionResult): Finding | undefined {
  return (
    row.findings.find((f) => f.control !== undefined && f.status !== "held") ??
    row.findings.find((f) => f.status !== "held")
  );
}

export function inconclusiveParts(report: ConformanceReport): readonly Part[] {
  const rows = rowsOf(report, "INCONCLUSIVE");
  if (rows.length === 0) return [];
  const cells = rows.slice(0, 100).map((row) => {
    const finding = unclear(row);
    const why =
      finding === undefined
        ? [text(row.reason, CELL), "–", "–"]
        : [statementOf(finding), text(finding.expected, CELL), text(finding.observed, CELL)];
    return [code(row.id, 120), row.level, ...why];
  });
  const again = `Reproduce one of them: ${code(reproduceRow(report.reproduce, rows[0]?.id ?? ""), 1000)}`;
  const more = rows.length > cells.length ? `\n\nand ${rows.length - cells.length} more.` : "";
  const head = ["Assertion", "Level", "Control that did not hold, or what was unclear", "Expected", "Observed"];
  return [
    {
      text: `### Inconclusive (${rows.length})\n\nA control did not hold, or the measurement was unclear: neither a pass nor a failure.\n\n${table(head, cells)}${more}\n\n${again}`,
      drop: "row",
      name: "the inconclusive assertions",
    },
  ];
}
