/** A strict reader of the XML that we write: throws on anything that is not well-formed XML 1.0. No DTD, no CDATA. */

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const legal = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;
const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescaped(raw: string): string {
  const bare = raw.replace(/&(?:amp|lt|gt|quot|apos|#\d+);/g, "");
  if (/[&<]/.test(bare) || bare.includes("]]>")) throw new SyntaxError(`bare markup in ${JSON.stringify(raw)}`);
  return raw.replace(/&(#?)(\w+);/g, (_, numeric: string, name: string) => {
    const value = numeric === "#" ? String.fromCodePoint(Number(name)) : named[name];
    if (value === undefined || !legal.test(value)) throw new SyntaxError(`illegal reference &${numeric}${name};`);
    return value;
  });
}

function attributesOf(raw: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  const rest = raw.replace(/\s+([A-Za-z][\w.-]*)="([^"<]*)"/g, (_, name: string, value: string) => {
    if (name in attributes) throw new SyntaxError(`attribute ${name} twice`);
    // What a conforming parser does with raw white space in an attribute.
    attributes[name] = unescaped(value.replace(/[\t\n\r]/g, " "));
    return "";
  });
  if (rest.trim() !== "") throw new SyntaxError(`not attributes: ${JSON.stringify(rest)}`);
  return attributes;
}

export function parseXml(document: string): Element {
  if (!legal.test(document) || !document.isWellFormed()) throw new SyntaxError("a character that XML 1.0 forbids");
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!document.startsWith(declaration)) throw new SyntaxError("no XML declaration");
  const top: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [top];
  const token = /<(\/?)([A-Za-z][\w.-]*)((?:\s+[A-Za-z][\w.-]*="[^"]*")*)\s*(\/?)>|([^<]+)/y;
  token.lastIndex = declaration.length;
  while (token.lastIndex < document.length) {
    const at = token.lastIndex;
    const match = token.exec(document);
    if (match === null) throw new SyntaxError(`no token at ${JSON.stringify(document.slice(at, at + 40))}`);
    const [, closing, name = "", raw = "", empty, text] = match;
    const parent = open.at(-1) ?? top;
    if (text !== undefined) parent.text += unescaped(text);
    else if (closing === "/") {
      if (open.pop()?.name !== name || open.length === 0) throw new SyntaxError(`</${name}> closes something else`);
    } else {
      const element: Element = { name, attributes: attributesOf(raw), children: [], text: "" };
      parent.children.push(element);
      if (empty !== "/") open.push(element);
    }
  }
  if (open.length !== 1 || top.text.trim() !== "")
    throw new SyntaxError("unclosed element, or text outside of the root");
  const [root, second] = top.children;
  if (root === undefined || second !== undefined) throw new SyntaxError("not exactly one root");
  return root;
}

export function descendants(element: Element, name: string): readonly Element[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...descendants(child, name)]);
}
