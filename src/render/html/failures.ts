/** What did not pass, with what decided it: enough to act on without opening anything. */
import type { AssertionResult, ConformanceReport } from "../../domain/report/report.ts";
import { count, duration } from "../text/quantities.ts";
import { reproduceAssertion } from "../text/reproduce.ts";
import { type Finding, resultsWith } from "../text/wording.ts";
import { anchorOf, command } from "./assertions.ts";
import { backends, bounds, clauses, statement } from "./findings.ts";
import { tones, verdictIcon, verdictText } from "./icons.ts";
import { code, type Html, html, some } from "./text.ts";

/** Findings that are shown; the assertion below has all of them. */
const SHOWN = 3;

/** Those that decided: what was violated, or what kept the assertion from a verdict. */
function deciding({ verdict, findings }: AssertionResult): readonly Finding[] {
  if (verdict === "FAIL") return findings.filter((f) => f.control === undefined && f.status === "violated");
  const controls = findings.filter((f) => f.control !== undefined && f.status !== "held");
  return controls.length > 0 ? controls : findings.filter((f) => f.status !== "held");
}

function compared(finding: Finding): Html {
  return html`<div><p><strong>${statement(finding)}</strong> <small>phase ${finding.phase}</small></p>
<dl><dt>Expected</dt><dd>${finding.expected}</dd><dt>Observed</dt><dd>${finding.observed}${finding.sample && backends(finding.sample)}</dd>
${finding.sample && html`<dt>Sample</dt><dd class="quiet">${bounds(finding.sample)}</dd>`}</dl></div>`;
}

function failure(report: ConformanceReport, result: AssertionResult): Html {
  const shown = deciding(result);
  const anchor = anchorOf(result, report.assertions.indexOf(result));
  const allowed = report.gate?.allowed.find(({ id, used }) => used && id === result.id);
  return html`<article class="card failure"><h3>${verdictIcon(result.verdict)}<a href="#${anchor}">${result.title}</a></h3>
<p class="meta"><strong class="${tones[result.verdict]}">${verdictText(result.verdict)}</strong><span>${result.level}</span>${code(result.id, 160)}<span>${duration(result.durationMs)}</span></p>
<p class="quiet">${clauses(result)}</p>
${allowed && html`<p class="quiet">Known failure, allowed until ${allowed.expires}: ${allowed.reason}</p>`}
${shown.length === 0 ? html`<p>${result.reason}</p>` : html`<div class="compare">${shown.slice(0, SHOWN).map(compared)}</div>`}
${shown.length > SHOWN ? html`<p class="quiet">and ${shown.length - SHOWN} more, <a href="#${anchor}">in the findings</a></p>` : undefined}
${command(reproduceAssertion(report.reproduce, result.id))}</article>
`;
}

function section(
  report: ConformanceReport,
  id: string,
  title: string,
  explanation: string,
  rows: readonly AssertionResult[],
) {
  return some(
    rows,
    (list) => html`<section aria-labelledby="${id}"><h2 id="${id}">${title} (${list.length})</h2>
<p class="quiet">${explanation}</p><div class="failures">${list.map((result) => failure(report, result))}</div></section>
`,
  );
}

export function failureSections(report: ConformanceReport): readonly (Html | undefined)[] {
  const failed = resultsWith(report, "FAIL");
  const must = failed.filter(({ level }) => level === "MUST").length;
  const decides =
    must === failed.length
      ? "Each breaks a MUST of the specification."
      : `${count(must, "assertion")} at level MUST ${must === 1 ? "decides" : "decide"} the verdict; what fails below that does not.`;
  return [
    section(report, "failed", "Failed", decides, failed),
    section(
      report,
      "wrong",
      "Errors",
      "The infrastructure failed here, so nothing is known about the mesh.",
      resultsWith(report, "ERROR"),
    ),
    section(
      report,
      "unclear",
      "Inconclusive",
      "A control did not hold, or the measurement was inconclusive: neither a pass nor a failure.",
      resultsWith(report, "INCONCLUSIVE"),
    ),
  ];
}
