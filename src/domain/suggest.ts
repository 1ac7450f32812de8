/** What somebody may have meant by a name that does not exist. */

/** Edit distance: insertions, deletions and replacements of a character, and swaps of two neighbours. */
function distance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const swapped = i > 0 && j > 0 && a[i] === b[j - 1] && a[i - 1] === b[j];
      next.push(
        Math.min(
          (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1),
          (row[j + 1] ?? 0) + 1,
          (next[j] ?? 0) + 1,
          swapped ? (before[j - 1] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [before, row] = [row, next];
  }
  return row.at(-1) ?? 0;
}

/** Shorter parts (`a`, `v1`) are in too many names to point at one. */
const MIN_PART = 3;
const partsOf = (name: string) => name.split(/[-/]/).filter((part) => part.length >= MIN_PART);

/** Lower is nearer; undefined where the two do not resemble each other. `telling` are the parts that count. */
function farness(name: string, known: string, telling: readonly string[]): number | undefined {
  const edits = distance(name, known);
  const shared = partsOf(known).filter((part) => telling.includes(part)).length;
  const within = name.length >= MIN_PART && known.includes(name);
  const misspelt = edits <= Math.max(1, Math.floor(Math.min(name.length, known.length) / 3));
  return misspelt || shared > 0 || within ? edits - 4 * shared - (within ? 20 : 0) : undefined;
}

/**
 * The names that `name` may stand for, nearest first: those spelled nearly alike, those that contain it, and those that
 * share a word with it. None where nothing resembles it.
 */
export function nearestNames(name: string, names: readonly string[], count = 3): readonly string[] {
  // A part that most names have, such as `traffic`, tells nothing.
  const telling = partsOf(name).filter(
    (part) => 2 * names.filter((known) => partsOf(known).includes(part)).length <= names.length,
  );
  return names
    .map((known) => ({ known, far: farness(name, known, telling) }))
    .filter((one): one is { known: string; far: number } => one.far !== undefined)
    .sort((x, y) => x.far - y.far)
    .slice(0, count)
    .map(({ known }) => known);
}

/** `Did you mean a, b or c? ` before `otherwise`, which says where all names are; `otherwise` alone where none is near. */
export function suggest(name: string, names: readonly string[], otherwise: string): string {
  const near = nearestNames(name, names);
  if (near.length === 0) return otherwise;
  const list = near.length === 1 ? near.join("") : `${near.slice(0, -1).join(", ")} or ${near.at(-1)}`;
  return `Did you mean ${list}? ${otherwise}`;
}
