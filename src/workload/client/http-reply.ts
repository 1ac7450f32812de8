/** A strict parser of one HTTP/1.1 reply (RFC 9112), for bytes read directly from a socket. */

export interface ReplyHead {
  readonly status: number;
  /** Names in lower case; values of a repeated header joined by a comma. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface Reply extends ReplyHead {
  readonly body: Buffer;
  /** Whether another request may follow on the connection. */
  readonly isPersistent: boolean;
}

export class MalformedReply extends Error {
  override readonly name = "MalformedReply";
}

const MAX_HEAD_BYTES = 64 * 1024;
const STATUS_LINE = /^HTTP\/1\.[01] ([1-5]\d\d)(?: .*)?$/;
const HEADER_LINE = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/;

/** The final head and where the body begins; undefined while bytes are missing. Interim (1xx) heads are skipped. */
export function readHead(bytes: Buffer, start = 0): (ReplyHead & { readonly bodyStart: number }) | undefined {
  const end = bytes.indexOf("\r\n\r\n", start);
  const intro = bytes.toString("latin1", start, start + 7);
  if (!"HTTP/1.".startsWith(intro)) throw new MalformedReply("the reply does not begin like HTTP/1");
  if (end < 0) {
    if (bytes.length - start > MAX_HEAD_BYTES) throw new MalformedReply("the head of the reply does not end");
    return undefined;
  }
  const [first = "", ...lines] = bytes.toString("latin1", start, end).split("\r\n");
  const status = Number(STATUS_LINE.exec(first)?.[1]);
  if (Number.isNaN(status)) throw new MalformedReply(`not a status line: ${JSON.stringify(first)}`);
  const bodyStart = end + 4;
  if (status < 200 && status !== 101) return readHead(bytes, bodyStart);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value = ""] = HEADER_LINE.exec(line) ?? [];
    if (name === undefined) throw new MalformedReply(`not a header line: ${JSON.stringify(line)}`);
    const key = name.toLowerCase();
    const earlier = headers.get(key);
    headers.set(key, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return { status, headers, bodyStart };
}

/**
 * The reply to a request of this method; undefined while bytes are missing. `isEnded`: the peer has ended its side, which
 * completes a reply of no stated length and no other. Throws MalformedReply.
 */
export function readReply(bytes: Buffer, method: string, isEnded: boolean): Reply | undefined {
  if (bytes.length === 0) return undefined;
  const head = readHead(bytes);
  if (head === undefined) return undefined;
  const { status, headers, bodyStart } = head;
  const isClosing = /\bclose\b/i.test(headers.get("connection") ?? "");
  const rest = bytes.subarray(bodyStart);
  const coding = headers.get("transfer-encoding");
  const length = headers.get("content-length");
  if (coding !== undefined && length !== undefined) throw new MalformedReply("both a length and a transfer coding");
  const hasBody = method !== "HEAD" && status !== 204 && status !== 304;
  let body: Buffer | undefined;
  let used = 0;
  if (!hasBody) body = Buffer.alloc(0);
  else if (coding !== undefined) {
    if (coding.toLowerCase() !== "chunked") throw new MalformedReply(`transfer coding ${coding}`);
    [body, used] = readChunks(rest) ?? [undefined, 0];
  } else if (length !== undefined) {
    if (!/^\d{1,15}$/.test(length)) throw new MalformedReply(`content-length ${length}`);
    used = Number(length);
    if (rest.length >= used) body = rest.subarray(0, used);
  } else {
    if (!isEnded) return undefined;
    return { status, headers, body: rest, isPersistent: false };
  }
  if (body === undefined) return undefined;
  if (rest.length > used) throw new MalformedReply(`${rest.length - used} bytes after the end of the reply`);
  return { status, headers, body, isPersistent: !isClosing && !isEnded };
}

/** The body and how many bytes its chunks and trailers took. */
function readChunks(bytes: Buffer): [body: Buffer, used: number] | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const line = bytes.toString("latin1", at, lineEnd);
    const size = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?$/.exec(line)?.[1];
    if (size === undefined) throw new MalformedReply(`not a chunk size: ${JSON.stringify(line)}`);
    const length = Number.parseInt(size, 16);
    if (length === 0) {
      // Trailers end with an empty line, as does the chunk size line where there are none.
      const end = bytes.indexOf("\r\n\r\n", lineEnd);
      return end < 0 ? undefined : [Buffer.concat(chunks), end + 4];
    }
    const dataEnd = lineEnd + 2 + length;
    if (bytes.length < dataEnd + 2) return undefined;
    if (bytes.toString("latin1", dataEnd, dataEnd + 2) !== "\r\n") throw new MalformedReply("a chunk without its end");
    chunks.push(bytes.subarray(lineEnd + 2, dataEnd));
    at = dataEnd + 2;
  }
}
