/** Finds report files: those that are named, and those below folders, for example below downloaded artifacts. */
import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { FoundFile } from "../../domain/matrix/source.ts";
import { ConfigurationError } from "../../errors.ts";
import { withoutMark } from "./read-text.ts";
import { readRegularFile } from "./regular-file.ts";

/** A report has some hundred KiB; what is far larger is something else, and is named but not read. */
export const MAX_REPORT_BYTES = 64 * 1024 * 1024;

/** Why a file cannot be read: the code of the system, or words. */
export const reasonOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? (error as Error).message;

/** Reads a file that may be a report, unless it is too large for one. Never rejects. */
export async function readReportFile(path: string, named: boolean): Promise<FoundFile> {
  try {
    const bytes = await readRegularFile(path, MAX_REPORT_BYTES);
    return {
      path,
      named,
      text: withoutMark(bytes.toString("utf8")),
      sha256: createHash("sha256").update(bytes).digest("hex"),
    };
  } catch (error) {
    return { path, named, unreadable: reasonOf(error) };
  }
}

/** JSON beside a report that is none: the badge, and the statement about the report. */
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
 * Reads each file that may be a report; in folders, all `.json` files below them. What cannot be read is in the list with
 * the reason.
 * @throws ConfigurationError for a path that does not exist, and for a folder without any such file.
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
            `"${path}" does not exist`,
            "Give the paths of reports (report.json), or of folders that contain some.",
            { cause },
          );
        },
      );
      if (!folder) return [await readReportFile(path, true)];
      const files = await below(path);
      if (files.length > 0) return files;
      throw new ConfigurationError(
        "matrix",
        `"${path}" contains no report`,
        "Give a folder with report.json files somewhere below it.",
      );
    }),
  );
  return found.flat();
}
