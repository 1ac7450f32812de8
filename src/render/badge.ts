/** The verdict as a badge: a picture that needs nothing else, and the data from which shields.io draws one. */

import { meshVersion, withoutV } from "../domain/report/mesh-version.ts";
import type { ConformanceReport } from "../domain/report/report.ts";
import { countMust } from "../domain/report/verdict.ts";
import type { ShieldsBadge } from "./matrix/shields.ts";
import { oneLine } from "./text/plain.ts";
import { runTitles } from "./text/wording.ts";

interface BadgeText {
  readonly label: string;
  readonly message: string;
  readonly color: ShieldsBadge["color"];
}

function badgeText(report: ConformanceReport): BadgeText {
  const { mesh, verdict, percentage, assertions } = report;
  const version = withoutV(meshVersion(report));
  const { passed, applicable } = countMust(assertions);
  const judged = (verdict === "conformant" || verdict === "not-conformant") && applicable > 0;
  const color =
    verdict === "conformant"
      ? "brightgreen"
      : verdict === "not-conformant"
        ? (percentage ?? 0) >= 50
          ? "yellow"
          : "red"
        : "lightgrey";
  return {
    label: oneLine(`SMI ${mesh.title}`, 60),
    message: oneLine(`${version}: ${judged ? `${passed}/${applicable} MUST` : runTitles[verdict].toLowerCase()}`, 60),
    color,
  };
}

/** To be hosted where shields.io reaches it. Source: shields.io, endpoint badge. */
export function shieldsEndpoint(report: ConformanceReport): ShieldsBadge {
  return {
    schemaVersion: 1,
    ...badgeText(report),
    ...(report.verdict === "error" && { isError: true as const }),
  };
}

/** Each with a contrast of 4.5 to white at least. */
const colours: Readonly<Record<ShieldsBadge["color"], string>> = {
  brightgreen: "#1a7f37",
  yellow: "#9a6700",
  red: "#b3261e",
  lightgrey: "#5c6066",
};

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
/** Also what XML 1.0 does not have. */
const inert = (value: string) =>
  value.replace(/[&<>"']/g, (it) => escapes[it] ?? "").replace(/[\uFFFE\uFFFF]/g, "\uFFFD");

/** Width in pixels at 11 px Verdana, about: the text is set to it, so that it fits with any font. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text)
    width += /[\u1100-\uFFFF]|[\u{10000}-\u{10FFFF}]/u.test(character)
      ? 11
      : /[ilj.,:;'|!()/ ]/.test(character)
        ? 4.2
        : /[mwMW%@]/.test(character)
          ? 10
          : /[A-Z]/.test(character)
            ? 7.8
            : 6.7;
  return Math.ceil(width);
}

/** SVG of 20 px height. */
export function renderBadge(report: ConformanceReport): string {
  const { label, message, color } = badgeText(report);
  const pad = 6;
  const [left, right] = [widthOf(label) + 2 * pad, widthOf(message) + 2 * pad];
  const name = inert(`${label} ${message}`);
  const text = (value: string, x: number, width: number) =>
    `<text x="${x + width / 2}" y="14" textLength="${width - 2 * pad}" lengthAdjust="spacingAndGlyphs">${inert(value)}</text>`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" viewBox="0 0 ${left + right} 20" role="img" aria-label="${name}">`,
    `<title>${name}</title>`,
    // No ids: several of these may be put into one page.
    `<path fill="#3b3f45" d="M3 0H${left}V20H3A3 3 0 0 1 0 17V3A3 3 0 0 1 3 0Z"/>`,
    `<path fill="${colours[color]}" d="M${left} 0H${left + right - 3}A3 3 0 0 1 ${left + right} 3V17A3 3 0 0 1 ${left + right - 3} 20H${left}Z"/>`,
    `<g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">${text(label, 0, left)}${text(message, left, right)}</g>`,
    "</svg>",
  ].join("\n")}\n`;
}
