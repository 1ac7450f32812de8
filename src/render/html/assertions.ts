/** Every assertion by specification, each to be opened, and what filters them. */
import { levels } from "../../domain/assertion/assertion.ts";
import { isFlaky } from "../../domain/report/repeat.ts";
import type { AssertionResult, ConformanceReport } from "../../domain/report/report.ts";
import { type Verdict, verdicts } from "../../domain/report/verdict.ts";
import { oneLine } from "../text/plain.ts";
import { duration } from "../text/quantities.ts";
import { cellText, type ReportCell, reportCells } from "../text/report-row.ts";
import { reproduceRow } from "../text/reproduce.ts";
import { slowest } from "../text/wording.ts";
import { changeTable, clauses, findingTable, inForceText } from "./findings.ts";
import { tones, verdictIcon, verdictText } from "./icons.ts";
import { type Content, code, fileLink, type Html, html, joined, some, table } from "./text.ts";
import { capabilityTag, countList } from "./verdict.ts";

/** What went wrong comes first, what says nothing of the mesh last. */
const order: readonly Verdict[] = ["FAIL", "ERROR", "INCONCLUSIVE", "OBSERVED", "PASS", "NOT_APPLICABLE"];

/** Name of the row in the page's address: the id itself where that is one, else its place. */
export function anchorOf(row: AssertionResult, at: number): string {
  return /^[a-z0-9-]{1,80}\/[a-z0-9-]{1,80}$/.test(row.id) ? row.id : `row-${at + 1}`;
}

/** A line breaks between the words of a shell, and not after a hyphen within one. */
export function command(text: string): Html {
  const words = oneLine(text, 4000).split(" ");
  return html`<div class="command"><code>${joined(
    words.map((word) => html`<span>${word}</span>`),
    " ",
  )}</code></div>`;
}

function runsOf({ runs = [] }: AssertionResult): Html | undefined {
  return some(
    runs,
    (list) =>
      html`<div><h4>${list.length} runs${isFlaky({ runs: list }) ? ", which did not agree: the worst counts" : ""}</h4>${table(
        "Runs of this assertion",
        [{ title: "Run", numeric: true }, { title: "Verdict" }, { title: "Reason" }],
        list.map(({ verdict, reason }, at) => [
          at + 1,
          html`<span class="status ${tones[verdict]}">${verdictIcon(verdict)} ${verdictText(verdict)}</span>`,
          reason,
        ]),
      )}</div>`,
  );
}

function facts(row: AssertionResult): Html {
  const versions = Object.entries(row.versions).map(([spec, version]) => `${spec} ${version}`);
  const beside =
    row.parallelAttempt === undefined
      ? undefined
      : html`<p class="quiet">Run once more, alone: beside other assertions it was ${verdictText(row.parallelAttempt.verdict)} (${row.parallelAttempt.reason}).</p>`;
  const meta: readonly Content[] = [
    html`<span>Clause: ${clauses(row)}</span>`,
    versions.length === 0 ? undefined : html`<span>${versions.join(", ")}</span>`,
    row.cell === undefined ? undefined : html`<span>cell ${code(row.cell, 80)}</span>`,
    row.replaces.length === 0 ? undefined : html`<span>replaces ${row.replaces.join(", ")}</span>`,
  ];
  return html`<div><p>${row.reason}</p><p class="meta">${meta}</p>${beside}</div>`;
}

function body(report: ConformanceReport, row: AssertionResult): Html {
  return html`<div class="body">${facts(row)}${runsOf(row)}
${some(row.findings, (list) => html`<div><h4>Findings</h4>${findingTable(list)}</div>`)}
${some(row.propagation, (list) => html`<div><h4>Propagation</h4>${changeTable(list)}</div>`)}
${some(row.evidence, (list) => html`<div><h4>Evidence, beside this page</h4><ul class="files">${list.map((path) => html`<li>${fileLink(path)}</li>`)}</ul></div>`)}
${row.verdict === "PASS" || row.verdict === "NOT_APPLICABLE" ? undefined : html`<div><h4>Reproduce</h4>${command(reproduceRow(report.reproduce, row.id))}</div>`}</div>`;
}

