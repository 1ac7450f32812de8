/** The matrix as a page of its own: no script, nothing fetched, a table on a wide screen and cards on a phone. */
import type { ConformanceMatrix, MatrixResult, MatrixRow } from "../../domain/matrix/matrix.ts";
import { rowName } from "../../domain/matrix/place.ts";
import { needsAttention } from "../../domain/report/verdict.ts";
import { capabilityMeanings, capabilityText, specTitles } from "../text/by-spec.ts";
import { count } from "../text/quantities.ts";
import { runTitles } from "../text/wording.ts";
import { markup } from "./markup.ts";
import { matrixStyle } from "./style.ts";
import {
  baselineName,
  changesText,
  clusterText,
  gateText,
  headline,
  isCompared,
  type MatrixSpec,
  meshText,
  problemTitles,
  runText,
  share,
  shortDigest,
  specOf,
  suitesDiffer,
  verdictIn,
} from "./wording.ts";

const capabilityClasses: Readonly<Record<MatrixSpec["capability"], string>> = {
  FULL: "good",
  HALF: "part",
  NONE: "bad",
  NOT_ASSESSED: "unclear",
};

const verdictClasses: Readonly<Record<MatrixRow["verdict"], string>> = {
  conformant: "good",
  "not-conformant": "bad",
  inconclusive: "unclear",
  error: "unclear",
};

/** A longer list is collapsed at first. */
const SHOWN = 10;

/** What colour says, the sign and the words say too. */
const signs: Readonly<Record<string, string>> = { good: "✓", part: "◐", bad: "✕", unclear: "?" };

const badge = (tone: string, words: string) =>
  `<span class="badge ${tone}"><span aria-hidden="true">${signs[tone] ?? ""}</span> ${markup(words)}</span>`;

const cell = (title: string, content: string) => `<td data-title="${markup(title)}"><div>${content}</div></td>`;

const anchorOf = (index: number) => `row-${index + 1}`;

function baselineCell(row: MatrixRow): string {
  if (row.baseline === undefined) return "none";
  const { held, version } = row.baseline;
  return `<span class="changes">${badge(held ? "good" : "bad", changesText(row))}</span> <span class="share">than ${markup(version, 40)}</span>`;
}

function tableRow(row: MatrixRow, index: number, matrix: ConformanceMatrix): string {
  const verdict = `${badge(verdictClasses[row.verdict], runTitles[row.verdict])}${row.whole ? "" : " partial"}`;
  const specs = matrix.specs.map((spec) => {
    const found = specOf(row, spec);
    const content =
      found === undefined
        ? badge("unclear", "not run")
        : `${badge(capabilityClasses[found.capability], capabilityText(found.capability))} <span class="share">${markup(share(found))}</span>`;
    return cell(specTitles[spec], content);
  });
  return [
    `<tr><th scope="row"><a href="#${anchorOf(index)}">${markup(meshText(row), 80)} <span class="version">${markup(row.version, 40)}</span></a></th>`,
    cell("Cluster", markup(clusterText(row), 80)),
    cell("Gate", badge(row.gate.decision === "pass" ? "good" : "bad", gateText(row))),
    cell("Verdict, MUST passed", `${verdict} <span class="share">${markup(share(row))}</span>`),
    ...(isCompared(matrix) ? [cell("Baseline", baselineCell(row))] : []),
    ...specs,
    cell("Run", markup(runText(row))),
    ...(suitesDiffer(matrix) ? [cell("Assertions", `<code>${markup(shortDigest(row.assertions))}</code>`)] : []),
    "</tr>",
  ].join("");
}

function tableOf(matrix: ConformanceMatrix): string {
  if (matrix.rows.length === 0) return "";
  const head = [
    "Mesh",
    "Cluster",
    "Gate",
    "Verdict, MUST passed",
    ...(isCompared(matrix) ? ["Baseline"] : []),
    ...matrix.specs.map((spec) => specTitles[spec]),
    "Run",
    ...(suitesDiffer(matrix) ? ["Assertions"] : []),
  ].map((title) => `<th scope="col">${markup(title)}</th>`);
  const rows = matrix.rows.map((row, index) => tableRow(row, index, matrix));
  return `<div class="wide" role="region" aria-label="All rows" tabindex="0"><table class="matrix"><thead><tr>${head.join("")}</tr></thead>\n<tbody>\n${rows.join("\n")}\n</tbody></table></div>`;
}

function problemList({ problems }: ConformanceMatrix): string {
  if (problems.length === 0) return "";
  const items = problems.map(({ kind, text, blocks, paths }) => {
    const files = paths.map((path) => `<code>${markup(path, 400)}</code>`).join(" ");
    return `<li>${badge(blocks ? "bad" : "unclear", problemTitles[kind])} ${markup(text, 2000)} ${files}</li>`;
  });
  return `<section><h2>Problems</h2><ul class="problems">\n${items.join("\n")}\n</ul></section>`;
}

