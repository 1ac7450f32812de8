/** YAML files checked by a schema, with the line and column of each mistake. */
import { readFile } from "node:fs/promises";
import { LineCounter, parseAllDocuments, parseDocument } from "yaml";
import type { z } from "zod";
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import { ConfigurationError } from "../../errors.ts";

type Path = readonly PropertyKey[];

interface Issue {
  readonly path: Path;
  readonly message: string;
}

/** Of a union's alternatives, the one that got furthest is the one that was meant. */
function flatten(issues: readonly z.core.$ZodIssue[], prefix: Path = []): readonly Issue[] {
  return issues.flatMap((issue): readonly Issue[] => {
    const path = [...prefix, ...issue.path];
    if (issue.code !== "invalid_union" || issue.errors.length === 0) return [{ path, message: issue.message }];
    const alternatives = issue.errors.map((errors) => flatten(errors, path));
    const score = (list: readonly Issue[]) => list.length * 10 - Math.max(...list.map((i) => i.path.length));
    const [best] = alternatives.sort((x, y) => score(x) - score(y));
    return best ?? [{ path, message: issue.message }];
  });
}

export interface Located<T> {
  readonly value: T;
  /** The error of a mistake that the schema cannot see. */
  fault(path: Path, message: string): ConfigurationError;
}

/**
 * @param input name of the input that led here.
 * @throws ConfigurationError `file:line:column: what is wrong`, the first mistake in full and the number of the others.
 */
export async function readYaml<T>(
  input: string,
  file: string,
  shown: string,
  schema: z.ZodType<T>,
): Promise<Located<T>> {
  const text = await readText(input, file, shown);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${shown}:${line}:${col}`;
  };
  const remedy = `Mend the file; an editor that knows YAML schemas shows the same mistakes while you type (first line of the bundled files).`;
  const [broken] = document.errors;
  if (broken !== undefined) throw new ConfigurationError(input, `${at(broken.pos[0])}: ${broken.message}`, remedy);
  const where = (path: Path): string => {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      const range = (node as { range?: readonly number[] | null } | undefined)?.range;
      if (range?.[0] !== undefined) return at(range[0]);
    }
    return `${shown}:1:1`;
  };
  const fault = (path: Path, message: string) =>
    new ConfigurationError(
      input,
      `${where(path)}: ${path.length === 0 ? "" : `${path.map(String).join(".")}: `}${message}`,
      remedy,
    );
  const parsed = schema.safeParse(document.toJS());
  if (!parsed.success) {
    const [first, ...others] = flatten(parsed.error.issues);
    const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
    throw fault(first?.path ?? [], `${first?.message ?? "not valid"}${more}`);
  }
  return { value: parsed.data, fault };
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
