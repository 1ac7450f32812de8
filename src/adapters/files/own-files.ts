/**
 * Which files of a report folder are a run's own: a list that stands in the folder, in which each file is entered before it is
 * written. So the files of a run that was killed can be told from those of others, and nothing else is uploaded or removed.
 */
import { appendFile, lstat, readdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isReportPath, topNames } from "../../domain/report/file-names.ts";
import { ConfigurationError } from "../../errors.ts";

const LIST = ".smi-conformance-files";
const HEAD = "Files written by smi-conformance, run ";
/** A list has some KiB; what is far larger is something else. */
const MAX_BYTES = 16 * 1024 * 1024;
const DRAFT = /^\.smi-conformance-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Where a file is written before it is renamed into place. */
export const draftName = (id: string) => `.smi-conformance-${id}`;

const kindOf = (path: string) => lstat(path).catch(() => undefined);

/** A link is never followed: it may lead out of the folder. */
async function isOwn(root: string, path: string): Promise<boolean> {
  if (!isReportPath(path)) return false;
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder))
    if ((await kindOf(join(root, folder)))?.isDirectory() !== true) return false;
  return (await kindOf(join(root, path)))?.isFile() === true;
}

async function readList(
  root: string,
): Promise<{ readonly run: string; readonly paths: readonly string[] } | undefined> {
  const file = join(root, LIST);
  const found = await kindOf(file);
  if (found?.isFile() !== true || found.size > MAX_BYTES) return undefined;
  const [head = "", ...paths] = (await readFile(file, "utf8")).split("\n");
  if (!head.startsWith(HEAD)) return undefined;
  // The last line is unfinished where the disk was full.
  return { run: head.slice(HEAD.length), paths: [...new Set(paths.slice(0, -1))] };
}

/** The files that this run has written, as far as they are there, relative to the folder. */
export async function filesOfRun(root: string, run: string): Promise<readonly string[]> {
  const list = await readList(root).catch(() => undefined);
  return list?.run === run ? ownAmong(root, list.paths) : [];
}

async function ownAmong(root: string, paths: readonly string[]): Promise<readonly string[]> {
  const own: string[] = [];
  // One after the other: there may be more of them than may be open at once.
  for (const path of paths) if (await isOwn(root, path)) own.push(path);
  return own.sort();
}

/** Regular files below a folder of the report folder, relative to the latter. */
export async function filesBelow(root: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, "/").length));
  return ownAmong(root, paths);
}

async function foreignNames(root: string, own: readonly string[]): Promise<readonly string[]> {
  const there = await readdir(root).catch(() => []);
  const clashes = there.filter((name) => topNames.includes(name) && !own.includes(name));
  const belowOwn = new Set(own.map((path) => path.split("/")[0]));
  return clashes.filter((name) => !belowOwn.has(name));
}

/**
 * Refuses a folder that holds somebody else's files by the names of a report's: they would be overwritten, or taken for
 * this run's. @throws ConfigurationError for the input report-dir
 */
export async function assertNothingForeign(root: string): Promise<void> {
  const list = await readList(root).catch(() => undefined);
  refuseForeign(root, await foreignNames(root, list === undefined ? [] : await ownAmong(root, list.paths)));
}

function refuseForeign(root: string, names: readonly string[]): void {
  if (names.length === 0) return;
  throw new ConfigurationError(
    "report-dir",
    `${root} contains ${names.join(", ")}, which no run of this version has left there`,
    "Give a folder of its own, or move them away: a report must hold the files of one run alone.",
  );
}

/** Removes what an earlier run has left, also one that was killed, and begins a list for this one. */
export async function beginList(root: string, run: string): Promise<void> {
  const list = await readList(root).catch(() => undefined);
  const own = list === undefined ? [] : await ownAmong(root, list.paths);
  for (const path of own) await rm(join(root, path), { force: true });
  const folders = new Set(own.flatMap((path) => foldersOf(path)));
  // Fails for one that is not empty: what somebody else has put there is never removed.
  for (const folder of [...folders].sort().reverse()) await rmdir(join(root, folder)).catch(() => {});
  for (const name of await readdir(root)) if (DRAFT.test(name)) await rm(join(root, name), { force: true });
  refuseForeign(root, await foreignNames(root, []));
  await rm(join(root, LIST), { force: true });
  await writeFile(join(root, LIST), `${HEAD}${run}\n`, { flag: "wx" });
}

function foldersOf(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === "." ? [] : [folder, ...foldersOf(folder)];
}

export const enter = (root: string, paths: readonly string[]): Promise<void> =>
  appendFile(join(root, LIST), paths.map((path) => `${path}\n`).join(""));