const resultTone = ({ verdict }: MatrixResult) =>
  verdict === "PASS" ? "good" : verdict === "FAIL" ? "bad" : "unclear";

function results(rows: readonly MatrixResult[]): string {
  const body = rows.map(
    (one) =>
      `<tr><td>${badge(resultTone(one), one.verdict.replace("_", " "))}</td><td><code>${markup(one.id, 160)}</code><br>${markup(one.title, 300)}</td><td>${markup(one.level)}</td></tr>`,
  );
  return `<table class="results"><thead><tr><th scope="col">Verdict</th><th scope="col">Assertion</th><th scope="col">Level</th></tr></thead>\n<tbody>\n${body.join("\n")}\n</tbody></table>`;
}

/** The rules for which a row does not pass. */
function blockingList({ gate }: MatrixRow): string {
  const rules = gate.decision === "pass" ? [] : (gate.rules ?? []);
  if (rules.length === 0) return "";
  const items = rules.map(({ rule, text }) => `<li>${badge("bad", rule)} ${markup(text, 2000)}</li>`);
  return `<h3>What blocks</h3>\n<ul class="problems">\n${items.join("\n")}\n</ul>`;
}

/** What a row was compared with, what got worse and what got better. */
function comparison(row: MatrixRow): string {
  const { baseline } = row;
  if (baseline === undefined) return "";
  const list = (title: string, ids: readonly string[], of: (id: string) => string) =>
    ids.length === 0
      ? ""
      : `<details${ids.length <= SHOWN ? " open" : ""}><summary>${title} (${ids.length})</summary>\n<ul class="problems">\n${ids.map((id) => `<li>${of(id)}<code>${markup(id, 160)}</code></li>`).join("\n")}\n</ul></details>`;
  const files = baseline.files.map(
    ({ source, sha256 }) => `<code>${markup(source, 400)}</code> (SHA-256 <code>${markup(shortDigest(sha256))}</code>)`,
  );
  return [
    "<h3>Compared with a baseline</h3>",
    `<p>${markup(baselineName(row, baseline), 200)}: ${files.join(", ")}</p>`,
    // What did not hold is shown above, where it blocks.
    baseline.held ? `<p>${badge("good", "no regression")} ${markup(baseline.text, 2000)}</p>` : "",
    list("Passed there and not now", baseline.ids, (id) => {
      const now = verdictIn(row, id);
      return `${badge(now === "FAIL" ? "bad" : "unclear", now)} `;
    }),
    list("Newly passing", baseline.newlyPassing, () => ""),
  ]
    .filter((line) => line !== "")
    .join("\n");
}

function rowSection(row: MatrixRow, index: number, pathsOf: ReadonlyMap<string, readonly string[]>): string {
  const broken = row.results.filter(needsAttention);
  const others = row.results.filter((one) => !broken.includes(one));
  const passed =
    row.must.applicable === 0 ? "No MUST assertion applies." : `${share(row)} of the applicable MUST assertions pass.`;
  const files = row.reports.flatMap((sha256) => pathsOf.get(sha256) ?? [sha256]);
  return [
    `<section id="${anchorOf(index)}"><h2>${markup(rowName(row), 200)}</h2>`,
    `<p>${badge(verdictClasses[row.verdict], runTitles[row.verdict])} ${markup(passed)} ${count(row.results.length, "assertion")} run, suite ${markup(row.suiteVersions.join(", "), 100)}, assertions <code>${markup(shortDigest(row.assertions))}</code>.</p>`,
    blockingList(row),
    comparison(row),
    broken.length === 0 ? "" : `<h3>Failed or unclear (${broken.length})</h3>\n${results(broken)}`,
    others.length === 0
      ? ""
      : `<details><summary>${broken.length === 0 ? "What was run" : "What else was run"} (${others.length})</summary>\n${results(others)}</details>`,
    `<p class="files">${count(files.length, "report")}: ${files.map((path) => `<code>${markup(path, 400)}</code>`).join(" ")}</p>`,
    "</section>",
  ]
    .filter((line) => line !== "")
    .join("\n");
}

export function renderMatrixHtml(matrix: ConformanceMatrix): string {
  const pathsOf = new Map(matrix.reports.map(({ sha256, paths }) => [sha256, paths]));
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    "<title>SMI conformance matrix</title>",
    `<style>${matrixStyle}</style>`,
    "</head>",
    "<body><main>",
    "<h1>SMI conformance</h1>",
    `<p class="lead">${badge(matrix.decision === "pass" ? "good" : "bad", headline(matrix))}</p>`,
    tableOf(matrix),
    `<p class="legend">${capabilityMeanings.map(([word, meaning]) => `<b>${word}</b>: ${meaning}.`).join(" ")}</p>`,
    problemList(matrix),
    ...matrix.rows.map((row, index) => rowSection(row, index, pathsOf)),
    "</main></body>",
    "</html>",
    "",
  ]
    .filter((line, index, lines) => line !== "" || index === lines.length - 1)
    .join("\n");
}
