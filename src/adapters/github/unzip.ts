/** Unpacks a zip from somebody else: no more than the limits allow, and nothing outside of the folder. */
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Entry, openPromise, type ZipFile } from "yauzl";

export interface UnzipLimits {
  /** Bytes of all files together, unpacked. */
  readonly bytes: number;
  /** Files and folders. */
  readonly entries: number;
}

const isFolder = ({ fileName }: Entry) => fileName.endsWith("/");

/** The whole list, before anything is written. yauzl rejects names that are absolute or lead upwards. */
async function listed(zip: ZipFile, limits: UnzipLimits): Promise<readonly Entry[]> {
  if (zip.entryCount > limits.entries)
    throw new Error(`it holds ${zip.entryCount} files, and at most ${limits.entries} are unpacked`);
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) entries.push(entry);
  const bytes = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (bytes > limits.bytes) throw new Error(`it unpacks to ${bytes} bytes, and at most ${limits.bytes} are unpacked`);
  return entries;
}

/**
 * Everything becomes a plain file, whatever the zip says that it is; the sizes in its list are binding, since a file that turns
 * out larger is an error.
 * @param folder is created where it is missing.
 * @throws Error that says what is wrong with the zip, or what `signal` was aborted with; what was written until then stays.
 */
export async function unzip(path: string, folder: string, limits: UnzipLimits, signal?: AbortSignal): Promise<void> {
  const zip = await openPromise(path, { autoClose: false, lazyEntries: true, validateEntrySizes: true });
  try {
    const entries = await listed(zip, limits);
    await mkdir(folder, { recursive: true });
    // One after the other: a zip may hold more files than may be open at once.
    for (const entry of entries) {
      const to = join(folder, entry.fileName);
      await mkdir(isFolder(entry) ? to : dirname(to), { recursive: true });
      if (isFolder(entry)) continue;
      // A name that occurs twice is an error: the second does not replace the first.
      const file = createWriteStream(to, { flags: "wx" });
      await pipeline(await zip.openReadStreamPromise(entry), file, ...(signal ? [{ signal }] : []));
    }
  } finally {
    zip.close();
  }
}
