/** The matrix as one picture: self-contained, light and dark, with the text of each cell as text. */
import type { ConformanceMatrix, MatrixRow } from "../../domain/matrix/matrix.ts";
import { rowName } from "../../domain/matrix/place.ts";
import { capabilityText, specTitles } from "../text/by-spec.ts";
import { clip } from "../text/plain.ts";
import { runTitles } from "../text/wording.ts";
import { markup } from "./markup.ts";
import { legendMarkup, legendText, MARK_GAP, type Marked, markColours, marked, marksMarkup } from "./svg-marks.ts";
import {
  changesText,
  clusterText,
  gateText,
  headline,
  isCompared,
  type MatrixSpec,
  meshText,
  share,
  shortDigest,
  specOf,
  suitesDiffer,
} from "./wording.ts";

type Tone = "good" | "part" | "bad" | "unclear" | "plain";

interface Cell {
  readonly lines: readonly string[];
  readonly tone: Tone;
  /** Shown behind the last line; its description is of the whole cell. */
  readonly changes?: Marked | undefined;
}

const PADDING = 12;
const ROW_HEIGHT = 48;
const HEAD_HEIGHT = 36;
const TITLE_HEIGHT = 58;
const LEGEND_HEIGHT = 32;
const CELL_CHARACTERS = 40;

/** Widths of a bold 13 px sans-serif font, on the safe side: nobody measures text here. */
function widthOf(line: string): number {
  const width = (character: string) =>
    /[A-Z@%]/.test(character) ? 10.4 : /[\u0020-\u024F–…]/.test(character) ? 8.8 : 14;
  return [...line].reduce((sum, character) => sum + width(character), 0);
}

const capabilityTones: Readonly<Record<MatrixSpec["capability"], Tone>> = {
  FULL: "good",
  HALF: "part",
  NONE: "bad",
  NOT_ASSESSED: "unclear",
};

const verdictTones: Readonly<Record<MatrixRow["verdict"], Tone>> = {
  conformant: "good",
  "not-conformant": "bad",
  inconclusive: "unclear",
  error: "unclear",
};

const plain = (...lines: readonly string[]): Cell => ({ lines, tone: "plain" });

/** `1.4.8, since 1.4.7`, where any row has a baseline. */
function versionText({ version, baseline }: MatrixRow, matrix: ConformanceMatrix): string {
  if (!isCompared(matrix)) return version;
  return baseline === undefined ? `${version}, no baseline` : `${version}, since ${baseline.version}`;
}

function cellsOf(row: MatrixRow, matrix: ConformanceMatrix): readonly Cell[] {
  return [
    plain(meshText(row), versionText(row, matrix)),
    plain(clusterText(row), ...(suitesDiffer(matrix) ? [`assertions ${shortDigest(row.assertions)}`] : [])),
    {
      lines: [runTitles[row.verdict], row.whole ? share(row) : `${share(row)}, partial`],
      tone: verdictTones[row.verdict],
      changes: marked(row),
    },
    ...matrix.specs.map((spec): Cell => {
      const found = specOf(row, spec);
      const changes = marked(row, spec);
      const marks = changes?.marks ?? [];
      if (found === undefined)
        return { lines: marks.length === 0 ? ["not run"] : ["not run", "–"], tone: "unclear", changes };
      return {
        lines: [capabilityText(found.capability), share(found)],
        tone: capabilityTones[found.capability],
        changes,
      };
    }),
    { lines: [gateText(row)], tone: row.gate.decision === "pass" ? "good" : "bad" },
  ];
}

const shownLines = ({ lines }: Cell) => lines.map((line) => clip(line, CELL_CHARACTERS));

function cellWidth(cell: Cell): number {
  const lines = shownLines(cell).map(widthOf);
  const marks = (cell.changes?.marks ?? []).reduce((sum, { text }) => sum + MARK_GAP + widthOf(text), 0);
  return Math.max(...lines.slice(0, -1), (lines.at(-1) ?? 0) + marks);
}

