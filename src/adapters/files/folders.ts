/** Folders: whether one can be written to, and temporary ones. */
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { ConfigurationError } from "../../errors.ts";
import type { WithTempFolder } from "../../ports.ts";
import { draftName } from "./own-files.ts";

/**
 * Writes a file to find out, because permission bits say nothing about read-only mounts and mean nothing to root.
 * Leaves nothing behind. Throws ConfigurationError for the input `report-dir`.
 */
export async function assertWritable(path: string): Promise<void> {
  const folder = resolve(path);
  const probe = join(folder, draftName(randomUUID()));
  const made: string[] = [];
  try {
    await makeFolders(folder, made);
    await writeFile(probe, "");
  } catch (cause) {
    throw new ConfigurationError(
      "report-dir",
      `${folder} cannot be written to: ${reasonOf(cause)}`,
      "Give a folder in which this user may create and write files.",
      { cause },
    );
  } finally {
    await rm(probe, { force: true }).catch(() => {});
    // Fails for one that is no longer empty: what somebody else has put there is never removed.
    for (const path of made.reverse()) await rmdir(path).catch(() => {});
  }
}

/**
 * Creates a folder and the missing ones above it, and adds each to `made`. Not by mkdir's `recursive`, which never
 * returns where a file system allows no folders and says so with ENOENT, as /proc does.
 */
export async function makeFolders(folder: string, made: string[] = []): Promise<void> {
  const missing: string[] = [];
  for (let path = folder; !(await isThere(path)); path = dirname(path)) missing.unshift(path);
  for (const path of missing) {
    try {
      await mkdir(path);
      made.push(path);
    } catch (error) {
      // Somebody else may have created it in the meantime.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** On a runner it is below RUNNER_TEMP. */
export const withTempFolder: WithTempFolder = async (use) => {
  const base = process.env.RUNNER_TEMP || tmpdir();
  await mkdir(base, { recursive: true });
  const folder = await mkdtemp(join(base, "smi-conformance-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
