/** HTML that is put together from values: what is put in is text, unless this module made it. */
import { clip, oneLine } from "../text/plain.ts";

/** Markup of our own. */
export class Html {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

export type Content = string | number | Html | undefined | readonly Content[];

const references: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/** Characters of one value that are shown; the JSON report has all of it. */
const LONGEST = 4000;

/** For text and for quoted attributes: nothing in it is markup, and nothing in it is a control or direction character. */
export function escaped(value: string): string {
  return clip(value.toWellFormed(), LONGEST)
    .replace(/\r\n?/g, "\n")
    .replaceAll("\t", "  ")
    .replace(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\uFFFE\uFFFF]/gu, "\uFFFD")
    .replace(/[&<>"'`]/g, (character) => references[character] ?? "");
}

function sourceOf(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Html) return content.source;
  if (Array.isArray(content)) return content.map(sourceOf).join("");
  return escaped(String(content));
}

/** The template is markup; attributes in it are in double quotes. */
export function html(template: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(template.map((part, at) => `${part}${sourceOf(values[at])}`).join(""));
}

/** Nothing, or what `make` makes of a list that has something in it. */
export function some<T>(list: readonly T[], make: (list: readonly T[]) => Html): Html | undefined {
  return list.length === 0 ? undefined : make(list);
}

export const joined = (items: readonly Content[], between: Content): Content =>
  items.flatMap((item, at) => (at === 0 ? [item] : [between, item]));

export function code(value: string, max = 300): Html {
  const line = oneLine(value, max);
  return line === "" ? html`–` : html`<code>${line}</code>`;
}

/** Leaves the page, where the address is one of the web; else it is text. */
export function link(url: string | undefined, text: Content): Content {
  return url !== undefined && /^https?:\/\/[^\s<>"'`\\]+$/.test(url)
    ? html`<a href="${url}" rel="noopener noreferrer">${text}</a>`
    : text;
}

/** A file beside the report; only a plain path below its folder becomes a link. */
export function fileLink(path: string): Html {
  const plain = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w@+=.-]+(?:\/[\w@+=.-]+)*$/.test(path);
  return plain ? html`<a href="${path}">${code(path)}</a>` : code(path);
}

export interface Column {
  readonly title: string;
  readonly numeric?: true;
}

/** On a narrow screen each row is a block, in which the cells are named by their columns. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Content[])[]): Html {
  const kind = (column: Column | undefined) => (column?.numeric === true ? html` class="num"` : undefined);
  return html`<table class="stack"><caption class="unseen">${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col"${kind(column)}>${column.title}</th>`)}</tr></thead>
<tbody>${rows.map(
    (cells) =>
      html`<tr>${cells.map((cell, at) => html`<td data-label="${columns[at]?.title ?? ""}"${kind(columns[at])}><div>${cell}</div></td>`)}</tr>
`,
  )}</tbody></table>`;
}
