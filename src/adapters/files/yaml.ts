/** YAML files checked by a schema, with the line and column of each mistake. */
import { readFile } from "node:fs/promises";
import { LineCounter, parseAllDocuments } from "yaml";
import type { z } from "zod";
import type { Path } from "../../domain/assertion/mistake.ts";
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import { ConfigurationError, InputErrors } from "../../errors.ts";
import { type LocatedYaml, locateYaml } from "./located-yaml.ts";
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
  const parsed = schema.safeParse(located.value);
  const mistakes = parsed.success ? [] : schemaMistakes(parsed.error.issues, schema, located.value);
  const errors = located.errors(mistakes);
  if (errors.length > 0 || !parsed.success) throw oneOrAll(errors);
  return { value: parsed.data, fault: (path, message) => located.error({ path, message }) };
}

/** @throws ConfigurationError where the file cannot be read. */
export async function openYaml(input: string, file: string, shown: string): Promise<LocatedYaml> {
  return locateYaml(input, shown, await readText(input, file, shown));
}

async function readText(input: string, file: string, shown: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new ConfigurationError(
      input,
      `"${shown}" cannot be read (${(error as NodeJS.ErrnoException).code})`,
      "Give the path of a readable file.",
      { cause: error },
    );
  }
}

/** The objects of a Kubernetes manifest. @throws ConfigurationError with file:line:column. */
export async function readManifest(file: string): Promise<readonly KubernetesObject[]> {
  const text = await readText("manifest", file, file);
  const lines = new LineCounter();
  const remedy = "Give a file of Kubernetes objects in YAML, each with apiVersion, kind and metadata.name.";
  const objects: KubernetesObject[] = [];
  for (const document of parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })) {
    if (!("errors" in document)) continue;
    const at = (offset: number) => {
      const { line, col } = lines.linePos(offset);
      return `${file}:${line}:${col}`;
    };
    const [broken] = document.errors;
    if (broken !== undefined)
      throw new ConfigurationError("manifest", `${at(broken.pos[0])}: ${broken.message}`, remedy);
    const value = document.toJS() as KubernetesObject | null;
    if (value === null) continue;
    const items = value.kind === "List" ? (value.items as readonly KubernetesObject[]) : [value];
    for (const item of items) {
      if (
        typeof item.apiVersion !== "string" ||
        typeof item.kind !== "string" ||
        typeof item.metadata?.name !== "string"
      )
        throw new ConfigurationError(
          "manifest",
          `${at(document.range[0])}: an object without apiVersion, kind or metadata.name`,
          remedy,
        );
      objects.push(item);
    }
  }
  if (objects.length === 0) throw new ConfigurationError("manifest", `"${file}" holds no object`, remedy);
  return objects;
}