function rowOf(report: ConformanceReport, row: AssertionResult, anchor: string): Html {
  const change = slowest(row);
  return html`<details class="row" id="${anchor}" data-verdict="${row.verdict}" data-spec="${row.spec}" data-level="${row.level}"><summary>
<span class="state ${tones[row.verdict]}">${verdictIcon(row.verdict)} ${verdictText(row.verdict)}</span>
<span class="title"><span class="name">${row.title}</span><span class="id">${code(row.id, 160)}</span></span>
<span class="level"><span class="unseen">Level </span>${row.level}</span>
<span class="time force">${change === undefined ? undefined : html`<span class="unseen">In force after </span>${inForceText(change)}`}</span>
<span class="time took"><span class="unseen">Took </span>${duration(row.durationMs)}</span></summary>
${body(report, row)}</details>
`;
}

function group(report: ConformanceReport, cell: ReportCell): Html {
  const own = report.assertions
    .map((row, at) => ({ row, anchor: anchorOf(row, at) }))
    .filter(({ row }) => row.spec === cell.spec)
    .toSorted(
      ({ row: x }, { row: y }) =>
        order.indexOf(x.verdict) - order.indexOf(y.verdict) || levels.indexOf(x.level) - levels.indexOf(y.level),
    );
  return html`<section class="group" id="${cell.spec}" aria-labelledby="of-${cell.spec}"><header><h3 id="of-${cell.spec}">${cell.title}</h3>
${capabilityTag(cell.capability)}<span class="quiet">${cellText(cell)}</span>${countList(cell.counts)}</header>
<div class="rows"><div class="heads" aria-hidden="true"><span>Verdict</span><span>Assertion</span><span>Level</span><span>In force after</span><span>Took</span></div>
${own.map(({ row, anchor }) => rowOf(report, row, anchor))}</div></section>
`;
}

function chips(
  name: string,
  options: readonly { readonly value: string; readonly content: Content; readonly n: number }[],
): Html {
  return html`<fieldset><legend>${name}</legend>${options.map(
    ({ value, content, n }) =>
      html`<label class="chip"><input type="checkbox" name="${name.toLowerCase()}" value="${value}" autocomplete="off">${content} <small>${n}</small></label>
`,
  )}</fieldset>`;
}

function filter({ assertions, specs }: ConformanceReport): Html {
  const of = <T extends string>(
    values: readonly T[],
    key: (row: AssertionResult) => string,
    content: (value: T) => Content,
  ) =>
    values
      .map((value) => ({ value, content: content(value), n: assertions.filter((row) => key(row) === value).length }))
      .filter(({ n }) => n > 0);
  return html`<form id="filter" class="filter card" role="search" aria-label="Filter the assertions" hidden>
<div class="search"><label class="unseen" for="words">Search in titles, ids and findings</label><input type="search" id="words" placeholder="Search in titles, ids and findings ( / )" autocomplete="off"><button type="reset">Clear</button><button type="button" id="open">Open or close all</button></div>
${chips(
  "Verdict",
  of(
    verdicts,
    (row) => row.verdict,
    (verdict) => [html`<span class="${tones[verdict]}">${verdictIcon(verdict)}</span>`, verdictText(verdict)],
  ),
)}
${chips(
  "Spec",
  of(
    specs.map(({ spec }) => spec),
    (row) => row.spec,
    (spec) => spec,
  ),
)}
${chips(
  "Level",
  of(
    levels,
    (row) => row.level,
    (level) => level,
  ),
)}
<p class="search"><output id="found" for="words" aria-live="polite"></output></p>
</form>`;
}

export function assertionsSection(report: ConformanceReport): Html | undefined {
  return some(
    report.assertions,
    () => html`<section aria-labelledby="assertions"><h2 id="assertions" tabindex="-1">All assertions</h2>
${filter(report)}<p id="none" class="card" hidden>No assertion fits the filter.</p>
${reportCells(report).map((cell) => group(report, cell))}</section>`,
  );
}
