/**
 * GitHub-flavoured Markdown. Text is made inert by character references, which stand for themselves in prose, in tables
 * and in HTML alike; a backslash would not in all three.
 */
import { lines, oneLine } from "./plain.ts";

const reference = (character: string) => `&#${character.charCodeAt(0)};`;

const named: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Prose: nothing in it is markup, a table's border, a formula, a link or the start of a list. */
export function text(value: string, max?: number): string {
  return oneLine(value, max)
    .replace(/[&<>`|*_[\]\\~#$]/g, (character) => named[character] ?? reference(character))
    .replace(/:(?=\/\/)/g, reference)
    .replace(/(?<=www)\./gi, reference)
    .replace(/^(?:[-+](?=[\s-]|$)|\d{1,9}[.)](?=\s|$))/, (marker) => marker.slice(0, -1) + reference(marker.slice(-1)));
}

/** A code span; as HTML where a character could end the span or the table cell. */
export function code(value: string, max?: number): string {
  const line = oneLine(value, max);
  if (line === "") return "–";
  return /[`|\\<&]/.test(line) ? `<code>${text(line)}</code>` : `\`${line}\``;
}

/** A table row's cells are Markdown already. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly number[] = [],
): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [row(head), row(head.map((_, i) => (numeric.includes(i) ? "--:" : "---"))), ...rows.map(row)].join("\n");
}

/** `summary` is shown as it is; the body is Markdown, and needs the blank lines to be read as such. */
export function details(summary: string, body: string): string {
  return `<details><summary>${text(summary)}</summary>\n\n${body}\n\n</details>`;
}

/** A block that a reader copies from; its fence is longer than any inside. */
export function fence(value: string, language = ""): string {
  const body = lines(value).join("\n");
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = "`".repeat(longest + 1);
  return `${mark}${language}\n${body}\n${mark}`;
}
