/** JSON values as the API server holds them: copied once when they are written, then frozen and shared with every reader. */

export type Json = Record<string, unknown>;

export function isMap(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A deep copy as JSON would carry it: without undefined fields, negative zero, and numbers that are not finite. */
export function copy<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => copy(item ?? null)) as T;
  if (isMap(value)) {
    const fields: Json = {};
    for (const [key, field] of Object.entries(value)) if (field !== undefined) fields[key] = copy(field);
    return fields as T;
  }
  if (typeof value === "number") return (Number.isFinite(value) ? value + 0 : null) as T;
  return value;
}

/** Freezes deeply, and returns the same value. */
export function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const field of Object.values(value)) freeze(field);
  }
  return value;
}

/** Equal as JSON: the order of an object's fields does not matter. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]));
  if (!isMap(a) || !isMap(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
}

/** The value at a path of fields; undefined where there is none. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((seen, key) => (isMap(seen) ? seen[key] : undefined), value);
}
