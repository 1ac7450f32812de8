/** Where a claimed value is other than one that was made anew. */

export interface Mismatch {
  /** In the JSON, as `assertions[3].verdict`. */
  readonly path: string;
  readonly claimed: string;
  readonly recomputed: string;
}

const LONGEST = 300;

/** Short, and the same for the same value. */
export function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : (JSON.stringify(value) ?? "nothing");
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Each leaf that differs. Keys may be in any order; one whose value is undefined is one that is not there. */
export function differences(claimed: unknown, recomputed: unknown, path = ""): readonly Mismatch[] {
  if (Array.isArray(claimed) && Array.isArray(recomputed)) {
    const length = Math.max(claimed.length, recomputed.length);
    return Array.from({ length }, (_, n) => differences(claimed[n], recomputed[n], `${path}[${n}]`)).flat();
  }
  if (isObject(claimed) && isObject(recomputed)) {
    const keys = [...new Set([...Object.keys(claimed), ...Object.keys(recomputed)])].sort();
    return keys.flatMap((key) => differences(claimed[key], recomputed[key], path === "" ? key : `${path}.${key}`));
  }
  return Object.is(claimed, recomputed) ? [] : [{ path, claimed: shown(claimed), recomputed: shown(recomputed) }];
}
