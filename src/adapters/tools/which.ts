/** Finds programs, and says why one cannot be started. */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";

/** Absolute path of the program that `name` means on this PATH. */
export async function which(name: string, path: string = process.env.PATH ?? ""): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const candidate = join(folder, name);
    if ((await isKind(candidate, "isFile")) && (await accessProblem(candidate)) === undefined) return candidate;
  }
  return undefined;
}

export interface StartProblem {
  readonly reason: string;
  /** ENOENT where something is missing. */
  readonly cause: NodeJS.ErrnoException;
}

/** Why a program cannot be started in this folder; undefined where nothing is known against it. */
export async function startProblem(
  program: string,
  { cwd, env }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> },
): Promise<StartProblem | undefined> {
  if (cwd !== undefined && !(await isKind(cwd, "isDirectory"))) return missing(`the folder ${cwd} does not exist`);
  if (!program.includes("/"))
    return (await which(program, env?.PATH)) === undefined
      ? missing(`there is no program "${program}" on PATH`)
      : undefined;
  const cause = await accessProblem(resolve(cwd ?? ".", program));
  if (cause === undefined) return undefined;
  return cause.code === "ENOENT"
    ? missing(`there is no program "${program}"`)
    : { reason: `could not be started: ${cause.message}`, cause };
}

function missing(what: string): StartProblem {
  return { reason: `could not be started: ${what}`, cause: Object.assign(new Error(what), { code: "ENOENT" }) };
}

async function accessProblem(path: string): Promise<NodeJS.ErrnoException | undefined> {
  return access(path, constants.X_OK).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error,
  );
}

async function isKind(path: string, kind: "isFile" | "isDirectory"): Promise<boolean> {
  return stat(path).then(
    (found) => found[kind](),
    () => false,
  );
}
