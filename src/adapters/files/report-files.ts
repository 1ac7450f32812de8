/** Finds report files: those that are named, and those below folders, for example of downloaded artifacts. */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { FoundFile } from "../../domain/matrix/source.ts";
import { ConfigurationError } from "../../errors.ts";

/** A report is some hundred KiB; what is far beyond is something else, and is named and not read. */
const MAX_BYTES = 64 * 1024 * 1024;

const reasonOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? (error as Error).message;

/** A file that may be a report, where it is no larger than one. Never rejects. */
export async function readReportFile(path: string, named: boolean): Promise<FoundFile> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) return { path, named, unreadable: `it has ${size} bytes, and a report at most ${MAX_BYTES}` };
    const bytes = await readFile(path);
    return { path, named, text: bytes.toString("utf8"), sha256: createHash("sha256").update(bytes).digest("hex") };
  } catch (error) {
    return { path, named, unreadable: reasonOf(error) };
  }
}

/** A statement about a report lies beside it, and is none; so does what explains its rows. */
/** Other JSON that a report's folder holds. */
const isOther = (name: string) => name === "badge.json" || name.endsWith(".intoto.json");
const isReportName = (name: string) => name.endsWith(".json") && !isOther(name);

async function below(folder: string): Promise<readonly FoundFile[]> {
  let entries: Awaited<ReturnType<typeof readEntries>>;
  try {
    entries = await readEntries(folder);
  } catch (error) {
    return [{ path: folder, named: true, unreadable: reasonOf(error) }];
  }
  const hasReport = entries.some(({ name }) => name === "report.json");
  const found: FoundFile[] = [];
  // One after the other: a folder may hold more files than may be open at once.
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!(hasReport && entry.name === "evidence")) found.push(...(await below(path)));
    } else if (isReportName(entry.name)) found.push(await readReportFile(path, false));
  }
  return found;
}

const readEntries = (folder: string) => readdir(folder, { withFileTypes: true });

/**
 * Each file that may be a report, read; of folders all `.json` files below them. What cannot be read is in the list with
 * its reason.
 * @throws ConfigurationError for a path that is not there, and for a folder without any such file.
 */
export async function readReportFiles(paths: readonly string[]): Promise<readonly FoundFile[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const folder = await stat(path).then(
        (stats) => stats.isDirectory(),
        (cause: NodeJS.ErrnoException) => {
          if (cause.code !== "ENOENT" && cause.code !== "ENOTDIR") return false;
          throw new ConfigurationError(
            "matrix",
            `"${path}" is not there`,
            "Give the paths of reports (report.json), or of folders that hold some.",
            { cause },
          );
        },
      );
      if (!folder) return [await readReportFile(path, true)];
      const files = await below(path);
      if (files.length > 0) return files;
      throw new ConfigurationError(
        "matrix",
        `"${path}" holds no report`,
        "Give a folder with report.json files somewhere below it.",
      );
    }),
  );
  return found.flat();
}
