/** Everything that can be said of an assertion or fixture file without the others: its format, its steps, its schema. */
import type { z } from "zod";
import { formatMistake, renamed, stepMistakes } from "../../domain/assertion/format.ts";
import type { Mistake, Path } from "../../domain/assertion/mistake.ts";
import { emptied } from "./emptied.ts";
import { schemaMistakes } from "./schema-issues.ts";

export interface Checked<T> {
  /** Undefined where something is wrong with it. */
  readonly value?: T;
  /** What is left of it without the keys that are wrong, where that makes sense: other mistakes are looked for in it. */
  readonly left?: T;
  readonly mistakes: readonly Mistake[];
}

const startsWith = (path: Path, start: Path) => start.every((key, depth) => key === path[depth]);

/** A copy without the innermost key on the path; items of a list stay, since others are found by their places. */
function without(value: unknown, path: Path): unknown {
  const depth = path.findLastIndex((key) => typeof key === "string");
  if (depth < 0) return value;
  const copy = structuredClone(value);
  let map: unknown = copy;
  for (const key of path.slice(0, depth)) map = (map as Record<string | number, unknown> | null | undefined)?.[key];
  if (typeof map === "object" && map !== null) delete (map as Record<string, unknown>)[String(path[depth])];
  return copy;
}

/** @param value what the YAML says; undefined where it is none, which is said elsewhere. */
export function checkFormatted<T>(value: unknown, kind: "assertion" | "fixture", schema: z.ZodType<T>): Checked<T> {
  if (value === undefined) return { mistakes: [] };
  const format = formatMistake(value, kind);
  if (format !== undefined) return { mistakes: [format] };
  const parsed = emptied(schema, value);
  if (parsed.success) return { value: parsed.data, mistakes: [] };
  const odd = stepMistakes(value);
  const found = schemaMistakes(parsed.error.issues, schema, value, renamed);
  const mistakes = [...odd, ...found.filter(({ path }) => !odd.some((step) => startsWith(path, step.path)))];
  const left = schema.safeParse(mistakes.reduce<unknown>((rest, { path }) => without(rest, path), value));
  return { mistakes, ...(left.success && { left: left.data }) };
}
