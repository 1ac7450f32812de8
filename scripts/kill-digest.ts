/** What the recorded kill matrix depends on, as one digest. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { mutants } from "../src/embedded/mutants/index.ts";

const DECISIVE = [
  ...["assertions", "meshes/reference.yaml", "src/domain", "src/engine", "src/embedded", "src/workload", "src/mesh"],
  ...["src/ports.ts", "scripts/suite-worker.ts"],
];
/** Lists of mutants: names, titles and clauses may change without a run. Their faults are taken below. */
const LISTS = /^src\/embedded\/mutants\/(index|mutant|lists\/.*)\.ts$/;

async function filesOf(root: string, path: string): Promise<readonly string[]> {
  if (/\.[a-z]+$/.test(path)) return [path];
  const entries = await readdir(join(root, path), { recursive: true, withFileTypes: true });
  return entries.filter((e) => e.isFile()).map((e) => relative(root, join(e.parentPath, e.name)));
}

/** SHA-256 in hexadecimal, of the checkout at `root`. */
export async function killDigest(root: string): Promise<string> {
  const hash = createHash("sha256");
  const found = (await Promise.all(DECISIVE.map((path) => filesOf(root, path)))).flat();
  for (const file of found.filter((path) => !LISTS.test(path)).sort())
    hash
      .update(`${file}\0`)
      .update(await readFile(join(root, file)))
      .update("\0");
  hash.update(JSON.stringify(mutants.map(({ name, faults, versions }) => [name, faults, versions ?? null])));
  return hash.digest("hex");
}
