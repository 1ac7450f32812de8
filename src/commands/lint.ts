/** `smi-conformance lint`: checks assertions, fixtures and mesh profiles, and does nothing else. */
import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { checkCatalogue, readCatalogue } from "../adapters/files/catalogue.ts";
import { openYaml } from "../adapters/files/yaml.ts";
import { yamlFilesIn } from "../adapters/files/yaml-files.ts";
import { ConfigurationError, FileMistake, InputErrors } from "../errors.ts";
import { readCommandLine } from "../inputs/command-line.ts";
import { collectErrors } from "../inputs/error-collector.ts";
import type { Command } from "./command.ts";

const usage = `smi-conformance lint PATH... [--json]

  Checks assertions, fixtures and mesh profiles as a run would, and names every mistake with file, line and column. PATH
  is a file, or a folder whose YAML files are all checked. What a file is shows in its keys: a profile has mesh, a fixture
  has namespaces, and an assertion has steps. Assertions may use the fixtures of this suite.

  --json   As JSON: a list of mistakes with file, line, column, message and allowed.

  Exit codes: 0 no mistakes, 2 mistakes, or a path that cannot be read.
`;

const options = { json: { type: "boolean" } } as const;

const INPUT = "lint";
const FOLDER = "Give the path of a file or a folder.";

type FileKind = "profile" | "fixture" | "assertion";

/** What a file is by its keys, and by its folder where those do not say. */
function kindOf(value: unknown, file: string): FileKind {
  const has = (key: string) => typeof value === "object" && value !== null && Object.hasOwn(value, key);
  if (has("mesh")) return "profile";
  if (has("steps")) return "assertion";
  return has("namespaces") || basename(dirname(file)) === "fixtures" ? "fixture" : "assertion";
}

/** The files below a path, and what is refused by name. */
async function filesAt(path: string) {
  const folder = await stat(path)
    .then((found) => found.isDirectory())
    .catch(() => false);
  if (!folder) return { files: [path], errors: [] };
  const { files, errors } = await yamlFilesIn(INPUT, path, FOLDER);
  return { files: files.map((file) => join(path, file)), errors };
}

const errorsIn = (thrown: unknown): readonly ConfigurationError[] => {
  if (thrown instanceof InputErrors) return thrown.errors;
  if (thrown instanceof ConfigurationError) return [thrown];
  throw thrown;
};

const errorsOf = (work: Promise<unknown>) => work.then(() => [], errorsIn);

export interface LintDeps {
  /** Folder of the suite's own assertions. */
  readonly bundled: string;
  readonly print: (text: string) => void;
  /** @throws ConfigurationError or InputErrors for what is wrong with the profile in this file */
  readonly checkProfile: (file: string) => Promise<unknown>;
}

/** The mistakes in these files. */
async function mistakesIn(files: readonly string[], { bundled, checkProfile }: LintDeps) {
  const found: ConfigurationError[] = [];
  /** Folders of assertions, with those of their files that were asked for. */
  const folders = new Map<string, Set<string>>();
  for (const file of files) {
    const opened = await openYaml(INPUT, file, file).catch(errorsIn);
    if ("length" in opened) found.push(...opened);
    else if (kindOf(opened.value, file) === "profile") found.push(...(await errorsOf(checkProfile(file))));
    else {
      const root = dirname(dirname(resolve(file)));
      folders.set(root, (folders.get(root) ?? new Set()).add(resolve(file)));
    }
  }
  if (folders.size === 0) return found;
  const { fixtures } = await readCatalogue(bundled);
  for (const [root, asked] of folders) {
    // The suite's own folder brings its fixtures itself.
    const own = (await realpath(root)) === (await realpath(bundled));
    const { errors } = await checkCatalogue(root, own ? new Map() : fixtures);
    found.push(...errors.filter((error) => error instanceof FileMistake && asked.has(resolve(error.file))));
  }
  return found;
}

function shown(error: ConfigurationError) {
  const { message, remedy: allowed } = error;
  if (error instanceof FileMistake) {
    const { file, line, column, problem } = error;
    return { file, line, column, message: problem, allowed };
  }
  return { file: null, line: null, column: null, message: message.slice(error.input.length + ": ".length), allowed };
}

export function lintCommand(deps: LintDeps): Command {
  return {
    usage,
    async run(argv) {
      const { values, words, mistakes } = readCommandLine(argv, {
        options,
        words: true,
        inputOf: (name) => `--${name}`,
      });
      const { add, throwIfAny } = collectErrors(mistakes);
      if (words.length === 0 && mistakes.length === 0)
        add([new ConfigurationError(INPUT, "a path has to be named", FOLDER)]);
      throwIfAny();
      const at = await Promise.all(words.map(filesAt));
      const files = [...new Set(at.flatMap((one) => one.files))];
      const found = [...at.flatMap(({ errors }) => errors), ...(await mistakesIn(files, deps))].map(shown);
      if (values.json === true) deps.print(JSON.stringify(found, null, 2));
      else if (found.length === 0) deps.print(`${files.length} ${files.length === 1 ? "file" : "files"}, no mistakes`);
      else
        deps.print(
          found
            .map(({ file, line, column, message, allowed }) => {
              const place = file === null ? "" : `${file}:${line}:${column}: `;
              return `${place}${message}\n  next: ${allowed}`;
            })
            .join("\n"),
        );
      return found.length === 0 ? 0 : 2;
    },
  };
}
