/** A YAML text whose values can be found again: each mistake in it gets a file, a line and a column. */
import { isMap, isPair, isScalar, LineCounter, type Pair, parseDocument, visit } from "yaml";
import type { Mistake, Path } from "../../domain/assertion/mistake.ts";
import { ConfigurationError } from "../../errors.ts";

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

/**
 * @param input name of the input that led here.
 * @param shown the file, as messages name it.
 */
export function locateYaml(input: string, shown: string, text: string): LocatedYaml {
  const lines = new LineCounter();
  // Keys that stand twice are found below, where both places are known.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true, uniqueKeys: false });
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const startOf = (node: unknown): Place | undefined => {
    const start = (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0];
    return start === undefined ? undefined : placeOf(start);
  };
  const errorOf = ({ place: { line, column }, message, remedy = REMEDY }: Found) =>
    new ConfigurationError(input, `${shown}:${line}:${column}: ${message}`, remedy);

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

  const own: Found[] = document.errors.map(({ pos, message }) => ({ place: placeOf(pos[0]), message }));
  visit(document, {
    Map(_, map, ancestors) {
      const firsts = new Map<string, Place>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? String(key.value) : "";
        const place = startOf(key);
        if (place === undefined || name === "<<") continue;
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
  return {
    value: document.errors.length > 0 ? undefined : document.toJS(),
    error: (mistake) => errorOf(foundOf(mistake)),
    errors: (mistakes = []) =>
      [...own, ...mistakes.map(foundOf)]
        .toSorted((x, y) => x.place.line - y.place.line || x.place.column - y.place.column)
        .map(errorOf),
  };
}
