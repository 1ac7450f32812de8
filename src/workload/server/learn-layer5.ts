/**
 * The HTTP interface of Meshery's Learn Layer5 sample application, so that clients of the one can use the other:
 * `POST /call`, `/echo`, `GET` and `DELETE /metrics`. Field names are that application's.
 */
import { request as httpRequest } from "node:http";
import { CALLER_HEADER, type Identity } from "../identity.ts";
import { type Answer, type HttpHandler, jsonAnswer, type ReceivedRequest } from "./http-message.ts";

/** Most entries in each list of `/metrics`; beyond it the oldest are dropped. */
const MAX_COUNTED = 10_000;
/** Milliseconds until an outgoing call is abandoned. */
const CALL_TIMEOUT_MS = 30_000;

interface Call {
  readonly url: URL;
  /** As the caller wrote it. */
  readonly text: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly body: string;
}

interface CountedCall {
  readonly URL: string;
  readonly Method: string;
  readonly Headers: Readonly<Record<string, string>> | null;
}

class Counters {
  ReqReceived: string[] = [];
  RespSucceeded: CountedCall[] = [];
  RespFailed: CountedCall[] = [];
}

function count<T>(list: T[], entry: T): void {
  list.push(entry);
  if (list.length > MAX_COUNTED) list.shift();
}

const textAnswer = (status: number, text: string): Answer => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body: text,
});

/** Throws an Error that describes what is wrong with the body. */
function parseCall(body: Buffer): Call {
  const asked: unknown = JSON.parse(body.toString("utf8"));
  if (typeof asked !== "object" || asked === null) throw new Error("expected a JSON object");
  const { url, method = "GET", headers, body: content = "" } = asked as Record<string, unknown>;
  if (typeof url !== "string" || typeof method !== "string" || typeof content !== "string") {
    throw new Error("url, method and body must be strings");
  }
  const parsed = new URL(url);
  if (parsed.protocol !== "http:") throw new Error("only http URLs are called");
  const given = Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)] as const);
  return {
    url: parsed,
    text: url,
    method: method || "GET",
    headers: headers ? Object.fromEntries(given) : undefined,
    body: content,
  };
}

function send(call: Call, caller: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { ...call.headers, [CALLER_HEADER]: caller };
    const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
    const request = httpRequest(call.url, { method: call.method, headers, agent: false, signal }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("error", reject);
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces).toString("utf8") });
      });
    });
    request.on("error", reject);
    request.end(["POST", "PUT", "PATCH"].includes(call.method) ? call.body : undefined);
  });
}

/** The request as it would be sent. */
function echo(request: ReceivedRequest): Answer {
  const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  const head = `${request.method} ${request.path} HTTP/1.1\r\n${lines.join("")}\r\n`;
  return textAnswer(200, head + request.body.toString("utf8"));
}

/** A handler with its own counters. A call without any reply is answered with a 500 and not counted. */
export function learnLayer5Handler(identity: Identity): HttpHandler {
  let counters = new Counters();

  async function call(request: ReceivedRequest): Promise<Answer> {
    if (request.method !== "POST") return textAnswer(400, "Method not defined\n");
    if (request.bodyBytes === 0) return textAnswer(200, "");
    let asked: Call;
    try {
      asked = parseCall(request.body);
    } catch (error) {
      return textAnswer(400, `Error parsing body: ${(error as Error).message}\n`);
    }
    try {
      const got = await send(asked, identity.workload);
      const isSuccess = got.status >= 200 && got.status < 400;
      const counted = { URL: asked.text, Method: asked.method, Headers: asked.headers ?? null };
      count(isSuccess ? counters.RespSucceeded : counters.RespFailed, counted);
      return textAnswer(200, got.body);
    } catch (error) {
      return textAnswer(500, `Error completing the request: ${(error as Error).message}\n`);
    }
  }

  function metrics(method: string): Answer {
    if (method === "GET") return jsonAnswer(200, counters);
    if (method !== "DELETE") return textAnswer(400, "Method not defined\n");
    counters = new Counters();
    return textAnswer(200, "");
  }

  return (request) => {
    const [path] = request.path.split("?", 1);
    if (path === "/metrics") return metrics(request.method);
    if (path !== "/call" && path !== "/echo") return textAnswer(404, "404 page not found\n");
    const caller = request.headers[CALLER_HEADER.toLowerCase()];
    count(counters.ReqReceived, typeof caller === "string" && caller !== "" ? caller : "Unidentified");
    return path === "/call" ? call(request) : echo(request);
  };
}
