/** The parts of the job summary that are there to be looked up: tables of all that the run found. */
import type { AssertionResult, ConformanceReport } from "../../domain/report/report.ts";
import type { Part } from "../text/bounded.ts";
import { code, details, table, text } from "../text/gfm.ts";
import { duration, probability } from "../text/quantities.ts";
import { rowsOf, slowest, statusMarks, verdictMarks } from "../text/wording.ts";
import { backends, CELL, type Sample } from "./rows.ts";

const detected = (sample: Sample) =>
  sample.detects
    .slice(0, 12)
    .map((d) => `${text(d.mesh, 80)}: ${probability(d.acceptedWithRepeat)}`)
    .join("<br>");

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

export function lookupParts(report: ConformanceReport): readonly Part[] {
  const absent = rowsOf(report, "NOT_APPLICABLE");
  const observed = rowsOf(report, "OBSERVED");
  const sampled = samples(report);
  const all = report.assertions;
  const twice = all.filter((row) => row.parallelAttempt !== undefined);
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
            row.parallelAttempt?.verdict ?? "",
            row.verdict.replace("_", " "),
            text(row.parallelAttempt?.reason ?? "", CELL),
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
