/** What someone may have meant who wrote a name that there is none of. */

/** Edit distance: insertions, deletions and replacements of a character. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, x] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, y] of [...b].entries())
      next.push(Math.min((row[j] ?? 0) + (x === y ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** The `count` names that are nearest: those that contain it or share a word with it before those that are only spelled alike. */
export function nearestNames(name: string, names: readonly string[], count = 5): readonly string[] {
  const words = new Set(name.split("-"));
  const far = (known: string) =>
    distance(name, known) -
    4 * known.split("-").filter((word) => words.has(word)).length -
    (known.includes(name) ? 20 : 0);
  return names
    .map((known) => ({ known, far: far(known) }))
    .sort((x, y) => x.far - y.far)
    .slice(0, count)
    .map(({ known }) => known);
}
