/** An HTTP request and its answer, independent of the protocol version. */
import type { Readable } from "node:stream";

/** Bytes of a request body that are kept for the handler; the rest is read and dropped. */
export const MAX_BODY_BYTES = 1024 * 1024;

export interface ReceivedRequest {
  readonly protocol: "http/1.1" | "h2c";
  readonly port: number;
  readonly method: string;
  /** Request target exactly as received. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Request id, or "". */
  readonly id: string;
  readonly body: Buffer;
  /** Bytes received, including those beyond what `body` keeps. */
  readonly bodyBytes: number;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** Answered by something in front of the application, so without its marker. */
  readonly isForeign?: boolean;
}

export type HttpHandler = (request: ReceivedRequest) => Answer | Promise<Answer>;

/** An answer in JSON. */
export function jsonAnswer(status: number, value: unknown): Answer {
  return { status, headers: { "content-type": "application/json" }, body: `${JSON.stringify(value)}\n` };
}

/** Neither may have a body, whatever the handler said. */
export function isBodiless(method: string, status: number): boolean {
  return method === "HEAD" || status === 204 || status === 304;
}

/** Reads a body to its end, so that closing afterwards never resets the connection. Rejects if the peer disconnects. */
export function drainBody(stream: Readable): Promise<{ readonly body: Buffer; readonly bodyBytes: number }> {
  return new Promise((resolve, reject) => {
    const kept: Buffer[] = [];
    let bodyBytes = 0;
    stream.on("data", (piece: Buffer) => {
      if (bodyBytes < MAX_BODY_BYTES) kept.push(piece.subarray(0, MAX_BODY_BYTES - bodyBytes));
      bodyBytes += piece.length;
    });
    stream.on("end", () => resolve({ body: Buffer.concat(kept), bodyBytes }));
    stream.on("error", reject);
    stream.on("close", () => {
      if (!stream.readableEnded) reject(new Error("the request was cut off"));
    });
  });
}
