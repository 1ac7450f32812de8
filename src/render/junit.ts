/** JUnit XML, for the tools that show test results: a suite for each spec, a case for each assertion. */
import { meshVersion } from "../domain/report/mesh-version.ts";
import type { AssertionResult, ConformanceReport } from "../domain/report/report.ts";
import { clauseName } from "../domain/smi/specification.ts";
import { runTitles, statusMarks } from "./text/wording.ts";

/** XML 1.0 has no way to write these, not even as references. */
const illegal = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const named: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** For text and for attributes in double quotes; a parser would turn raw breaks in an attribute into spaces. */
export function xml(value: string): string {
  return value
    .toWellFormed()
    .replace(illegal, "\uFFFD")
    .replace(/[&<>"]/g, (character) => named[character] ?? character)
    .replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xml(String(value))}"`)
    .join("");
}

/** Text of an element: its line breaks are kept as they are. */
const body = (value: string) => xml(value).replaceAll("&#10;", "\n").replaceAll("&#9;", "\t");

const seconds = (ms: number) => (ms / 1000).toFixed(3);

interface Case {
  readonly classname: string;
  readonly name: string;
  readonly ms: number;
  readonly outcome: "passed" | "failure" | "error" | "skipped";
  /** The element within, without indentation. */
  readonly element?: string;
}

function account(result: AssertionResult): string {
  const findings = result.findings.map(
    (f) =>
      `${statusMarks[f.status]} [${f.phase}] ${f.control === undefined ? "" : `control ${f.control}: `}${f.statement}\n` +
      `   expected: ${f.expected}\n   observed: ${f.observed}`,
  );
  return [
    result.title,
    ...(result.says === null ? [] : [result.says]),
    `${result.level}${result.basis.length === 0 ? "" : `, ${result.basis.map(clauseName).join(", ")}`}`,
    ...findings,
    ...result.evidence.map((path) => `evidence: ${path}`),
  ].join("\n");
}

function element(name: string, values: Readonly<Record<string, string>>, content?: string): string {
  const start = `<${name}${attributes(values)}`;
  return content === undefined ? `${start}/>` : `${start}>${body(content)}</${name}>`;
}

function caseOf(result: AssertionResult): Case {
  const base = { classname: result.spec, name: result.id, ms: result.durationMs };
  const message = result.reason;
  switch (result.verdict) {
    case "PASS":
      return { ...base, outcome: "passed" };
    case "FAIL":
      return {
        ...base,
        outcome: "failure",
        element: element("failure", { type: result.level, message }, account(result)),
      };
    case "ERROR":
      return { ...base, outcome: "error", element: element("error", { type: "error", message }, account(result)) };
    case "INCONCLUSIVE":
      return {
        ...base,
        outcome: "error",
        element: element("error", { type: "inconclusive", message }, account(result)),
      };
    case "NOT_APPLICABLE":
    case "OBSERVED":
      return { ...base, outcome: "skipped", element: element("skipped", { message: `${result.verdict}: ${message}` }) };
  }
}

function counts(cases: readonly Case[]) {
  const of = (outcome: Case["outcome"]) => cases.filter((c) => c.outcome === outcome).length;
  const ms = cases.reduce((sum, c) => sum + c.ms, 0);
  return {
    tests: cases.length,
    failures: of("failure"),
    errors: of("error"),
    skipped: of("skipped"),
    time: seconds(ms),
  };
}

function suite(name: string, startedAt: string, cases: readonly Case[]): readonly string[] {
  const rows = cases.flatMap(({ classname, name: id, ms, element: inner }) => {
    const start = `    <testcase${attributes({ classname, name: id, time: seconds(ms) })}`;
    return inner === undefined ? [`${start}/>`] : [`${start}>`, `      ${inner}`, "    </testcase>"];
  });
  return [`  <testsuite${attributes({ name, ...counts(cases), timestamp: startedAt })}>`, ...rows, "  </testsuite>"];
}

/** A run that died early has no results to be red, and a file without failures is shown as green: so the error is a case too. */
function runCase({ error, durationMs }: ConformanceReport): readonly Case[] {
  if (error === undefined) return [];
  const { code, message, next } = error;
  const inner = element("error", { type: code, message }, `${message}\nWhat to do: ${next}`);
  return [{ classname: "run", name: `run/${error.phase}`, ms: durationMs, outcome: "error", element: inner }];
}

export function renderJUnit(report: ConformanceReport): string {
  const run = runCase(report);
  const specs = [...new Set([...report.specs.map((s) => s.spec), ...report.assertions.map((result) => result.spec)])];
  const suites = [
    { name: "run", cases: run },
    ...specs.map((spec) => ({
      name: spec,
      cases: report.assertions.filter((result) => result.spec === spec).map(caseOf),
    })),
  ].filter(({ cases }) => cases.length > 0);
  const { mesh } = report;
  const name = `SMI conformance of ${mesh.title} ${meshVersion(report)}: ${runTitles[report.verdict]}`;
  const total = { name, ...counts(suites.flatMap(({ cases }) => cases)), timestamp: report.startedAt };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ ...total, time: seconds(report.durationMs) })}>`,
    ...suites.flatMap(({ name: spec, cases }) => suite(spec, report.startedAt, cases)),
    "</testsuites>",
    "",
  ].join("\n");
}
