/** What verdicts and controls are called in every report that people read. */
import { levels } from "../../domain/assertion/assertion.ts";
import type { ControlName } from "../../domain/assertion/controls.ts";
import { gateExit } from "../../domain/gate/gate-outcome.ts";
import { type LegacyVerdict, legacySteps } from "../../domain/report/legacy.ts";
import type { AssertionResult, ConformanceReport } from "../../domain/report/report.ts";
import { countMust, exitCodes, type RunVerdict, type Verdict, verdicts } from "../../domain/report/verdict.ts";
import { percent } from "./quantities.ts";

export type Finding = AssertionResult["findings"][number];

export const verdictMarks: Readonly<Record<Verdict | "NOT_RUN", string>> = {
  PASS: "✅",
  FAIL: "❌",
  INCONCLUSIVE: "❔",
  NOT_APPLICABLE: "➖",
  OBSERVED: "👁️",
  ERROR: "💥",
  NOT_RUN: "➖",
};

export const statusMarks: Readonly<Record<Finding["status"], string>> = { held: "✅", violated: "❌", unknown: "❔" };

export const runTitles: Readonly<Record<RunVerdict, string>> = {
  conformant: "Conformant",
  "not-conformant": "Not conformant",
  inconclusive: "Inconclusive",
  error: "Error",
};

export const runMarks: Readonly<Record<RunVerdict, string>> = {
  conformant: verdictMarks.PASS,
  "not-conformant": verdictMarks.FAIL,
  inconclusive: verdictMarks.INCONCLUSIVE,
  error: verdictMarks.ERROR,
};

const meanings: Readonly<Record<RunVerdict, string>> = {
  conformant: "no MUST of the specification that applies is broken",
  "not-conformant": "the mesh breaks a MUST of the specification",
  inconclusive: "the result is unclear, which is neither a pass nor a failure of the mesh",
  error: "the run itself failed, which says nothing about the mesh",
};

export function exitMeaning({ verdict, gate }: Pick<ConformanceReport, "verdict" | "gate">): string {
  const code = gate === undefined ? exitCodes[verdict] : gateExit(gate);
  // Where a gate allows more or requires more, what the mesh did and what the step makes of it differ.
  if (code === exitCodes[verdict]) return `Exit code ${code}: ${meanings[verdict]}.`;
  const meaning = `${meanings[verdict].charAt(0).toUpperCase()}${meanings[verdict].slice(1)}`;
  return `${meaning}. Exit code ${code}, as the gate decided.`;
}

/** `passes 14 of 16 applicable MUST assertions (87.5 %)`. */
export function score(report: ConformanceReport): string {
  const { passed, applicable } = countMust(report.assertions);
  if (report.assertions.length === 0) return "was not tested by any assertion";
  if (applicable === 0) return "was not tested by any MUST assertion that applies to it";
  return `passes ${passed} of ${applicable} applicable MUST assertions (${percent(report.percentage)})`;
}

/** That selected assertions have no result; undefined where all have one. */
export function missing(report: ConformanceReport): string | undefined {
  const ran = report.assertions.length;
  return ran < report.suite.selected
    ? `Only ${ran} of the ${report.suite.selected} selected assertions have a result.`
    : undefined;
}

export const controlMeanings: Readonly<Record<ControlName, string>> = {
  "server-alive": "an allowed request to the same port works before and after",
  "policy-flip": "a minimal grant lets the same request through",
  "arrivals-agree": "the server's log agrees with the client",
  "sibling-refused": "a similar request that must be refused is refused",
  "all-accounted-for": "every request sent is accounted for once",
  "backends-reachable": "every backend answers when it is called directly",
  "stored-as-sent": "the object is stored as it was sent",
  "quiet-before": "counters are quiet before the load",
  "valid-variant-accepted": "the same object without the fault is accepted",
  "data-plane": "requests go through the mesh's data plane",
};

/** Those that decide first: in the order of `levels`, then as the suite ran them. */
export function resultsWith(report: ConformanceReport, verdict: Verdict): readonly AssertionResult[] {
  const rows = report.assertions.filter((result) => result.verdict === verdict);
  return rows.toSorted((x, y) => levels.indexOf(x.level) - levels.indexOf(y.level));
}

/** Verdicts that get a column: all, but ERROR only where it occurred. */
export function shownVerdicts(report: ConformanceReport): readonly Verdict[] {
  return verdicts.filter((verdict) => verdict !== "ERROR" || report.counts.ERROR > 0);
}

export const oldWords: Readonly<Record<LegacyVerdict, string>> = {
  PASSED: "passed",
  FAILED: "failed",
  NOT_REACHED: "not reached, counted as failed",
};

/** The score of the 24-step suite beside ours; undefined where no assertion that replaces a step was run. */
export function legacyHeadline({ legacy }: ConformanceReport): string | undefined {
  const notRun = legacy.steps.filter((step) => step.verdict === "NOT_RUN").length;
  if (notRun === legacy.steps.length) return undefined;
  const of = legacySteps.length;
  const left = notRun === 0 ? "" : ` (${notRun} ${notRun === 1 ? "was" : "were"} not run)`;
  return (
    `The ${of}-step suite of 2020 would have passed ${legacy.asPublished} of its steps as published ` +
    `(${legacy.crdChecksPorted} with its CRD checks ported); ${legacy.sound} of ${of} hold under sound checks${left}.`
  );
}

/** The slowest change of this assertion; undefined where nothing had to come into force. */
export function slowest(result: AssertionResult): AssertionResult["propagation"][number] | undefined {
  return result.propagation.toSorted((x, y) => Number(x.inForce) - Number(y.inForce) || y.ms - x.ms)[0];
}
