/** YAML files checked by a schema, with the line and column of each mistake. */
import type { z } from "zod";
import type { Path } from "../../domain/assertion/mistake.ts";
import { type ConfigurationError, InputErrors } from "../../errors.ts";
import { emptied } from "./emptied.ts";
import { type LocatedYaml, locateYaml } from "./located-yaml.ts";
import { readText } from "./read-text.ts";
import { schemaMistakes } from "./schema-issues.ts";

export interface ReadYaml<T> {
  readonly value: T;
  /** The error of a mistake that the schema cannot see. */
  fault(path: Path, message: string): ConfigurationError;
}

/** A single mistake is thrown as it is. */
export const oneOrAll = (errors: readonly ConfigurationError[]): Error =>
  errors.length === 1 && errors[0] !== undefined ? errors[0] : new InputErrors(errors);

/** @throws InputErrors with every mistake, or the one that there is, each with `file:line:column`; ConfigurationError where the file cannot be read. */
export async function readYaml<T>(
  input: string,
  file: string,
  shown: string,
  schema: z.ZodType<T>,
): Promise<ReadYaml<T>> {
  const located = await openYaml(input, file, shown);
  if (located.value === undefined) throw oneOrAll(located.errors());
  const parsed = emptied(schema, located.value);
  const mistakes = parsed.success ? [] : schemaMistakes(parsed.error.issues, schema, located.value);
  const errors = located.errors(mistakes);
  if (errors.length > 0 || !parsed.success) throw oneOrAll(errors);
  return { value: parsed.data, fault: (path, message) => located.error({ path, message }) };
}

/** @throws ConfigurationError where the file cannot be read. */
export async function openYaml(input: string, file: string, shown: string): Promise<LocatedYaml> {
  return locateYaml(input, shown, await readText(input, file, shown));
}
