/** The matrix as Markdown: for a job's summary, a README or a page. */
import type { ConformanceMatrix, MatrixRow } from "../../domain/matrix/matrix.ts";
import { rowName } from "../../domain/matrix/place.ts";
import { needsAttention } from "../../domain/report/verdict.ts";
import { fitParts, type Part } from "../text/bounded.ts";
import { capabilityMeanings, capabilityText, specTitles } from "../text/by-spec.ts";
import { code, details, table, text } from "../text/gfm.ts";
import { count } from "../text/quantities.ts";
import { runMarks, runTitles, verdictMarks } from "../text/wording.ts";
import {
  baselineName,
  changesText,
  clusterText,
  gateText,
  headline,
  isCompared,
  meshText,
  problemTitles,
  runText,
  share,
  shortDigest,
  specOf,
  suitesDiffer,
  verdictIn,
} from "./wording.ts";

const DEFAULT_LIMIT_BYTES = 900 * 1024;
/** Named for each row; the rest is in matrix.json. */
const SHOWN = 60;

/** `1.4.7: 2 worse, 1 newly passing`. */
const baselineCell = (row: MatrixRow) =>
  row.baseline === undefined ? "none" : `${row.baseline.version}: ${changesText(row)}`;

function tableOf(matrix: ConformanceMatrix): string {
  const differ = suitesDiffer(matrix);
  const compared = isCompared(matrix);
  const head = ["Mesh", "Version", "Cluster", "Verdict", "MUST passed"];
  const specs = matrix.specs.map((spec) => specTitles[spec]);
  const rows = matrix.rows.map((row) => [
    text(meshText(row), 80),
    text(row.version, 40),
    text(clusterText(row), 60),
    `${runMarks[row.verdict]} ${runTitles[row.verdict]}${row.whole ? "" : " (partial)"}`,
    share(row),
    ...matrix.specs.map((spec) => {
      const found = specOf(row, spec);
      return found === undefined ? "not run" : `**${capabilityText(found.capability)}**<br>${share(found)}`;
    }),
    runText(row),
    ...(differ ? [code(shortDigest(row.assertions))] : []),
    ...(compared ? [text(baselineCell(row), 80)] : []),
    `${row.gate.decision === "pass" ? "🟢" : "🔴"} ${gateText(row)}`,
  ]);
  const more = ["Run", ...(differ ? ["Assertions"] : []), ...(compared ? ["Baseline"] : []), "Gate"];
  return table([...head, ...specs, ...more], rows, [4]);
}

/** Each rule that blocks, with its reason. */
function blockingPart({ rows }: ConformanceMatrix): readonly Part[] {
  const lines = rows.flatMap((row) =>
    row.gate.decision === "pass"
      ? []
      : (row.gate.rules ?? []).map(
          ({ rule, text: why }) => `- ${text(rowName(row), 200)}: **${text(rule, 40)}**: ${text(why, 600)}`,
        ),
  );
  if (lines.length === 0) return [];
  return [{ text: "### What blocks" }, ...lines.map((line): Part => ({ text: line, drop: "item", name: "a rule" }))];
}

/** What a row was compared with, what got worse and what got better. */
function comparison(row: MatrixRow): readonly Part[] {
  const { baseline } = row;
  if (baseline === undefined) return [];
  const named = (title: string, ids: readonly string[], of: (id: string) => string) => {
    if (ids.length === 0) return [];
    const more = ids.length > SHOWN ? `\n- and ${ids.length - SHOWN} more in matrix.json` : "";
    return [
      `${title}:\n\n${ids
        .slice(0, SHOWN)
        .map((id) => `- ${code(id, 120)}${of(id)}`)
        .join("\n")}${more}`,
    ];
  };
  const files = baseline.files.map(
    ({ source, sha256 }) => `${code(source, 200)} (SHA-256 ${code(shortDigest(sha256))})`,
  );
  const body = [
    `Compared with ${text(baselineName(row, baseline), 200)}: ${files.join(", ")}`,
    text(baseline.text, 600),
    ...named("Passed there and not now", baseline.ids, (id) => `: ${verdictIn(row, id)}`),
    ...named("Newly passing", baseline.newlyPassing, () => ""),
  ];
  const summary = `${rowName(row)}: compared with ${baseline.version}, ${changesText(row)}`;
  return [{ text: details(summary, body.join("\n\n")), drop: "collapsed", name: "a comparison" }];
}

