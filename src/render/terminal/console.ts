/** The result of a run, for a terminal. */
import type { AssertionResult, ConformanceReport } from "../../domain/report/report.ts";
import type { Verdict } from "../../domain/report/verdict.ts";
import { capabilityText } from "../text/by-spec.ts";
import { lines, oneLine } from "../text/plain.ts";
import { count, duration, percent } from "../text/quantities.ts";
import { noticeOf, realRun } from "../text/reference-notice.ts";
import {
  exitMeaning,
  legacyHeadline,
  missing,
  resultsWith,
  runTitles,
  score,
  shownVerdicts,
  slowest,
} from "../text/wording.ts";
import { columns, paint, paintVerdict, wrap } from "./terminal.ts";

export { progressLine, waitingLine } from "./progress.ts";

export interface ConsoleOptions {
  readonly colour?: boolean;
  /** Columns; 100 where the terminal does not say. */
  readonly width?: number;
  /** Paths of what was written, the report first. */
  readonly files?: readonly string[];
}

const DEFAULT_WIDTH = 100;
const INDENT = "  ";
/** Room for the longest label, so that what is labelled lines up. */
const LABEL = 14;

interface Page {
  readonly width: number;
  readonly colour: boolean;
}

function labelled(page: Page, label: string, value: string): readonly string[] {
  const [first = "", ...others] = wrap(value, page.width, " ".repeat(LABEL), label.padEnd(LABEL));
  return [`${paint(first.slice(0, LABEL), "bold", page.colour)}${first.slice(LABEL)}`, ...others];
}

function verdictLines(page: Page, report: ConformanceReport): readonly string[] {
  const { mesh, cluster } = report;
  const found = mesh.versionFound === null ? "running version unknown" : `running as ${mesh.versionFound}`;
  const where = `${cluster.provider}${cluster.kubernetes === null ? "" : `, Kubernetes ${cluster.kubernetes}`}`;
  const title = runTitles[report.verdict].toUpperCase();
  const who = `${mesh.title} (requested as ${mesh.versionAsked}, ${found}; access policy ${mesh.access}; ${where})`;
  const [first = "", ...others] = wrap(who, page.width, INDENT, `${title}  `);
  return [
    `${paintVerdict(title, report.verdict, page.colour)}${first.slice(title.length)}`,
    ...others,
    ...wrap(noticeOf(report) ?? "", page.width, INDENT).filter((line) => line !== ""),
    ...wrap(`It ${score(report)}. ${exitMeaning(report)}`, page.width, INDENT),
    ...wrap(report.reason, page.width, INDENT),
    ...wrap(missing(report) ?? "", page.width, INDENT).filter((line) => line !== ""),
  ];
}

function errorLines(page: Page, { error }: ConformanceReport): readonly string[] {
  if (error === undefined) return [];
  return [
    "",
    paintVerdict(
      `The run ended in phase ${oneLine(error.phase, 80)} (${oneLine(error.code, 80)})`,
      "ERROR",
      page.colour,
    ),
    ...lines(error.message).map((line) => `${INDENT}${line}`.trimEnd()),
    ...wrap(`What to do: ${error.next}`, page.width, INDENT),
  ];
}

function specLines(page: Page, report: ConformanceReport): readonly string[] {
  const shown = shownVerdicts(report);
  const rows = report.specs.map((s) => [
    s.spec,
    capabilityText(s.capability),
    percent(s.percentage),
    ...shown.map((verdict) => `${s.counts[verdict]}`),
  ]);
  const short = (verdict: Verdict) => (verdict === "NOT_APPLICABLE" ? "N/A" : verdict);
  const [head = "", ...body] = columns([["Spec", "Capability", "MUST passed", ...shown.map(short)], ...rows], 2, "");
  return rows.length === 0 ? [] : ["", paint(head, "bold", page.colour), ...body];
}

