/** A file that an input names, as text. */
import { readFile } from "node:fs/promises";
import { ConfigurationError } from "../../errors.ts";

const BYTE_ORDER_MARK = "\uFEFF";

/** Some editors begin a file with a byte-order mark, which is no part of its text. */
export const withoutMark = (text: string): string => (text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);

const NO_DESCRIPTORS: readonly string[] = ["EMFILE", "ENFILE"];

/** The error for what an input names and cannot be read, by the code of the system. */
export function unreadable(
  input: string,
  shown: string,
  cause: unknown,
  remedy = "Give the path of a readable file.",
): ConfigurationError {
  const { code = "" } = cause as NodeJS.ErrnoException;
  if (NO_DESCRIPTORS.includes(code))
    return new ConfigurationError(
      input,
      `"${shown}" cannot be opened: too many files are open on this machine (${code})`,
      "Close other programs, or raise the limit of open files (ulimit -n).",
      { cause },
    );
  return new ConfigurationError(input, `"${shown}" cannot be read (${code})`, remedy, { cause });
}

/** Without a byte-order mark. @throws ConfigurationError where it cannot be read */
export async function readText(input: string, file: string, shown: string): Promise<string> {
  try {
    return withoutMark(await readFile(file, "utf8"));
  } catch (error) {
    throw unreadable(input, shown, error);
  }
}
