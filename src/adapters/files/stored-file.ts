/** A file that a command is given by its path, or by the path of the folder that contains it. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ConfigurationError } from "../../errors.ts";
import { withoutMark } from "./read-text.ts";
import { readRegularFile } from "./regular-file.ts";
import { MAX_REPORT_BYTES, reasonOf } from "./report-files.ts";

export interface StoredFile {
  readonly path: string;
  readonly text: string;
  /** Of its bytes. */
  readonly sha256: string;
}

/** The path itself, or where it is a folder, the first of the names that it contains. */
async function fileAt(given: string, names: readonly string[]): Promise<string> {
  if (!(await stat(given)).isDirectory()) return given;
  for (const name of names) {
    const path = join(given, name);
    if (await stat(path).catch(() => undefined)) return path;
  }
  return join(given, names[0] ?? "");
}

/**
 * @param input that gave the path.
 * @param names of the file to read where a folder is given; the first that exists is taken.
 * @throws ConfigurationError for a file that cannot be read.
 */
export async function readStored(
  input: string,
  given: string,
  names: readonly string[] = ["report.json"],
): Promise<StoredFile> {
  try {
    const path = await fileAt(given, names);
    const bytes = await readRegularFile(path, MAX_REPORT_BYTES);
    return {
      path,
      text: withoutMark(bytes.toString("utf8")),
      sha256: createHash("sha256").update(bytes).digest("hex"),
    };
  } catch (cause) {
    throw new ConfigurationError(
      input,
      `"${given}" cannot be read (${reasonOf(cause)})`,
      `Give the path of a report (${names.join(" or ")}), or of a folder that contains one.`,
      { cause },
    );
  }
}
