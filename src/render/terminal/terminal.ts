/** Lines for a terminal: wrapped, in columns, coloured on request. */
import type { RunVerdict, Verdict } from "../../domain/report/verdict.ts";
import { oneLine } from "../text/plain.ts";

const colours = { red: 31, green: 32, yellow: 33, magenta: 35, cyan: 36, dim: 2, bold: 1 } as const;
type Colour = keyof typeof colours;

const verdictColours: Readonly<Record<Verdict | RunVerdict, Colour>> = {
  PASS: "green",
  FAIL: "red",
  INCONCLUSIVE: "yellow",
  NOT_APPLICABLE: "dim",
  OBSERVED: "cyan",
  ERROR: "magenta",
  conformant: "green",
  "not-conformant": "red",
  inconclusive: "yellow",
  error: "magenta",
};

export function paint(value: string, colour: Colour, on: boolean): string {
  return on ? `\u001B[${colours[colour]}m${value}\u001B[0m` : value;
}

export function paintVerdict(value: string, verdict: Verdict | RunVerdict, on: boolean): string {
  return paint(value, verdictColours[verdict], on);
}

/** Breaks between words; a word that is longer than the line, such as a path, stays whole so that it can be copied. */
export function wrap(value: string, width: number, indent: string, first = indent, max = 1000): readonly string[] {
  const out: string[] = [];
  let line = first;
  let empty = true;
  for (const word of oneLine(value, max).split(" ")) {
    if (!empty && line.length + 1 + word.length > width) {
      out.push(line.trimEnd());
      line = indent;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...out, line.trimEnd()];
}

/** Rows below a head, the first `left` columns flush left and the others right. */
export function columns(rows: readonly (readonly string[])[], left: number, indent: string): readonly string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const pad = (cell: string, i: number) => (i < left ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0));
  return rows.map((row) => `${indent}${row.map(pad).join("  ")}`.trimEnd());
}
