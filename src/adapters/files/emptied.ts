/** A list or map whose last entry was taken out: YAML reads the key that is left, or the empty file, as null. */
import type { z } from "zod";
import type { Path } from "../../domain/assertion/mistake.ts";

const emptyOf: Readonly<Record<string, () => unknown>> = { array: () => [], object: () => ({}), record: () => ({}) };

/** The value with `put` at the end of the path; what is on the way is copied. */
function withAt(value: unknown, [key, ...rest]: Path, put: unknown): unknown {
  if (key === undefined) return put;
  const inner = withAt((value as Record<string | number, unknown>)[key], rest, put);
  if (!Array.isArray(value)) return { ...(value as object), [key]: inner };
  return value.with(key as number, inner);
}

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((seen, key) => (seen as Record<string | number, unknown> | null | undefined)?.[key], value);

/** What the schema says of a value in which each such null is the empty list or map that it stands for. */
export function emptied<T>(schema: z.ZodType<T>, value: unknown): z.ZodSafeParseResult<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed;
  const filled = parsed.error.issues.reduce<unknown>((seen, issue) => {
    const path = issue.path as Path;
    const empty = issue.code === "invalid_type" ? emptyOf[issue.expected] : undefined;
    // A file without anything in it that should be a map lacks all of it: that is one mistake.
    const wholeMap = path.length === 0 && issue.code === "invalid_type" && issue.expected !== "array";
    return empty === undefined || wholeMap || at(seen, path) !== null ? seen : withAt(seen, path, empty());
  }, value);
  return filled === value ? parsed : schema.safeParse(filled);
}
