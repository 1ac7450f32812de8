/** Reads a file of somebody else: a pipe or a device, which may block or never end, is none. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** @throws Error for what is no regular file, for one of more than `maxBytes`, and for one that cannot be read (with a code) */
export async function readRegularFile(path: string, maxBytes: number): Promise<Buffer> {
  // Opened without waiting for a writer, and looked at once it is open: what a path names may change in between.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error("it is not a regular file");
    if (stats.size > maxBytes) throw new Error(`it has ${stats.size} bytes, and at most ${maxBytes} are read`);
    const bytes = Buffer.alloc(stats.size);
    let read = 0;
    while (read < bytes.length) {
      const { bytesRead } = await file.read(bytes, read, bytes.length - read, read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return bytes.subarray(0, read);
  } finally {
    await file.close();
  }
}
