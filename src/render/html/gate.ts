/** The gate's decision, with every rule that made it. */
import type { ConformanceReport } from "../../domain/report/report.ts";
import { gateLines } from "../terminal/gate-lines.ts";
import { type Tone, toneIcon } from "./icons.ts";
import { type Content, code, type Html, html } from "./text.ts";

type Gate = NonNullable<ConformanceReport["gate"]>;

const item = (tone: Tone, content: Content) => html`<li>${toneIcon(tone)}<p>${content}</p></li>
`;

function items({ rules, allowed, newlyPassing }: Gate): readonly Html[] {
  const broken = rules.filter(({ held }) => !held);
  const held = rules.filter((rule) => rule.held);
  return [
    ...broken.map(({ rule, text }) => item("bad", html`<strong>${rule}</strong>: ${text}`)),
    ...held.map(({ rule, text }) => item("good", html`<strong>${rule}</strong>: ${text}`)),
    ...allowed.map(({ id, reason, expires, used }) =>
      item(
        used ? "unclear" : "none",
        html`<strong>${used ? "known failure" : "known failure, excuses nothing"}</strong>: ${code(id)} until ${expires}, ${reason}`,
      ),
    ),
    ...newlyPassing.map((id) =>
      item("good", html`<strong>newly passing</strong>: ${code(id)}, which did not pass in the baseline`),
    ),
  ];
}

export function gateSection(report: ConformanceReport): Html | undefined {
  const { gate } = report;
  if (gate === undefined) return undefined;
  const { baseline, decision } = gate;
  return html`<section aria-labelledby="gate">
<div class="card ${decision === "pass" ? "pass" : "block"}"><h2 id="gate">${toneIcon(decision === "pass" ? "good" : "bad")} ${gateLines(report)[0]}</h2>
<ul class="rules">${items(gate)}</ul>
${baseline === null ? undefined : html`<p class="quiet">Compared with ${code(baseline.mesh)} ${code(baseline.version)}, ${code(baseline.source)} (SHA-256 ${code(baseline.sha256)}).</p>`}</div></section>`;
}
