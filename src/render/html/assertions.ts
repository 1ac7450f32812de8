/** Every assertion by specification, each to be opened, and the filter. */
import { levels } from "../../domain/assertion/assertion.ts";
import { isFlaky } from "../../domain/report/repeat.ts";
import type { AssertionResult, ConformanceReport } from "../../domain/report/report.ts";
import { type Verdict, verdicts } from "../../domain/report/verdict.ts";
import { type SpecSummary, specSummaries, summaryText } from "../text/by-spec.ts";
import { oneLine } from "../text/plain.ts";
import { duration } from "../text/quantities.ts";
import { reproduceAssertion } from "../text/reproduce.ts";
import { slowest } from "../text/wording.ts";
import { changeTable, clauses, findingTable, inForceText } from "./findings.ts";
import { tones, verdictIcon, verdictText } from "./icons.ts";
import { type Content, code, fileLink, type Html, html, joined, some, table } from "./text.ts";
import { capabilityTag, countList } from "./verdict.ts";

/** What failed comes first, what says nothing about the mesh last. */
const order: readonly Verdict[] = ["FAIL", "ERROR", "INCONCLUSIVE", "OBSERVED", "PASS", "NOT_APPLICABLE"];

/** Its name in the page's address: the id itself where that can be one, else its place. */
export function anchorOf(result: AssertionResult, at: number): string {
  return /^[a-z0-9-]{1,80}\/[a-z0-9-]{1,80}$/.test(result.id) ? result.id : `row-${at + 1}`;
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
      html`<div><h4>${list.length} runs${isFlaky({ runs: list }) ? ", which disagree: the worst counts" : ""}</h4>${table(
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

function facts(result: AssertionResult): Html {
  const versions = Object.entries(result.versions).map(([spec, version]) => `${spec} ${version}`);
  const firstAttempt =
    result.parallelAttempt === undefined
      ? undefined
      : html`<p class="quiet">Run again in isolation: in parallel with other assertions it was ${verdictText(result.parallelAttempt.verdict)} (${result.parallelAttempt.reason}).</p>`;
  const meta: readonly Content[] = [
    versions.length === 0 ? undefined : html`<span>${versions.join(", ")}</span>`,
    result.cell === undefined ? undefined : html`<span>test cell ${code(result.cell, 80)}</span>`,
    result.replaces.length === 0 ? undefined : html`<span>replaces ${result.replaces.join(", ")}</span>`,
  ];
  return html`<div><p>${result.reason}</p><p class="quiet">${clauses(result)}</p><p class="meta">${meta}</p>${firstAttempt}</div>`;
}

function body(report: ConformanceReport, result: AssertionResult): Html {
  return html`<div class="body">${facts(result)}${runsOf(result)}
${some(result.findings, (list) => html`<div><h4>Findings</h4>${findingTable(list)}</div>`)}
${some(result.propagation, (list) => html`<div><h4>Propagation</h4>${changeTable(list)}</div>`)}
${some(result.evidence, (list) => html`<div><h4>Evidence, beside this page</h4><ul class="files">${list.map((path) => html`<li>${fileLink(path)}</li>`)}</ul></div>`)}
${result.verdict === "PASS" || result.verdict === "NOT_APPLICABLE" ? undefined : html`<div><h4>Reproduce</h4>${command(reproduceAssertion(report.reproduce, result.id))}</div>`}</div>`;
}

function detailsOf(report: ConformanceReport, result: AssertionResult, anchor: string): Html {
  const change = slowest(result);
  return html`<details class="row" id="${anchor}" data-verdict="${result.verdict}" data-spec="${result.spec}" data-level="${result.level}"><summary>
<span class="state ${tones[result.verdict]}">${verdictIcon(result.verdict)} ${verdictText(result.verdict)}</span>
<span class="title"><span class="name">${result.title}</span><span class="id">${code(result.id, 160)}</span></span>
<span class="level"><span class="unseen">Level </span>${result.level}</span>
<span class="time force">${change === undefined ? undefined : html`<span class="unseen">In force after </span>${inForceText(change)}`}</span>
<span class="time took"><span class="unseen">Took </span>${duration(result.durationMs)}</span></summary>
${body(report, result)}</details>
`;
}

function group(report: ConformanceReport, summary: SpecSummary): Html {
  const own = report.assertions
    .map((result, at) => ({ result, anchor: anchorOf(result, at) }))
    .filter(({ result }) => result.spec === summary.spec)
    .toSorted(
      ({ result: x }, { result: y }) =>
        order.indexOf(x.verdict) - order.indexOf(y.verdict) || levels.indexOf(x.level) - levels.indexOf(y.level),
    );
  return html`<section class="group" id="${summary.spec}" aria-labelledby="of-${summary.spec}"><header><h3 id="of-${summary.spec}">${summary.title}</h3>
${capabilityTag(summary.capability)}<span class="quiet">${summaryText(summary)}</span>${countList(summary.counts)}</header>
<div class="rows"><div class="heads" aria-hidden="true"><span>Verdict</span><span>Assertion</span><span>Level</span><span>In force after</span><span>Took</span></div>
${own.map(({ result, anchor }) => detailsOf(report, result, anchor))}</div></section>
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
    key: (result: AssertionResult) => string,
    content: (value: T) => Content,
  ) =>
    values
      .map((value) => ({
        value,
        content: content(value),
        n: assertions.filter((result) => key(result) === value).length,
      }))
      .filter(({ n }) => n > 0);
  return html`<form id="filter" class="filter card" role="search" aria-label="Filter the assertions" hidden>
<div class="search"><label class="unseen" for="words">Search in titles, ids and findings</label><input type="search" id="words" placeholder="Search in titles, ids and findings ( / )" autocomplete="off"><button type="reset">Clear</button><button type="button" id="open">Open or close all</button></div>
${chips(
  "Verdict",
  of(
    verdicts,
    (result) => result.verdict,
    (verdict) => [html`<span class="${tones[verdict]}">${verdictIcon(verdict)}</span>`, verdictText(verdict)],
  ),
)}
${chips(
  "Spec",
  of(
    specs.map(({ spec }) => spec),
    (result) => result.spec,
    (spec) => spec,
  ),
)}
${chips(
  "Level",
  of(
    levels,
    (result) => result.level,
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
${filter(report)}<p id="none" class="card" hidden>No assertion matches the filter.</p>
${specSummaries(report).map((summary) => group(report, summary))}</section>`,
  );
}
