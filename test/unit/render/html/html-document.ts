/** A strict reader of the HTML that we write: throws on what a browser would have to guess at. */

export interface HtmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (HtmlElement | string)[];
}

const empty = new Set(["meta", "link", "input", "br", "path", "circle", "rect", "line", "use"]);
const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

function unescaped(raw: string): string {
  if (/[<>]/.test(raw) || /&(?!(?:amp|lt|gt|quot|#\d+);)/.test(raw))
    throw new SyntaxError(`bare markup in ${JSON.stringify(raw)}`);
  return raw.replace(/&(#?)(\w+);/g, (_, numeric: string, name: string) =>
    numeric === "#" ? String.fromCodePoint(Number(name)) : (named[name] ?? ""),
  );
}

function attributesOf(raw: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  const rest = raw.replace(/\s+([A-Za-z][\w-]*)(?:="([^"]*)")?(?=\s|\/|$)/g, (_, name: string, value = "") => {
    if (name in attributes) throw new SyntaxError(`attribute ${name} twice`);
    attributes[name] = unescaped(value);
    return "";
  });
  if (!["", "/"].includes(rest.trim())) throw new SyntaxError(`not attributes: ${JSON.stringify(rest)}`);
  return attributes;
}

export function parseHtml(document: string): HtmlElement {
  const doctype = "<!doctype html>\n";
  if (!document.startsWith(doctype)) throw new SyntaxError("no doctype");
  const top: HtmlElement = { name: "", attributes: {}, children: [] };
  const open = [top];
  let at = doctype.length;
  while (at < document.length) {
    const current = open.at(-1) ?? top;
    const next = document.indexOf("<", at);
    const text = document.slice(at, next === -1 ? document.length : next);
    if (text !== "") current.children.push(unescaped(text));
    if (next === -1) break;
    const [tag, closing, name, raw] =
      /^<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:"[^"]*"|[^">])*)>/.exec(document.slice(next)) ?? [];
    if (tag === undefined || name === undefined) throw new SyntaxError(`not a tag: ${document.slice(next, next + 60)}`);
    at = next + tag.length;
    if (closing === "/") {
      if (open.pop()?.name !== name) throw new SyntaxError(`</${name}> closes nothing`);
      continue;
    }
    const element: HtmlElement = { name, attributes: attributesOf(raw ?? ""), children: [] };
    current.children.push(element);
    if (empty.has(name)) continue;
    if (name !== "style" && name !== "script") {
      open.push(element);
      continue;
    }
    // Raw text: it ends at the first end tag, whatever is in between.
    const end = document.indexOf(`</${name}>`, at);
    if (end === -1) throw new SyntaxError(`<${name}> is not closed`);
    at = end + name.length + 3;
  }
  if (open.length !== 1) throw new SyntaxError(`<${open.at(-1)?.name}> is not closed`);
  return top;
}

export function elementsOf(element: HtmlElement): readonly HtmlElement[] {
  return element.children.flatMap((child) => (typeof child === "string" ? [] : [child, ...elementsOf(child)]));
}

const inline = new Set(["a", "span", "code", "strong", "small", "abbr", "time"]);

/** As a person reads it: blocks apart, white space as one space. */
export function textOf(element: HtmlElement): string {
  const raw = (one: HtmlElement | string): string =>
    typeof one === "string"
      ? one
      : inline.has(one.name)
        ? one.children.map(raw).join("")
        : ` ${one.children.map(raw).join("")} `;
  return raw(element).replace(/\s+/g, " ").trim();
}
