/** Marks of what changed since the baseline, in the picture of the matrix: a sign, a number, and what they mean. */
import type { MatrixRow } from "../../domain/matrix/matrix.ts";
import { dark, light, type Palette } from "../palette.ts";
import { changesIn } from "./changes.ts";
import { baselineName, type MatrixSpec } from "./wording.ts";

type Change = "worse" | "better" | "same";

export interface Mark {
  readonly change: Change;
  readonly text: string;
}

export interface Marked {
  readonly marks: readonly Mark[];
  /** The same in words, and what it was compared with. */
  readonly description: string;
}

/** What colour says, the sign says too. */
const signs: Readonly<Record<Change, string>> = { worse: "▼", better: "▲", same: "=" };

/** Pixels before each. */
export const MARK_GAP = 8;

/** Of a row, or of one spec of it: `▼ 2`, `▲ 1`, both or none; undefined where it has no baseline. */
export function marked(row: MatrixRow, spec?: MatrixSpec["spec"]): Marked | undefined {
  const changes = changesIn(row, spec);
  if (row.baseline === undefined || changes === undefined) return undefined;
  const counts = [["worse", changes.worse.length] as const, ["better", changes.newlyPassing.length] as const];
  const marks = counts.flatMap(([change, count]): readonly Mark[] =>
    count === 0 ? [] : [{ change, text: `${signs[change]} ${count}` }],
  );
  // Once a row is enough to say that nothing changed.
  const same: readonly Mark[] = spec === undefined ? [{ change: "same", text: signs.same }] : [];
  return {
    marks: marks.length > 0 ? marks : same,
    description: `Compared with ${baselineName(row, row.baseline)}: ${changes.summary}`,
  };
}

/** Each goes behind what is before it, wherever that ends. */
export const marksMarkup = (marks: readonly Mark[]): string =>
  marks.map(({ change, text }) => `<tspan class="${change}" dx="${MARK_GAP}">${text}</tspan>`).join("");

const LEGEND_TITLE = "Assertions since the baseline:";
const meanings: readonly (readonly [Change, string])[] = [
  ["worse", "passed in the baseline and not now"],
  ["better", "newly passing"],
  ["same", "neither"],
];

/** As it is read, for its width. */
export const legendText = [LEGEND_TITLE, ...meanings.map(([change, words]) => `  ${signs[change]} ${words}`)].join("");

export const legendMarkup = (): string =>
  LEGEND_TITLE +
  meanings.map(([change, words]) => `${marksMarkup([{ change, text: signs[change] }])} ${words}`).join("");

const coloursOf = ({ bad, good }: Palette) => `.worse{fill:${bad}}.better{fill:${good}}`;

/** By the colour scheme. */
export const markColours = { light: coloursOf(light), dark: coloursOf(dark) };
