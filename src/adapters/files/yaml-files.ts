/** The YAML files below a folder: each is read, or refused by its name. */
import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { ConfigurationError } from "../../errors.ts";
import { boundedMap } from "./bounded.ts";
import { unreadable } from "./read-text.ts";

export interface FoundFiles {
  /** Paths below the folder, sorted. */
  readonly files: readonly string[];
  readonly errors: readonly ConfigurationError[];
}

const isYaml = (name: string) => /\.ya?ml$/.test(name);
/** Notes and what editors leave: nobody means them to be run. */
const isBeside = (entry: Dirent) =>
  entry.name.startsWith(".") ||
  entry.name.endsWith("~") ||
  (!entry.isSymbolicLink() && [".md", ".txt", ""].includes(extname(entry.name)));

const refused = (input: string, path: string, problem: string, remedy: string) =>
  new ConfigurationError(input, `"${path}" ${problem}`, remedy);

/** What is wrong with an entry that is no folder, as far as its name and what it leads to say. */
async function problemOf(input: string, folder: string, entry: Dirent): Promise<ConfigurationError | undefined> {
  const path = join(entry.parentPath, entry.name);
  const shown = join(folder, relative(folder, path));
  if (entry.isSymbolicLink()) {
    const target = await stat(path).catch((cause: NodeJS.ErrnoException) => cause);
    if (target instanceof Error) return unreadable(input, shown, target, "Remove the link, or what it points to back.");
    if (target.isDirectory())
      return refused(input, shown, "is a link to a folder, which is not followed", "Put the folder itself here.");
    if (target.isFile()) return undefined;
  } else if (entry.isFile()) return undefined;
  return refused(input, shown, "is not a file", "Remove it: only files can be read.");
}

/** @throws ConfigurationError where the folder cannot be read */
export async function yamlFilesIn(input: string, folder: string, remedy: string): Promise<FoundFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(input, folder, error, remedy);
  });
  const chosen = entries.filter((entry) => !entry.isDirectory() && (isYaml(entry.name) || !isBeside(entry)));
  const problems = await boundedMap(chosen, async (entry) => {
    const path = relative(folder, join(entry.parentPath, entry.name));
    const problem = await problemOf(input, folder, entry);
    if (problem !== undefined || isYaml(entry.name)) return { path, problem };
    const ending = `ends in "${extname(entry.name)}", and is not read`;
    const rename = "Give it the ending .yaml or .yml, or move it out of this folder.";
    return { path, problem: refused(input, join(folder, path), ending, rename) };
  });
  const files = problems.flatMap(({ path, problem }) => (problem === undefined ? [path] : [])).sort();
  return { files, errors: [...problems.flatMap(({ problem }) => problem ?? []), ...sameIds(input, folder, files)] };
}

/** Files that differ in their ending alone, and so have one id. */
function sameIds(input: string, folder: string, files: readonly string[]): readonly ConfigurationError[] {
  return files
    .filter((file) => file.endsWith(".yml") && files.includes(file.replace(/\.yml$/, ".yaml")))
    .map((file) =>
      refused(
        input,
        join(folder, file),
        `has the name of "${file.replace(/\.yml$/, ".yaml")}" but for its ending`,
        "Give one of them another name, or remove it.",
      ),
    );
}
