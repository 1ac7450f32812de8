/** What a stored report or matrix may be at most: readers work in proportion to it, and some recursively. */

/** Brackets within brackets; a report has about ten. */
const MAX_DEPTH = 64;
/** Characters of one text. */
const MAX_TEXT = 65_536;
/** Items of a list, and fields of an object. */
const MAX_ITEMS = 10_000;

/** What of a JSON text goes too deep to be parsed; undefined for none. Linear in the text, whatever it holds. */
export function depthProblem(text: string): string | undefined {
  let depth = 0;
  let quoted = false;
  for (let n = 0; n < text.length; n += 1) {
    const character = text[n];
    if (quoted) {
      if (character === "\\") n += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "{" || character === "[") {
      depth += 1;
      if (depth > MAX_DEPTH) return `it is nested more than ${MAX_DEPTH} deep`;
    } else if (character === "}" || character === "]") depth -= 1;
  }
  return undefined;
}

/** What of a parsed value, whose depth is known to be small, is larger than allowed; undefined for none. */
export function sizeProblem(value: unknown, path = ""): string | undefined {
  const place = path === "" ? "the whole" : path;
  if (typeof value === "string")
    return value.length > MAX_TEXT ? `${place} has more than ${MAX_TEXT} characters` : undefined;
  if (typeof value === "number")
    return Math.abs(value) > Number.MAX_SAFE_INTEGER ? `${place} is a number beyond all bounds` : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value);
  if (entries.length > MAX_ITEMS) return `${place} has more than ${MAX_ITEMS} items`;
  for (const [key, item] of entries) {
    const problem = sizeProblem(item, `${path === "" ? "" : `${path}.`}${key.slice(0, 80)}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
