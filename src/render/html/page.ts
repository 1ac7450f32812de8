/** A page that needs nothing but itself: its policy lets the browser load nothing, and run nothing that is not known here. */
import type { RunVerdict } from "../../domain/report/verdict.ts";
import { light } from "../palette.ts";
import { runTones, sprite } from "./icons.ts";
import { pageScript } from "./script.ts";
import { pageStyle } from "./style.ts";
import { Html, html } from "./text.ts";

/** SHA-256 of the style sheet and of the program, as a content security policy writes them; a test says when they are old. */
export const styleHash = "sha256-xfmLVn4ngs8o5TulpzVSS8kGGp/alLyWk2IteEy74WQ=";
export const scriptHash = "sha256-bzeqvARprpXsPVUAyCrv+GltQ9VmKlTurb8l+6xCmdM=";

const policy = [
  "default-src 'none'",
  "img-src data:",
  `style-src '${styleHash}'`,
  `script-src '${scriptHash}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

function favicon(verdict: RunVerdict): string {
  const colour = light[runTones[verdict]].replace("#", "%23");
  return `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' fill='${colour}'/%3E%3C/svg%3E`;
}

export interface Page {
  readonly title: string;
  readonly verdict: RunVerdict;
  /** Target of the link that skips what is before it. */
  readonly skipTo: { readonly id: string; readonly text: string };
  readonly top: Html;
  readonly main: Html;
  readonly foot: Html;
}

export function renderPage({ title, verdict, skipTo, top, main, foot }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="${new Html(favicon(verdict))}">
<style>${new Html(pageStyle)}</style>
</head>
<body>
${sprite}
<a class="skip" href="#${skipTo.id}">${skipTo.text}</a>
<header class="top"><div>
${top}
</div></header>
<main>
${main}
</main>
<footer>
${foot}
</footer>
<script>${new Html(pageScript)}</script>
</body>
</html>
`.source;
}
