/** Translates errors of sockets and protocol libraries into what an observation states. */
import type { Observation } from "../../domain/measurement/probe.ts";

export interface Failure {
  readonly failure: NonNullable<Observation["failure"]>;
  readonly detail: string;
  /** Bytes came, but not a reply: a TLS alert, or the text of something other than the application. */
  readonly foreign?: boolean;
}

const RESET_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ERR_STREAM_PREMATURE_CLOSE",
  // A stream or session of HTTP/2 that the peer ended by RST_STREAM, GOAWAY or a closed connection.
  "ERR_HTTP2_STREAM_ERROR",
  "ERR_HTTP2_STREAM_CANCEL",
  "ERR_HTTP2_SESSION_ERROR",
  "ERR_HTTP2_GOAWAY_SESSION",
  "ERR_HTTP2_INVALID_SESSION",
]);

/** Record type 21 and major version 3 (RFC 8446, 5.1): what a TLS peer says to plain bytes before it hangs up. */
export function isTlsAlert(bytes: Buffer): boolean {
  return bytes[0] === 21 && bytes[1] === 3;
}

/** `reset` and `timeout` are caused by the network; anything that is not known to be is `client`. */
export function failureOf(error: unknown): Failure {
  const { code = "", message, rawPacket } = error as NodeJS.ErrnoException & { readonly rawPacket?: Buffer };
  const detail = code === "" || message.includes(code) ? message : `${code}: ${message}`;
  if (rawPacket !== undefined && isTlsAlert(rawPacket)) {
    return { failure: "reset", detail: "the peer sent a TLS alert", foreign: true };
  }
  if (RESET_CODES.has(code)) return { failure: "reset", detail };
  if (code === "ETIMEDOUT") return { failure: "timeout", detail };
  return { failure: "client", detail };
}
