/** The head of the page: the verdict, what ended the run, and the result by specification. */
import type { ConformanceReport } from "../../domain/report/report.ts";
import { type Counts, type Verdict, verdicts } from "../../domain/report/verdict.ts";
import { capabilityMeanings, capabilityText, meshName, type SpecSummary, specSummaries } from "../text/by-spec.ts";
import { count, duration, percent } from "../text/quantities.ts";
import { noticeOf, realRun } from "../text/reference-notice.ts";
import { exitMeaning, missing, runTitles, score, shownVerdicts } from "../text/wording.ts";
import { cautionIcon, runIcon, runTones, type Tone, tones, verdictIcon, verdictText } from "./icons.ts";
import { type Content, code, type Html, html, link, some, table } from "./text.ts";

const time = (stamp: string) =>
  html`<time datetime="${stamp}">${stamp.replace("T", " ").replace(/(?:\.\d+)?Z$/, " UTC")}</time>`;

function fact(name: string, value: Content): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function where({ cluster }: ConformanceReport): string {
  const kubernetes = cluster.kubernetes === null ? "" : `, Kubernetes ${cluster.kubernetes}`;
  return `${cluster.provider}${kubernetes}`;
}

export function topOf(report: ConformanceReport): Html {
  const { mesh, suite, runner } = report;
  const notice = noticeOf(report);
  const few = missing(report);
  const parts = [
    ...(suite.shard === undefined ? [] : [`shard ${suite.shard.index} of ${suite.shard.of}`]),
    ...(suite.repeat === undefined || suite.repeat === 1 ? [] : [`each ${suite.repeat} times`]),
  ];
  return html`<p class="eyebrow">Service Mesh Interface conformance</p>
<h1>${meshName(report)}</h1>
<p class="verdict ${runTones[report.verdict]}">${runIcon(report.verdict)} ${runTitles[report.verdict]}</p>
<p class="lead">It ${score(report)}. ${exitMeaning(report)}</p>
<p class="quiet">${report.reason}</p>
${few === undefined ? undefined : html`<p class="unclear">${cautionIcon} ${few}</p>`}
<dl class="facts">
${fact("Requested", mesh.versionAsked)}
${fact("Running", mesh.versionFound ?? "unknown")}
${fact("Cluster", where(report))}
${fact("Assertions", [count(report.assertions.length, "result"), ...parts].join(", "))}
${fact("Took", duration(report.durationMs))}
${fact("Started", time(report.startedAt))}
${runner.workflow === null ? undefined : fact("Workflow", link(runner.workflow, "the run that produced this report"))}
</dl>
${notice === undefined ? undefined : html`<div class="card warn notice"><p>${cautionIcon} ${notice}</p><p class="quiet">To judge a mesh: ${code(realRun.command)} (needs ${realRun.needs}).</p></div>`}`;
}

export function errorSection({ error }: ConformanceReport): Html | undefined {
  if (error === undefined) return undefined;
  return html`<section aria-labelledby="error"><h2 id="error">The run ended early</h2>
<div class="card block"><p>In phase <strong>${error.phase}</strong> (${code(error.code)})</p>
<pre>${error.message}</pre><p><strong>What to do:</strong> ${error.next}</p></div></section>`;
}

/** Lengths of the parts, without a style attribute: the policy of the page allows none. */
export function bar(counts: Counts): Html {
  const total = verdicts.reduce((sum, verdict) => sum + counts[verdict], 0);
  let at = 0;
  const parts = verdicts.flatMap((verdict) => {
    if (counts[verdict] === 0) return [];
    const width = (100 * counts[verdict]) / total;
    at += width;
    return [
      html`<rect class="${tones[verdict]}" x="${(at - width).toFixed(2)}" width="${Math.max(0, width - 0.6).toFixed(2)}" height="8"/>`,
    ];
  });
  return html`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>`;
}

export function countList(counts: Counts): Html {
  const there = verdicts.filter((verdict) => counts[verdict] > 0);
  return html`<ul class="counts">${there.map((verdict: Verdict) => html`<li>${verdictIcon(verdict)} ${counts[verdict]} ${verdictText(verdict)}</li>`)}</ul>`;
}

export const capabilityTones: Readonly<Record<SpecSummary["capability"], Tone>> = {
  FULL: "good",
  HALF: "unclear",
  NONE: "bad",
  NOT_ASSESSED: "none",
};

export const capabilityTag = (capability: SpecSummary["capability"]) =>
  html`<span class="tag ${capabilityTones[capability]}">${capabilityText(capability)}</span>`;

function cell(one: SpecSummary): Html {
  const share = one.percentage === null ? html`–` : html`${percent(one.percentage)}`;
  const of = one.applicable === 0 ? "no MUST applies" : `${one.passed} of ${one.applicable} MUST`;
  return html`<div class="card cell"><h3><a href="#${one.spec}">${one.title}</a></h3>
<p class="share">${share} <small>${of}</small></p><p>${capabilityTag(one.capability)}</p>${bar(one.counts)}${countList(one.counts)}</div>
`;
}

const CAPABILITIES = capabilityMeanings.map(([word, meaning]) => `${word}: ${meaning}.`).join(" ");

function levels(report: ConformanceReport): Html {
  const shown = shownVerdicts(report);
  const rows = report.specs.flatMap(({ spec, byLevel }) =>
    Object.entries(byLevel)
      .filter(([, counts]) => Object.values(counts).some((n) => n > 0))
      .map(([level, counts]) => [spec, level, ...shown.map((verdict) => counts[verdict])]),
  );
  const columns = [
    { title: "Spec" },
    { title: "Level" },
    ...shown.map((v) => ({ title: verdictText(v), numeric: true as const })),
  ];
  return html`<details class="more"><summary>Counts by level, and what the capabilities mean</summary><p class="quiet">${CAPABILITIES}</p>${table("Assertions by spec, level and verdict", columns, rows)}</details>`;
}

export function matrixSection(report: ConformanceReport): Html | undefined {
  return some(
    specSummaries(report),
    (cells) => html`<section aria-labelledby="matrix"><h2 id="matrix">${meshName(report)} by specification</h2>
<div class="matrix">${cells.map(cell)}</div>${levels(report)}</section>`,
  );
}
