/** The parts of the job summary to look things up in: tables of everything that the run found. */
import type { AssertionResult, ConformanceReport } from "../../domain/report/report.ts";
import type { Part } from "../text/bounded.ts";
import { code, details, table, text } from "../text/gfm.ts";
import { duration, probability } from "../text/quantities.ts";
import { resultsWith, slowest, statusMarks, verdictMarks } from "../text/wording.ts";
import { backends, CELL, type Sample } from "./results.ts";

const detected = (sample: Sample) =>
  sample.detects
    .slice(0, 12)
    .map((d) => `${text(d.mesh, 80)}: ${probability(d.acceptedWithRepeat)}`)
    .join("<br>");

function reasons(rows: readonly AssertionResult[], head: string): string {
  return table(
    ["Assertion", "Level", head],
    rows.map((result) => [code(result.id, 120), result.level, text(result.reason)]),
  );
}

function propagationOf(result: AssertionResult): string {
  const change = slowest(result);
  if (change === undefined) return "–";
  return change.inForce ? duration(change.ms) : `not within ${duration(change.deadlineMs)}`;
}

function samples(report: ConformanceReport): readonly (readonly string[])[] {
  return report.assertions.flatMap((result) =>
    result.findings.flatMap((f) => {
      if (f.sample === undefined) return [];
      const { n, tries, falseFailure } = f.sample;
      const what = `${statusMarks[f.status]} ${code(result.id, 120)}<br>${text(f.phase, 80)}: ${text(f.statement, CELL)}`;
      return [[what, `${n}`, `${tries}`, backends(f.sample), probability(falseFailure), detected(f.sample) || "–"]];
    }),
  );
}

function collapsed(title: string, name: string, n: number, body: () => string): readonly Part[] {
  return n === 0 ? [] : [{ text: details(`${title} (${n})`, body()), drop: "collapsed", name }];
}

export function lookupParts(report: ConformanceReport): readonly Part[] {
  const absent = resultsWith(report, "NOT_APPLICABLE");
  const observed = resultsWith(report, "OBSERVED");
  const sampled = samples(report);
  const all = report.assertions;
  const twice = all.filter((result) => result.parallelAttempt !== undefined);
  return [
    ...collapsed("Not applicable", "the assertions that do not apply", absent.length, () => reasons(absent, "Why")),
    ...collapsed("Observed, without a verdict", "what was observed only", observed.length, () =>
      reasons(observed, "What was observed"),
    ),
    ...collapsed("Run again in isolation", "the assertions that were run again", twice.length, () =>
      [
        "In these, a change was not in force in time while other assertions were running, which may have been the cause. The verdict is that of the run in isolation.",
        table(
          ["Assertion", "In parallel", "In isolation", "Reason in parallel"],
          twice.map((result) => [
            code(result.id, 120),
            result.parallelAttempt?.verdict ?? "",
            result.verdict.replace("_", " "),
            text(result.parallelAttempt?.reason ?? "", CELL),
          ]),
        ),
      ].join("\n\n"),
    ),
    ...collapsed("All assertions", "the table of all assertions", all.length, () =>
      table(
        ["Verdict", "Assertion", "Level", "In force after", "Took"],
        all.map((result) => [
          `${verdictMarks[result.verdict]} ${result.verdict.replace("_", " ")}`,
          `${code(result.id, 120)}<br>${text(result.title, 200)}`,
          result.level,
          propagationOf(result),
          duration(result.durationMs),
        ]),
        [3, 4],
      ),
    ),
    ...collapsed("Samples of random outcomes, with their bounds", "the samples", sampled.length, () =>
      [
        "*False failure* is an upper bound on the probability that a correct mesh fails the sample, its one repeat included. " +
          "The last column is the probability that a mesh with the named fault passes.",
        table(["Sample", "Requests", "Tries", "Backends", "False failure", "Faulty mesh passes"], sampled, [1, 2]),
      ].join("\n\n"),
    ),
  ];
}
