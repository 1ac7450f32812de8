/** The matrix as one picture: self-contained, light and dark, with the text of each cell as text. */
import type { ConformanceMatrix, MatrixRow } from "../domain/matrix.ts";
import { rowName } from "../domain/matrix-merge.ts";
import { markup } from "./matrix-markup.ts";
import {
  capabilityText,
  clusterText,
  gateText,
  headline,
  type MatrixSpec,
  meshText,
  share,
  shortDigest,
  specOf,
  specTitles,
  suitesDiffer,
} from "./matrix-wording.ts";
import { clip } from "./plain.ts";
import { runTitles } from "./wording.ts";

type Tone = "good" | "part" | "bad" | "unclear" | "plain";

interface Cell {
  readonly lines: readonly string[];
  readonly tone: Tone;
}

const PADDING = 12;
const ROW_HEIGHT = 48;
const HEAD_HEIGHT = 36;
const TITLE_HEIGHT = 58;
const CELL_CHARACTERS = 34;

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

function cellsOf(row: MatrixRow, matrix: ConformanceMatrix): readonly Cell[] {
  return [
    plain(meshText(row), row.version),
    plain(clusterText(row), ...(suitesDiffer(matrix) ? [`assertions ${shortDigest(row.assertions)}`] : [])),
    {
      lines: [runTitles[row.verdict], row.whole ? share(row) : `${share(row)}, partial`],
      tone: verdictTones[row.verdict],
    },
    ...matrix.specs.map((spec): Cell => {
      const found = specOf(row, spec);
      if (found === undefined) return { lines: ["not run"], tone: "unclear" };
      return { lines: [capabilityText(found), share(found)], tone: capabilityTones[found.capability] };
    }),
    { lines: [gateText(row)], tone: row.gate.decision === "pass" ? "good" : "bad" },
  ];
}

function cellMarkup({ lines, tone }: Cell, x: number, y: number, width: number): string {
  const shown = lines.map((line) => clip(line, CELL_CHARACTERS));
  const first = shown.length === 1 ? y + ROW_HEIGHT / 2 + 5 : y + 20;
  const box =
    tone === "plain"
      ? ""
      : `<rect class="${tone}" x="${x + 3}" y="${y + 3}" width="${width - 6}" height="${ROW_HEIGHT - 6}" rx="4"/>`;
  const texts = shown.map(
    (line, n) =>
      `<text class="${n === 0 ? "main" : "more"}" x="${x + PADDING}" y="${first + 18 * n}">${markup(line)}</text>`,
  );
  return box + texts.join("");
}

const STYLE = [
  "text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;fill:#1f2328}",
  ".title{font-size:17px;font-weight:600}.head,.more{fill:#59636e}.head{font-weight:600}.main{font-weight:600}",
  ".page{fill:#fff}.line{stroke:#d1d9e0}",
  ".good{fill:#dafbe1}.part{fill:#fff8c5}.bad{fill:#ffebe9}.unclear{fill:#eff2f5}",
  "@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.head,.more{fill:#9198a1}.page{fill:#0d1117}.line{stroke:#3d444d}",
  ".good{fill:#12361e}.part{fill:#3b2f09}.bad{fill:#4c1a1b}.unclear{fill:#262c36}}",
].join("");

export function renderMatrixSvg(matrix: ConformanceMatrix): string {
  const head = ["Mesh", "Cluster", "Verdict, MUST passed", ...matrix.specs.map((spec) => specTitles[spec]), "Gate"];
  const rows = matrix.rows.map((row) => cellsOf(row, matrix));
  const widths = head.map((title, column) =>
    Math.ceil(
      2 * PADDING +
        Math.max(
          ...[title, ...rows.flatMap((cells) => cells[column]?.lines ?? [])].map((line) =>
            widthOf(clip(line, CELL_CHARACTERS)),
          ),
        ),
    ),
  );
  const lefts = widths.map((_, column) => PADDING + widths.slice(0, column).reduce((sum, width) => sum + width, 0));
  const inner = Math.max(
    widths.reduce((sum, width) => sum + width, 0),
    Math.ceil(widthOf(headline(matrix)) + PADDING),
  );
  const width = inner + 2 * PADDING;
  const top = TITLE_HEIGHT + HEAD_HEIGHT;
  const height = top + rows.length * ROW_HEIGHT + PADDING;
  const heads = head.map(
    (title, column) =>
      `<text class="head" x="${(lefts[column] ?? 0) + PADDING}" y="${TITLE_HEIGHT + 24}">${markup(title)}</text>`,
  );
  const body = rows.map((cells, n) => {
    const y = top + n * ROW_HEIGHT;
    const line = `<line class="line" x1="${PADDING}" x2="${width - PADDING}" y1="${y}" y2="${y}"/>`;
    return line + cells.map((cell, column) => cellMarkup(cell, lefts[column] ?? 0, y, widths[column] ?? 0)).join("");
  });
  const told = matrix.rows.map((row) => `${rowName(row)}: ${runTitles[row.verdict]}, ${share(row)}`).join("; ");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">SMI conformance matrix</title>`,
    `<desc id="desc">${markup(`${headline(matrix)} ${told}`, 4000)}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    `<text class="title" x="${PADDING * 2}" y="26">SMI conformance</text>`,
    `<text class="more" x="${PADDING * 2}" y="47">${markup(headline(matrix))}</text>`,
    ...heads,
    ...body,
    "</svg>",
    "",
  ].join("\n");
}
