/** A zip with any paths in it, also those that no honest program writes. */
import { crc32, deflateRawSync } from "node:zlib";

const UTF8_NAMES = 1 << 11;

const UNIX = 3;
const DEFLATED = 8;

export interface ZipEntry {
  readonly path: string;
  readonly content: string | Buffer;
  /** Compresses it; nothing is otherwise. */
  readonly deflate?: true;
  /** Bytes that it is said to have unpacked, where that is a lie. */
  readonly claims?: number;
  /** Type and permissions, as Unix has them. */
  readonly mode?: number;
}

/** `files`: content by path, or each with what is odd about it. */
export function zipOf(files: Readonly<Record<string, string>> | readonly ZipEntry[]): Buffer {
  const entries: readonly ZipEntry[] = Array.isArray(files)
    ? files
    : Object.entries(files).map(([path, content]) => ({ path, content }));
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, content: given, deflate, claims, mode = 0 } of entries) {
    const name = Buffer.from(path);
    const content = Buffer.from(given);
    const stored = deflate ? deflateRawSync(content) : content;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(UTF8_NAMES, 2);
    common.writeUInt16LE(deflate ? DEFLATED : 0, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(stored.length, 14);
    common.writeUInt32LE(claims ?? content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, name, stored]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((mode << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from([0x50, 0x4b, 1, 2, 20, mode === 0 ? 0 : UNIX]), common, rest, name);
    parts.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listed, end]);
}
