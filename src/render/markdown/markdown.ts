/** The job summary: the verdict first, then what decided it, then what there is to look up. */
import { meshVersion } from "../../domain/report/mesh-version.ts";
import type { ConformanceReport } from "../../domain/report/report.ts";
import type { Counts } from "../../domain/report/verdict.ts";
import { fitParts, type Part } from "../text/bounded.ts";
import { capabilityMeanings, capabilityText, specSummaries, summaryText } from "../text/by-spec.ts";
import { code, details, table, text } from "../text/gfm.ts";
import { percent } from "../text/quantities.ts";
import { noticeOf, realRun } from "../text/reference-notice.ts";
import { exitMeaning, missing, runMarks, runTitles, score, shownVerdicts, verdictMarks } from "../text/wording.ts";
import { gateMarkdown } from "./gate.ts";
import { lookupParts } from "./lookup.ts";
import { failedParts, inconclusiveParts } from "./results.ts";
import { errorParts, runParts } from "./run.ts";

export interface MarkdownOptions {
  /** GitHub takes 1 MiB of summary for each step and shows nothing of one that is larger; the step may add its own. */
  readonly limitBytes?: number;
}

const DEFAULT_LIMIT_BYTES = 900 * 1024;

function verdictPart(report: ConformanceReport): Part {
  const { mesh } = report;
  const title = text(mesh.title, 120);
  const found = mesh.versionFound === null ? "running version unknown" : `running as ${code(mesh.versionFound, 80)}`;
  const version = text(meshVersion(report), 80);
  const few = missing(report);
  const notice = noticeOf(report);
  return {
    text: [
      `## ${runMarks[report.verdict]} ${runTitles[report.verdict]}: ${title} ${version}`,
      ...(notice === undefined
        ? []
        : [`⚠️ **${text(notice, 1000)}** To judge a mesh: ${code(realRun.command)} (needs ${realRun.needs}).`]),
      `**${title}** (requested as ${code(mesh.versionAsked, 80)}, ${found}) ${score(report)}. **${exitMeaning(report)}**`,
      text(report.reason, 1000),
      ...(few === undefined ? [] : [`⚠️ ${few}`]),
    ].join("\n\n"),
  };
}

/** As a line of the compatibility matrix has it. */
function matrixParts(report: ConformanceReport): readonly Part[] {
  const summaries = specSummaries(report);
  if (summaries.length === 0) return [];
  const { title } = report.mesh;
  const head = ["Mesh", "Version", ...summaries.map((one) => one.title)];
  const row = [
    `**${text(title, 120)}**`,
    code(meshVersion(report), 80),
    ...summaries.map((one) => `**${capabilityText(one.capability)}**<br>${summaryText(one)}`),
  ];
  return [{ text: table(head, [row]), drop: "section", name: "the row of the matrix" }];
}

function specsParts(report: ConformanceReport): readonly Part[] {
  if (report.specs.length === 0) return [];
  const shown = shownVerdicts(report);
  const counted = (counts: Counts) => shown.map((verdict) => `${counts[verdict]}`);
  const head = shown.map((verdict) => `${verdictMarks[verdict]} ${verdict.replace("_", " ")}`);
  const numeric = [2, ...shown.map((_, index) => index + 3)];
  const rows = report.specs.map((s) => [
    s.spec,
    capabilityText(s.capability),
    percent(s.percentage),
    ...counted(s.counts),
  ]);
  const total = ["**All**", "", `**${percent(report.percentage)}**`, ...counted(report.counts).map((n) => `**${n}**`)];
  const body = table(["Spec", "Capability", "MUST passed", ...head], [...rows, total], numeric);
  return [{ text: body, drop: "section", name: "the table of specs" }];
}

const CAPABILITIES = capabilityMeanings.map(([word, meaning]) => `**${word}**: ${meaning}.`).join(" ");

function levelsParts(report: ConformanceReport): readonly Part[] {
  const shown = shownVerdicts(report);
  const rows = report.specs.flatMap(({ spec, byLevel }) =>
    Object.entries(byLevel)
      .filter(([, counts]) => Object.values(counts).some((n) => n > 0))
      .map(([level, counts]) => [spec, text(level, 20), ...shown.map((verdict) => `${counts[verdict]}`)]),
  );
  if (rows.length === 0) return [];
  const body = table(
    ["Spec", "Level", ...shown.map((v) => v.replace("_", " "))],
    rows,
    shown.map((_, i) => i + 2),
  );
  const summary = "Counts by level, and what the capabilities mean";
  return [{ text: details(summary, `${CAPABILITIES}\n\n${body}`), drop: "collapsed", name: "the counts by level" }];
}

const PAGE =
  "The report folder, and the artifact made of it, has the same as a page: `report.html`, to filter, with every finding and its evidence.";

export function renderMarkdown(report: ConformanceReport, options: MarkdownOptions = {}): string {
  const limit = options.limitBytes ?? DEFAULT_LIMIT_BYTES;
  const parts = [
    verdictPart(report),
    ...(report.gate === undefined
      ? []
      : [{ text: gateMarkdown(report), drop: "section", name: "the rules of the gate" } as const]),
    ...errorParts(report),
    ...matrixParts(report),
    ...specsParts(report),
    ...levelsParts(report),
    ...failedParts(report),
    ...inconclusiveParts(report),
    ...lookupParts(report),
    ...runParts(report),
    { text: PAGE, drop: "section", name: "the note on the page" } as const,
  ];
  const note = (left: string) =>
    `> ✂️ Shortened to stay below ${Math.floor(limit / 1024)} KiB. Left out: ${left}. The files report.html and report.json have all of it.`;
  return `${fitParts(parts, limit - 1, note)}\n`;
}
