import { describe, expect, it } from "vitest";
import { MalformedReply, readReply } from "../../../../src/workload/client/http-reply.ts";

const read = (text: string, method = "GET", isEnded = false) => readReply(Buffer.from(text), method, isEnded);
const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

describe("a reply read from raw bytes", () => {
  it.each([
    ["a stated length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok"],
    ["chunks", `${CHUNKED}1\r\no\r\n1;x=y\r\nk\r\n0\r\n\r\n`, "ok"],
    ["chunks and a trailer", `${CHUNKED}2\r\nok\r\n0\r\nx-a: b\r\n\r\n`, "ok"],
    ["an interim reply before it", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok"],
    ["no body by its status", "HTTP/1.1 204 No Content\r\n\r\n", ""],
  ])("is whole with %s, and not a byte before", (_how, text, body) => {
    expect(read(text)?.body.toString()).toBe(body);
    for (let length = 0; length < text.length; length++) expect(read(text.slice(0, length))).toBeUndefined();
  });

  it("has no body where it answers HEAD, whatever length it states", () => {
    expect(read("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", "HEAD")?.body).toHaveLength(0);
  });

  it("of no stated length is whole when the peer ends, and then the connection is over", () => {
    const text = "HTTP/1.0 200 OK\r\n\r\nok";
    expect(read(text)).toBeUndefined();
    expect(read(text, "GET", true)).toMatchObject({ status: 200, isPersistent: false });
  });

  it("joins repeated headers", () => {
    const reply = read("HTTP/1.1 204 X\r\nVia: a\r\nvia: b\r\n\r\n");
    expect(reply?.headers.get("via")).toBe("a, b");
  });

  it.each([
    ["another protocol", "SSH-2.0-x\r\n"],
    ["a status line without a status", "HTTP/1.1 OK\r\n\r\n"],
    ["a header without a colon", "HTTP/1.1 200 OK\r\nx\r\n\r\n"],
    ["a folded header", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n"],
    ["a length and a coding", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
    ["a coding that is unknown", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"],
    ["a chunk size that is none", `${CHUNKED}zz\r\n`],
    ["a chunk longer than it says", `${CHUNKED}1\r\nabc`],
    ["bytes after its end", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab"],
  ])("is malformed with %s", (_how, text) => {
    expect(() => read(text)).toThrow(MalformedReply);
  });
});
