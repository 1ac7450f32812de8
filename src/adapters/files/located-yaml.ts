/** A YAML text whose values can be found again: each mistake in it gets a file, a line and a column. */
import {
  type Document,
  isMap,
  isPair,
  isScalar,
  LineCounter,
  type Pair,
  type ParsedNode,
  parseDocument,
  visit,
} from "yaml";
import type { Mistake, Path } from "../../domain/assertion/mistake.ts";
import { type ConfigurationError, FileMistake } from "../../errors.ts";
import { isMergeKey, mendNodes } from "./yaml-nodes.ts";

export interface LocatedYaml {
  /** Undefined where the text is not YAML. */
  readonly value: unknown;
  /** `file:line:column: steps.0.expect: what is wrong`, with what is allowed as remedy. */
  error(mistake: Mistake): ConfigurationError;
  /** These mistakes and those of the text itself, from the top of the file down. */
  errors(mistakes?: readonly Mistake[]): readonly ConfigurationError[];
}

const REMEDY =
  "Mend the file; an editor that knows YAML schemas shows the same mistakes while you type (first line of the bundled files).";

interface Place {
  readonly line: number;
  readonly column: number;
}

/** Something wrong, and where. */
interface Found {
  readonly place: Place;
  readonly message: string;
  readonly remedy?: string | undefined;
}

const keyOf = (pair: unknown): string => (isPair(pair) && isScalar(pair.key) ? String(pair.key.value) : "");

/** What the parser says of a text that goes on after a line of three dashes is about its own functions. */
const SEVERAL = "a second document begins here, and this file has one";

/** The text as far as it can be read, and undefined where it nests deeper than the parser can follow. */
function parse(text: string, lines: LineCounter): Document.Parsed<ParsedNode> | undefined {
  try {
    // Keys that stand twice are found below, where both places are known.
    return parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true, uniqueKeys: false });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * @param input name of the input that led here.
 * @param shown the file, as messages name it.
 */
export function locateYaml(input: string, shown: string, text: string): LocatedYaml {
  const lines = new LineCounter();
  const document = parse(text, lines);
  if (document === undefined) return tooDeep(input, shown);
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const startOf = (node: unknown): Place | undefined => {
    const start = (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0];
    return start === undefined ? undefined : placeOf(start);
  };
  const errorOf = ({ place: { line, column }, message, remedy = REMEDY }: Found) =>
    new FileMistake(input, { file: shown, line, column }, message, remedy);

  const pairAt = (path: Path): Pair | undefined => {
    const map: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    return isMap(map) ? map.items.find((pair) => keyOf(pair) === String(path.at(-1))) : undefined;
  };
  const find = ({ path, key }: Mistake): Place => {
    if (key === true) {
      const place = startOf(pairAt(path)?.key);
      if (place !== undefined) return place;
    }
    for (let length = path.length; length >= 0; length--) {
      const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      const place = startOf(node);
      if (place !== undefined) return place;
    }
    return { line: 1, column: 1 };
  };

  const foundOf = (mistake: Mistake): Found => {
    const at = mistake.key === true ? mistake.path.slice(0, -1) : mistake.path;
    const where = at.length === 0 ? "" : `${at.join(".")}: `;
    return { place: find(mistake), message: `${where}${mistake.message}`, remedy: mistake.remedy };
  };

  const own: Found[] = document.errors.map(({ pos, code, message }) => ({
    place: placeOf(pos[0]),
    message: code === "MULTIPLE_DOCS" ? SEVERAL : message,
  }));
  const mended = mendNodes(document);
  const faults = mended.faults.map(({ offset, ...found }): Found => ({ ...found, place: placeOf(offset) }));
  own.push(...faults);
  visit(document, {
    Map(_, map, ancestors) {
      const firsts = new Map<string, Place>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? String(key.value) : "";
        const place = startOf(key);
        if (place === undefined || isMergeKey(key)) continue;
        const first = firsts.get(name);
        if (first === undefined) firsts.set(name, place);
        else {
          const parent = keyOf(ancestors.at(-1));
          const where = parent === "" ? "in one map" : `in ${parent}`;
          const message = `"${name}" stands twice ${where}, first in line ${first.line}`;
          own.push({ place, message, remedy: "Each name stands once: rename one of them, or leave it out." });
        }
      }
    },
  });
  const isFaulty = ({ place }: Found) =>
    faults.some((fault) => fault.place.line === place.line && fault.place.column === place.column);
  return {
    // Without the parser's own bound, which counts aliases and not what they repeat.
    value: document.errors.length > 0 || !mended.readable ? undefined : document.toJS({ maxAliasCount: -1 }),
    error: (mistake) => errorOf(foundOf(mistake)),
    errors: (mistakes = []) =>
      // What the schema says of an alias to nothing follows from that.
      [...own, ...mistakes.map(foundOf).filter((found) => !isFaulty(found))]
        .toSorted((x, y) => x.place.line - y.place.line || x.place.column - y.place.column)
        .map(errorOf),
  };
}

function tooDeep(input: string, shown: string): LocatedYaml {
  const error = () =>
    new FileMistake(input, { file: shown, line: 1, column: 1 }, "the lists and maps are nested too deeply", REMEDY);
  return { value: undefined, error, errors: () => [error()] };
}
