/** The gate's decision, with every rule that was applied. */
import { allowanceText, type Gate, gateHeadline, inOrder, type MaybeGated } from "../text/gate.ts";
import { type Tone, toneIcon } from "./icons.ts";
import { type Content, code, type Html, html } from "./text.ts";

const item = (tone: Tone, content: Content) => html`<li>${toneIcon(tone)}<p>${content}</p></li>
`;

function items(gate: Gate): readonly Html[] {
  return [
    ...inOrder(gate).map(({ rule, text, held }) =>
      item(held ? "good" : "bad", html`<strong>${rule}</strong>: ${text}`),
    ),
    ...gate.allowed.map((one) =>
      item(
        one.used ? "unclear" : "none",
        html`<strong>${allowanceText(gate, one)}</strong>: ${code(one.id)} until ${one.expires}, ${one.reason}`,
      ),
    ),
    ...gate.newlyPassing.map((id) =>
      item("good", html`<strong>newly passing</strong>: ${code(id)}, which did not pass in the baseline`),
    ),
  ];
}

export function gateSection({ gate }: MaybeGated): Html | undefined {
  if (gate === undefined) return undefined;
  const { baseline, decision } = gate;
  return html`<section aria-labelledby="gate">
<div class="card ${decision === "pass" ? "pass" : "block"}"><h2 id="gate">${toneIcon(decision === "pass" ? "good" : "bad")} ${gateHeadline(gate)}</h2>
<ul class="rules">${items(gate)}</ul>
${baseline === null ? undefined : html`<p class="quiet">Compared with ${code(baseline.mesh)} ${code(baseline.version)}, ${code(baseline.source)} (SHA-256 ${code(baseline.sha256)}).</p>`}</div></section>`;
}
