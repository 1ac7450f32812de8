/** What is in a zip, by the program `unzip`: not by the library that made it. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Each file by its path below the zip's root. Rejects for a zip that is damaged or empty. */
export async function unzipped(zip: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  const folder = await mkdtemp(join(tmpdir(), "smi-zip-"));
  try {
    const file = join(folder, "a.zip");
    const out = join(folder, "out");
    await writeFile(file, zip);
    await execute("unzip", ["-q", file, "-d", out]);
    const entries = await readdir(out, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return new Map(await Promise.all(paths.map(async (path) => [relative(out, path), await readFile(path)] as const)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
