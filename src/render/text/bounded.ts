/** Keeps a document below a size by leaving out whole parts, so that what is left is well-formed. */

export interface Part {
  readonly text: string;
  /**
   * What goes first when space is short: `collapsed` parts, the largest first; then `item`s, then `section`s, both from
   * the end. A part without it stays.
   */
  readonly drop?: "collapsed" | "item" | "section";
  /** What it is called when it was left out. */
  readonly name?: string;
}

const encoder = new TextEncoder();
export const byteLength = (value: string): number => encoder.encode(value).length;

const SEPARATOR = "\n\n";
const ANONYMOUS = "a part";

/** Names with how often each occurs: `findings of an assertion (12), the table of all assertions`. */
function tally(names: readonly string[]): string {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return [...times].map(([name, n]) => (n === 1 ? name : `${name} (${n})`)).join(", ");
}

/** At most `limit` bytes of whole characters. */
function cut(value: string, limit: number): string {
  return new TextDecoder().decode(encoder.encode(value).subarray(0, Math.max(0, limit))).replace(/\uFFFD+$/, "");
}

/**
 * The parts one below the other, in at most `limitBytes` bytes. When something had to go, `note` says so after the first
 * part. A first part that is larger than the limit by itself is cut.
 */
export function fitParts(parts: readonly Part[], limitBytes: number, note: (left: string) => string): string {
  const sizes = parts.map((part) => byteLength(part.text) + SEPARATOR.length);
  const size = (index: number) => sizes[index] ?? 0;
  let total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  if (total <= limitBytes) return parts.map((part) => part.text).join(SEPARATOR);

  const ordered = (["collapsed", "item", "section"] as const).flatMap((kind) => {
    const indexes = [...parts.keys()].filter((index) => parts[index]?.drop === kind);
    return kind === "collapsed" ? indexes.sort((x, y) => size(y) - size(x)) : indexes.reverse();
  });
  // The longest note there can be: every name, each with a count.
  const names = new Set(parts.map((part) => part.name ?? ANONYMOUS));
  const longest = note([...names].map((name) => `${name} (${parts.length})`).join(", "));
  const room = limitBytes - byteLength(longest) - SEPARATOR.length;
  const left = new Set<number>();
  for (const index of ordered) {
    if (total <= room) break;
    left.add(index);
    total -= size(index);
  }
  const [first = "", ...others] = parts.filter((_, index) => !left.has(index)).map((part) => part.text);
  const said = note(tally([...left].sort((x, y) => x - y).map((index) => parts[index]?.name ?? ANONYMOUS)));
  return cut([first, said, ...others].join(SEPARATOR), limitBytes);
}
