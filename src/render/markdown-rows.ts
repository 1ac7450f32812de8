/** The parts of the job summary that tell of assertions, one by one. */
import type { AssertionResult, ConformanceReport } from "../domain/report.ts";
import type { Part } from "./bounded.ts";
import { code, details, table, text } from "./gfm.ts";
import { count, duration, probability } from "./quantities.ts";
import {
  clauseName,
  clauseUrl,
  controlMeanings,
  type Finding,
  rowsOf,
  slowest,
  statusMarks,
  verdictMarks,
} from "./wording.ts";

type Sample = NonNullable<Finding["sample"]>;

/** Cells of a table are read across; what is longer is read in the JSON report. */
const CELL = 300;
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
  const alone = row.beside === undefined ? [] : [`run alone, after ${row.beside.verdict} beside others`];
  return [code(row.id, 120), row.level, clauses(row), ...cell, duration(row.durationMs), ...alone].join(" · ");
}

const statementOf = (finding: Finding) =>
  finding.control === undefined
    ? text(finding.statement, CELL)
    : `${finding.control} (${controlMeanings[finding.control]}): ${text(finding.statement, CELL)}`;

function backends(sample: Sample): string {
  return sample.cells
    .slice(0, 12)
    .map((c) => {
      const accepted = c.low === c.high ? `${c.low}` : `${c.low} to ${c.high}`;
      const mark = c.observed < c.low || c.observed > c.high ? ` ${statusMarks.violated}` : "";
      return `${code(c.backend, 80)} (weight ${c.weight}): ${accepted} accepted, ${c.observed} observed${mark}`;
    })
    .join("<br>");
}

const detected = (sample: Sample) =>
  sample.detects
    .slice(0, 12)
    .map((d) => `${text(d.mesh, 80)}: ${probability(d.acceptedWithRepeat)}`)
    .join("<br>");

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

function rowParts(row: AssertionResult): readonly Part[] {
  const mark = verdictMarks[row.verdict];
  const head = [`#### ${mark} ${text(row.title, 200)}`, subtitle(row), told(row)].join("\n\n");
  const parts: Part[] = [{ text: head, drop: "row", name: "an assertion that did not pass" }];
  const evidence = row.evidence.slice(0, 20).map((path) => `- ${code(path, 200)}`);
  if (row.findings.length + evidence.length === 0) return parts;
  const body = [
    ...(row.findings.length === 0 ? [] : [findingTable(row.findings)]),
    ...(evidence.length === 0 ? [] : [`Evidence, in the report folder:\n\n${evidence.join("\n")}`]),
  ].join("\n\n");
  const all = details(`${count(row.findings.length, "finding")}${evidence.length === 0 ? "" : " and evidence"}`, body);
  return [...parts, { text: all, drop: "collapsed", name: "the findings of an assertion" }];
}

function listed(title: string, explanation: string, rows: readonly AssertionResult[]): readonly Part[] {
  if (rows.length === 0) return [];
  const head: Part = { text: `### ${title} (${rows.length})\n\n${explanation}`, drop: "section", name: title };
  return [head, ...rows.flatMap(rowParts)];
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
    ...listed("Failed", decides, failed),
    ...listed("Went wrong", "The machinery failed here: nothing is known about the mesh.", rowsOf(report, "ERROR")),
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
  const more = rows.length > cells.length ? `\n\nand ${rows.length - cells.length} more.` : "";
  const head = ["Assertion", "Level", "Control that did not hold, or what was unclear", "Expected", "Observed"];
  return [
    {
      text: `### Inconclusive (${rows.length})\n\nA control did not hold, or the measurement was unclear: neither a pass nor a failure.\n\n${table(head, cells)}${more}`,
      drop: "row",
      name: "the inconclusive assertions",
    },
  ];
}

function reasons(rows: readonly AssertionResult[], head: string): string {
  return table(
    ["Assertion", "Level", head],
    rows.map((row) => [code(row.id, 120), row.level, text(row.reason)]),
  );
}

function propagationOf(row: AssertionResult): string {
  const change = slowest(row);
  if (change === undefined) return "–";
  return change.inForce ? duration(change.ms) : `not within ${duration(change.deadlineMs)}`;
}

function samples(report: ConformanceReport): readonly (readonly string[])[] {
  return report.assertions.flatMap((row) =>
    row.findings.flatMap((f) => {
      if (f.sample === undefined) return [];
      const { n, tries, falseFailure } = f.sample;
      const what = `${statusMarks[f.status]} ${code(row.id, 120)}<br>${text(f.phase, 80)}: ${text(f.statement, CELL)}`;
      return [[what, `${n}`, `${tries}`, backends(f.sample), probability(falseFailure), detected(f.sample) || "–"]];
    }),
  );
}

function collapsed(title: string, name: string, n: number, body: () => string): readonly Part[] {
  return n === 0 ? [] : [{ text: details(`${title} (${n})`, body()), drop: "collapsed", name }];
}

/** Tables that are there to be looked up. */
export function lookupParts(report: ConformanceReport): readonly Part[] {
  const absent = rowsOf(report, "NOT_APPLICABLE");
  const observed = rowsOf(report, "OBSERVED");
  const sampled = samples(report);
  const all = report.assertions;
  const twice = all.filter((row) => row.beside !== undefined);
  return [
    ...collapsed("Not applicable", "the assertions that do not apply", absent.length, () => reasons(absent, "Why")),
    ...collapsed("Observed, without a verdict", "what was observed only", observed.length, () =>
      reasons(observed, "What was seen"),
    ),
    ...collapsed("Run once more, alone", "the assertions that were run twice", twice.length, () =>
      [
        "A change of these was not in force in time while other assertions ran, and one of those may have been the reason. The verdict is that of the time alone.",
        table(
          ["Assertion", "Beside others", "Alone", "Why not at first"],
          twice.map((row) => [
            code(row.id, 120),
            row.beside?.verdict ?? "",
            row.verdict.replace("_", " "),
            text(row.beside?.reason ?? "", CELL),
          ]),
        ),
      ].join("\n\n"),
    ),
    ...collapsed("All assertions", "the table of all assertions", all.length, () =>
      table(
        ["Verdict", "Assertion", "Level", "In force after", "Took"],
        all.map((row) => [
          `${verdictMarks[row.verdict]} ${row.verdict.replace("_", " ")}`,
          `${code(row.id, 120)}<br>${text(row.title, 200)}`,
          row.level,
          propagationOf(row),
          duration(row.durationMs),
        ]),
        [3, 4],
      ),
    ),
    ...collapsed("Samples of random outcomes, with their bounds", "the samples", sampled.length, () =>
      [
        "*False failure* bounds the chance that a correct mesh is failed here, the one repeat included. " +
          "The last column is the chance that a wrong mesh would pass.",
        table(["Sample", "Requests", "Tries", "Backends", "False failure", "Wrong mesh would pass"], sampled, [1, 2]),
      ].join("\n\n"),
    ),
  ];
}
