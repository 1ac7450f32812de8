/** Parts of an object whose shape nobody has checked: what is not of the expected type counts as absent. */

export type Fields = Readonly<Record<string, unknown>>;

export const isMap = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const fields = (value: unknown): Fields => (isMap(value) ? value : {});

/** The value at a path of fields; undefined where there is none. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((found, key) => fields(found)[key], value);

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Undefined for an empty one. */
export const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

export const texts = (value: unknown): readonly string[] => list(value).filter((item) => typeof item === "string");
