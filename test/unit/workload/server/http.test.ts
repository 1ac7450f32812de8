import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { batch, GET, HOST, IDENTITY, startWorkload } from "../started-workload.ts";

/** Sends bytes, piece after piece, and gives back all that comes until the server closes. */
function talk(port: number, ...pieces: string[]): Promise<string> {
  const socket = connect({ port, host: HOST, noDelay: true });
  return new Promise((resolve, reject) => {
    let heard = "";
    socket.on("data", (piece) => {
      heard += piece;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(heard));
    for (const piece of pieces) socket.write(piece);
  });
}

describe("the HTTP echo", () => {
  it("tells who it is and what it received, in the body and in the marker", async () => {
    const { http } = await startWorkload();
    const reply = await fetch(`http://${HOST}:${http}/api?x=1`, {
      method: "PUT",
      body: "four",
      headers: { "X-Smi-Request-Id": "r-1", "X-A": "b" },
    });
    expect(reply.headers.get("x-smi-workload")).toBe(`b-7f/sa-b/app-b/${http}`);
    expect(reply.headers.get("x-smi-request-id")).toBe("r-1");
    expect(await reply.json()).toMatchObject({
      ...IDENTITY,
      port: http,
      id: "r-1",
      protocol: "http/1.1",
      method: "PUT",
      path: "/api?x=1",
      headers: { "x-a": "b" },
      bodyBytes: 4,
    });
  });

  it("speaks h2c with many streams at once on the same port", async () => {
    const { http } = await startWorkload();
    const session = connectHttp2(`http://${HOST}:${http}`);
    const bodies = [0, 1, 2].map(async (n) => {
      const chunks = await session.request({ ":path": `/s/${n}` }).toArray();
      return JSON.parse(Buffer.concat(chunks).toString());
    });
    expect(await Promise.all(bodies)).toMatchObject(
      [0, 1, 2].map((n) => ({ protocol: "h2c", path: `/s/${n}`, headers: { host: `${HOST}:${http}` } })),
    );
    session.close();
  });

  it("is an application's 400, with the marker, for what is no HTTP", async () => {
    const { http } = await startWorkload();
    expect(await talk(http, "\u0016\u0003\u0001 hello\r\n\r\n")).toMatch(
      /^HTTP\/1.1 400 .*\r\nx-smi-workload: b-7f\//s,
    );
  });

  it.each([
    ["HEAD", 200, true],
    ["HEAD", 204, false],
    ["GET", 204, false],
    ["GET", 304, false],
  ])("answers %s with %i and no body; states a length: %s", async (method, status, hasLength) => {
    const { http } = await startWorkload();
    const heard = await talk(http, `${method} /status/${status} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(heard).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(heard.endsWith("\r\n\r\n")).toBe(true);
    expect(/\r\ncontent-length: [1-9]/i.test(heard)).toBe(hasLength);
    expect(/\r\ncontent-length: /i.test(heard)).toBe(hasLength);
  });

  it.each(["/status/199", "/status/600", "/status/999"])("refuses the code of %s", async (path) => {
    const { http } = await startWorkload();
    expect((await fetch(`http://${HOST}:${http}${path}`)).status).toBe(400);
  });

  it("answers a request that offers an upgrade or asks to continue as any other", async () => {
    const { http } = await startWorkload();
    const head = "Host: x\r\nConnection: close\r\n";
    const upgrade = `GET /up HTTP/1.1\r\n${head.replace("close", "Upgrade, close")}Upgrade: h2c\r\n\r\n`;
    expect(await talk(http, upgrade)).toMatch(/^HTTP\/1.1 200 .*"path":"\/up"/s);
    const patient = `POST /c HTTP/1.1\r\n${head}Expect: 100-continue\r\nContent-Length: 2\r\n\r\nok`;
    expect(await talk(http, patient)).toMatch(/^HTTP\/1.1 100 .*HTTP\/1.1 200 .*"bodyBytes":2/s);
    const strange = `GET /e HTTP/1.1\r\n${head}Expect: miracles\r\n\r\n`;
    expect(await talk(http, strange)).toMatch(/^HTTP\/1.1 200 .*"path":"\/e"/s);
  });

  it("outlives peers that break off anywhere", async () => {
    const { http, operations } = await startWorkload();
    const starts = [
      "",
      "P",
      "PRI * HT",
      "GET / HT",
      "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nx",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\njunk",
    ];
    for (const start of starts) {
      const socket = connect({ port: http, host: HOST });
      socket.on("error", () => {});
      await new Promise<void>((resolve) => {
        socket.on("connect", () => socket.write(start, () => resolve()));
      });
      socket.resetAndDestroy();
    }
    expect(await operations.probe(batch(http, GET))).toMatchObject([{ status: 200, echoedId: "run-1-0" }]);
    expect(await operations.probe(batch(http, { ...GET, protocol: "h2c" }))).toMatchObject([{ status: 200 }]);
  });

  it("recognises the protocol from bytes that come one by one", async () => {
    const { http } = await startWorkload();
    const request = "PROPFIND /p HTTP/1.1\r\nConnection: close\r\n\r\n";
    expect(await talk(http, ...request)).toMatch(/^HTTP\/1.1 200 .*"method":"PROPFIND"/s);
  });
});