function cellMarkup(cell: Cell, x: number, y: number, width: number): string {
  const { tone, changes } = cell;
  const marks = changes?.marks ?? [];
  const shown = shownLines(cell);
  const first = shown.length === 1 ? y + ROW_HEIGHT / 2 + 5 : y + 20;
  const box =
    tone === "plain"
      ? ""
      : `<rect class="${tone}" x="${x + 3}" y="${y + 3}" width="${width - 6}" height="${ROW_HEIGHT - 6}" rx="4"/>`;
  const texts = shown.map(
    (line, n) =>
      `<text class="${n === 0 ? "main" : "more"}" x="${x + PADDING}" y="${first + 18 * n}">${markup(line)}${n === shown.length - 1 ? marksMarkup(marks) : ""}</text>`,
  );
  const content = box + texts.join("");
  return changes === undefined ? content : `<g><title>${markup(changes.description, 400)}</title>${content}</g>`;
}

const STYLE = [
  "text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;fill:#1f2328}",
  ".title{font-size:17px;font-weight:600}.head,.more{fill:#59636e}.head{font-weight:600}.main,tspan{font-weight:600}",
  ".page{fill:#fff}.line{stroke:#d1d9e0}",
  ".good{fill:#dafbe1}.part{fill:#fff8c5}.bad{fill:#ffebe9}.unclear{fill:#eff2f5}",
  markColours.light,
  "@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.head,.more{fill:#9198a1}.page{fill:#0d1117}.line{stroke:#3d444d}",
  ".good{fill:#12361e}.part{fill:#3b2f09}.bad{fill:#4c1a1b}.unclear{fill:#262c36}",
  `${markColours.dark}}`,
].join("");

/** A row in one sentence, for who does not see the picture. */
function rowText(row: MatrixRow): string {
  const since = row.baseline === undefined ? "" : ` (since ${row.baseline.version}: ${changesText(row)})`;
  return `${rowName(row)}: ${runTitles[row.verdict]}, ${share(row)}${since}`;
}

export function renderMatrixSvg(matrix: ConformanceMatrix): string {
  const head = ["Mesh", "Cluster", "Verdict, MUST passed", ...matrix.specs.map((spec) => specTitles[spec]), "Gate"];
  const rows = matrix.rows.map((row) => cellsOf(row, matrix));
  const compared = isCompared(matrix);
  const widths = head.map((title, column) =>
    Math.ceil(
      2 * PADDING +
        Math.max(widthOf(clip(title, CELL_CHARACTERS)), ...rows.flatMap((cells) => cells[column] ?? []).map(cellWidth)),
    ),
  );
  const lefts = widths.map((_, column) => PADDING + widths.slice(0, column).reduce((sum, width) => sum + width, 0));
  const inner = Math.max(
    widths.reduce((sum, width) => sum + width, 0),
    Math.ceil(widthOf(headline(matrix)) + PADDING),
    compared ? Math.ceil(widthOf(legendText) + PADDING) : 0,
  );
  const width = inner + 2 * PADDING;
  const top = TITLE_HEIGHT + HEAD_HEIGHT;
  const bottom = top + rows.length * ROW_HEIGHT;
  const height = bottom + (compared ? LEGEND_HEIGHT : PADDING);
  const heads = head.map(
    (title, column) =>
      `<text class="head" x="${(lefts[column] ?? 0) + PADDING}" y="${TITLE_HEIGHT + 24}">${markup(title)}</text>`,
  );
  const body = rows.map((cells, n) => {
    const y = top + n * ROW_HEIGHT;
    const line = `<line class="line" x1="${PADDING}" x2="${width - PADDING}" y1="${y}" y2="${y}"/>`;
    return line + cells.map((cell, column) => cellMarkup(cell, lefts[column] ?? 0, y, widths[column] ?? 0)).join("");
  });
  const rowTexts = matrix.rows.map(rowText).join("; ");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">SMI conformance matrix</title>`,
    `<desc id="desc">${markup(`${headline(matrix)} ${rowTexts}`, 4000)}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    `<text class="title" x="${PADDING * 2}" y="26">SMI conformance</text>`,
    `<text class="more" x="${PADDING * 2}" y="47">${markup(headline(matrix))}</text>`,
    ...heads,
    ...body,
    ...(compared ? [`<text class="more" x="${PADDING * 2}" y="${bottom + 21}">${legendMarkup()}</text>`] : []),
    "</svg>",
    "",
  ].join("\n");
}