function resultLines(page: Page, result: AssertionResult): readonly string[] {
  const change = slowest(result);
  const late = change?.inForce === false ? ` A change was not in force within ${duration(change.deadlineMs)}.` : "";
  const alone =
    result.parallelAttempt === undefined
      ? ""
      : `  run again in isolation, after ${result.parallelAttempt.verdict} in parallel`;
  const head = `${result.verdict}  ${oneLine(result.id, 120)}  ${result.level}${alone}`;
  return [
    `${paintVerdict(result.verdict, result.verdict, page.colour)}${head.slice(result.verdict.length)}`,
    ...wrap(result.title, page.width, `${INDENT}${INDENT}`, undefined, 200),
    ...wrap(
      late === "" ? result.reason : `${result.reason.replace(/[.\s]*$/, ".")}${late}`,
      page.width,
      `${INDENT}${INDENT}`,
    ),
  ];
}

/** Many results share the reason why they do not apply, so it is given once. */
function groupedLines(page: Page, rows: readonly AssertionResult[]): readonly string[] {
  const groups = new Map<string, AssertionResult[]>();
  for (const result of rows) {
    const reason = oneLine(result.reason, 1000);
    groups.set(reason, [...(groups.get(reason) ?? []), result]);
  }
  return [...groups].flatMap(([reason, members]) => {
    const [{ verdict }] = members as [AssertionResult];
    const title = members.length === 1 ? verdict : `${verdict} (${members.length})`;
    const [first = "", ...others] = wrap(reason, page.width, `${INDENT}${INDENT}`, `${title}  `);
    return [
      `${paintVerdict(title, verdict, page.colour)}${first.slice(title.length)}`,
      ...others,
      ...members.map((result) => `${INDENT}${INDENT}${oneLine(result.id, 120)}`),
    ];
  });
}

function notPassedLines(page: Page, report: ConformanceReport): readonly string[] {
  const open = (["FAIL", "ERROR", "INCONCLUSIVE"] as const).flatMap((verdict) => resultsWith(report, verdict));
  const grouped = (["OBSERVED", "NOT_APPLICABLE"] as const).flatMap((verdict) =>
    groupedLines(page, resultsWith(report, verdict)),
  );
  const all = [...open.flatMap((result) => resultLines(page, result)), ...grouped];
  return all.length === 0 ? [] : ["", ...all];
}

function runLines(page: Page, report: ConformanceReport, files: readonly string[]): readonly string[] {
  const late = report.assertions.flatMap((result) => result.propagation).filter((change) => !change.inForce).length;
  const seen = report.propagation;
  const propagation = [
    ...(seen === null
      ? []
      : [`p50 ${duration(seen.p50Ms)}, p95 ${duration(seen.p95Ms)} over ${count(seen.changes, "change")}`]),
    ...(late === 0 ? [] : [`${count(late, "change")} not in force by the deadline`]),
  ].join("; ");
  const phases = report.phases.map((p) => `${p.name} ${duration(p.durationMs)}${p.ok ? "" : " (failed)"}`).join(", ");
  const legacy = legacyHeadline(report);
  const indented = (value: string) => `${" ".repeat(LABEL)}${value}`;
  return [
    "",
    ...(propagation === "" ? [] : labelled(page, "Propagation", propagation)),
    ...labelled(page, "Time", `${duration(report.durationMs)} in all${phases === "" ? "" : `: ${phases}`}`),
    ...(legacy === undefined ? [] : labelled(page, "24 steps", legacy)),
    ...files.flatMap((file, index) => (index === 0 ? labelled(page, "Files", file) : [indented(oneLine(file))])),
    // As it was written: a wrapped command cannot be pasted.
    ...lines(report.reproduce).map((line, index) =>
      index === 0 ? `${paint("Reproduce".padEnd(LABEL), "bold", page.colour)}${line}` : indented(line),
    ),
  ];
}

/** Where to go after a run on the reference mesh. */
function realRunLines(page: Page, report: ConformanceReport): readonly string[] {
  if (noticeOf(report) === undefined) return [];
  return ["", ...wrap(`To judge a mesh (needs ${realRun.needs}):`, page.width, ""), `${INDENT}${realRun.command}`];
}

export function renderConsole(report: ConformanceReport, options: ConsoleOptions = {}): string {
  const page = { width: options.width ?? DEFAULT_WIDTH, colour: options.colour === true };
  const all = [
    ...verdictLines(page, report),
    ...errorLines(page, report),
    ...specLines(page, report),
    ...notPassedLines(page, report),
    ...runLines(page, report, options.files ?? []),
    ...realRunLines(page, report),
  ];
  return `${all.join("\n")}\n`;
}
