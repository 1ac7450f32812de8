/** Icons beside the words of a verdict, which colour alone never conveys. Drawn once, and used by reference. */
import type { RunVerdict, Verdict } from "../../domain/report/verdict.ts";
import type { Finding } from "../text/wording.ts";
import { Html, html } from "./text.ts";

/** Tones that the style knows. */
export type Tone = "good" | "bad" | "unclear" | "seen" | "none";

const shapes: Readonly<Record<Tone | "broken", string>> = {
  good: '<path d="m4.4 8.3 2.4 2.4 4.8-5.2"/>',
  bad: '<path d="m5.2 5.2 5.6 5.6m0-5.6-5.6 5.6"/>',
  unclear: '<path d="M6 6.3a2 2 0 1 1 2.9 1.8c-.6.3-.9.6-.9 1.3"/><path d="M8 11.6v.01"/>',
  seen: '<path d="M3.9 8S5.4 5.4 8 5.4 12.1 8 12.1 8 10.6 10.6 8 10.6 3.9 8 3.9 8Z"/><path d="M8 8v.01"/>',
  none: '<path d="M5 8h6"/>',
  broken: '<path d="M8 4.4v4.2"/><path d="M8 11.4v.01"/>',
};

export const tones: Readonly<Record<Verdict, Tone>> = {
  PASS: "good",
  FAIL: "bad",
  INCONCLUSIVE: "unclear",
  NOT_APPLICABLE: "none",
  OBSERVED: "seen",
  ERROR: "bad",
};

export const runTones: Readonly<Record<RunVerdict, Tone>> = {
  conformant: "good",
  "not-conformant": "bad",
  inconclusive: "unclear",
  error: "bad",
};

export const statusTones: Readonly<Record<Finding["status"], Tone>> = {
  held: "good",
  violated: "bad",
  unknown: "unclear",
};

/** To be put into the page once. */
export const sprite = html`<svg class="unseen" aria-hidden="true" width="0" height="0">${Object.entries(shapes).map(
  ([name, shape]) =>
    html`<symbol id="icon-${name}" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" class="disc"/><g class="glyph">${new Html(shape)}</g></symbol>`,
)}</svg>`;

const icon = (shape: keyof typeof shapes, tone: Tone) =>
  html`<svg class="icon ${tone}" aria-hidden="true"><use href="#icon-${shape}"/></svg>`;

/** For what a reader has to know first. */
export const cautionIcon: Html = icon("broken", "unclear");

export const toneIcon = (tone: Tone): Html => icon(tone, tone);

export const verdictIcon = (verdict: Verdict): Html =>
  icon(verdict === "ERROR" ? "broken" : tones[verdict], tones[verdict]);

export const runIcon = (verdict: RunVerdict): Html =>
  icon(verdict === "error" ? "broken" : runTones[verdict], runTones[verdict]);

export const verdictText = (verdict: Verdict | "NOT_RUN"): string => verdict.replace("_", " ");