function failing(row: MatrixRow): readonly Part[] {
  const open = row.results.filter(needsAttention);
  if (open.length === 0) return [];
  const lines = open
    .slice(0, SHOWN)
    .map(({ id, title, level, verdict }) => [
      `${verdictMarks[verdict]} ${verdict}`,
      code(id, 120),
      level,
      text(title, 200),
    ]);
  const more = open.length > SHOWN ? `\n\nand ${open.length - SHOWN} more in matrix.json` : "";
  const body = `${table(["Verdict", "Assertion", "Level", "Title"], lines)}${more}`;
  const summary = `${rowName(row)}: ${count(open.length, "assertion")} that failed or are unclear`;
  return [{ text: details(summary, body), drop: "collapsed", name: "what did not pass in a row" }];
}

function problemsPart({ problems }: ConformanceMatrix): readonly Part[] {
  if (problems.length === 0) return [];
  const lines = problems.map(({ kind, text: what, blocks, paths }) => {
    const files = paths.slice(0, 5).map((path) => code(path, 200));
    const more = paths.length > 5 ? ` and ${paths.length - 5} more` : "";
    return `- ${blocks ? "❌" : "⚠️"} **${problemTitles[kind]}**: ${text(what, 800)}${files.length === 0 ? "" : ` (${files.join(", ")}${more})`}`;
  });
  return [
    { text: `### Problems (${problems.length})` },
    ...lines.map((line): Part => ({ text: line, drop: "item", name: "a problem" })),
  ];
}

function sourcesPart({ reports, rows }: ConformanceMatrix): readonly Part[] {
  if (reports.length === 0) return [];
  const digests = [...new Set(rows.map(({ assertions }) => shortDigest(assertions)))].map((digest) => code(digest));
  const lines = reports.map(({ paths, sha256, shard, startedAt }) => [
    paths.map((path) => code(path, 200)).join("<br>"),
    shard ?? "",
    text(startedAt, 40),
    code(shortDigest(sha256)),
  ]);
  const body = `Assertions: ${digests.join(", ")}\n\n${table(["Report", "Shard", "Started", "SHA-256"], lines)}`;
  return [
    {
      text: details(`Made from ${count(reports.length, "report")}`, body),
      drop: "collapsed",
      name: "the list of reports",
    },
  ];
}

const LEGEND = capabilityMeanings.map(([word, meaning]) => `**${word}**: ${meaning}.`).join(" ");

/** @param limitBytes GitHub shows nothing of a summary above 1 MiB. */
export function renderMatrixMarkdown(matrix: ConformanceMatrix, limitBytes = DEFAULT_LIMIT_BYTES): string {
  const parts: readonly Part[] = [
    { text: `## SMI conformance\n\n${matrix.decision === "pass" ? "🟢" : "🔴"} ${text(headline(matrix))}` },
    ...(matrix.rows.length === 0
      ? []
      : [{ text: tableOf(matrix), drop: "section" as const, name: "the table" }, { text: LEGEND }]),
    ...blockingPart(matrix),
    ...problemsPart(matrix),
    ...matrix.rows.flatMap(comparison),
    ...matrix.rows.flatMap(failing),
    ...sourcesPart(matrix),
  ];
  const note = (left: string) => `> ✂️ Shortened. Left out: ${left}. matrix.json has all of it.`;
  return `${fitParts(parts, limitBytes - 1, note)}\n`;
}
