/** Block blobs as Azure Storage keeps them, as far as an upload in blocks needs: each blob has one address that is signed. */
import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

export interface BlobReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly bytes?: Buffer;
}

interface Blob {
  /** With base64's padding, which clients have lost by splitting an address at `=` (act #6021). */
  readonly signature: string;
  readonly blocks: Map<string, Buffer>;
  committed: Buffer | undefined;
}

export interface Blobs {
  /** A new blob; returns its number. */
  open(): number;
  /** Path and query, for whoever may write to it and read it. */
  signedPath(blob: number): string;
  /** What a block list has put together; undefined until then. */
  read(blob: number): Buffer | undefined;
  put(path: string, query: URLSearchParams, headers: IncomingHttpHeaders, body: Buffer): BlobReply;
  get(path: string, query: URLSearchParams): BlobReply;
}

const PATH = /^\/blob\/(\d+)$/;

function refuse(status: number, code: string, message: string): BlobReply {
  const text = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: { "content-type": "application/xml", "x-ms-error-code": code }, bytes: Buffer.from(text) };
}

export function createBlobs(): Blobs {
  const blobs: Blob[] = [];

  function signed(path: string, query: URLSearchParams): Blob | BlobReply {
    const [, number] = PATH.exec(path) ?? [];
    const blob = blobs[Number(number) - 1];
    if (blob === undefined) return refuse(404, "BlobNotFound", "The specified blob does not exist.");
    return query.get("sig") === blob.signature
      ? blob
      : refuse(403, "AuthenticationFailed", "Signature did not match, or there is none.");
  }

  function commit(blob: Blob, list: string): BlobReply {
    const blocks: Buffer[] = [];
    for (const [, id = ""] of list.matchAll(/<(?:Latest|Uncommitted)>([^<]+)<\/(?:Latest|Uncommitted)>/g)) {
      const block = blob.blocks.get(id);
      if (block === undefined) return refuse(400, "InvalidBlockList", "The specified block list is invalid.");
      blocks.push(block);
    }
    blob.committed = Buffer.concat(blocks);
    blob.blocks.clear();
    return created();
  }

  return {
    open: () => blobs.push({ signature: randomBytes(32).toString("base64"), blocks: new Map(), committed: undefined }),
    signedPath: (number) => `/blob/${number}?sp=rw&sig=${encodeURIComponent(blobs[number - 1]?.signature ?? "")}`,
    read: (number) => blobs[number - 1]?.committed,
    put(path, query, headers, body) {
      const blob = signed(path, query);
      if ("status" in blob) return blob;
      if (headers["x-ms-version"] === undefined)
        return refuse(400, "MissingRequiredHeader", "x-ms-version is not given.");
      if (Number(headers["content-length"]) !== body.length)
        return refuse(411, "MissingContentLengthHeader", "Content-Length header is not given.");
      switch (query.get("comp")) {
        case "block": {
          const id = query.get("blockid") ?? "";
          if (id === "" || [...blob.blocks.keys()].some((other) => other.length !== id.length))
            return refuse(400, "InvalidBlobOrBlock", "The ids of a blob's blocks have to be of one length.");
          blob.blocks.set(id, body);
          return created();
        }
        case "blocklist":
          return commit(blob, body.toString("utf8"));
        default:
          return refuse(400, "UnsupportedQueryParameter", "(fake) This one only takes blocks and lists of blocks.");
      }
    },
    get(path, query) {
      const blob = signed(path, query);
      if ("status" in blob) return blob;
      return blob.committed === undefined
        ? refuse(404, "BlobNotFound", "The specified blob does not exist.")
        : { status: 200, headers: { "content-type": "application/zip" }, bytes: blob.committed };
    },
  };
}

const created = (): BlobReply => ({
  status: 201,
  headers: { etag: `"0x${randomBytes(7).toString("hex")}"`, "last-modified": new Date().toUTCString() },
});
