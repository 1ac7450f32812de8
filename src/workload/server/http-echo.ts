/** The echo for HTTP probes. */
import { setTimeout as delay } from "node:timers/promises";
import type { Identity } from "../identity.ts";
import { type Answer, type HttpHandler, jsonAnswer, type ReceivedRequest } from "./http-message.ts";

/** Longest `/delay/{ms}`, in milliseconds; longer ones are cut to it. */
export const MAX_DELAY_MS = 60_000;

function switchOf(path: string): { readonly name: "status" | "delay"; readonly value: number } | undefined {
  const match = /^\/(status|delay)\/(\d{1,9})(?:\?.*)?$/.exec(path);
  if (match === null) return undefined;
  return { name: match[1] === "status" ? "status" : "delay", value: Number(match[2]) };
}

/** The server keeps the process alive; a pending answer alone must not. */
const realPause = (ms: number): Promise<void> => delay(ms, undefined, { ref: false });

/**
 * Repeats the request as JSON. `/status/{code}` (200 to 599) answers with that code, `/delay/{ms}` after that time;
 * a code outside of that range is a 400.
 * `pause` takes so many milliseconds.
 */
export function echoHandler(identity: Identity, pause: (ms: number) => Promise<void> = realPause): HttpHandler {
  return async (request: ReceivedRequest): Promise<Answer> => {
    const asked = switchOf(request.path);
    let status = 200;
    if (asked?.name === "status") status = asked.value >= 200 && asked.value <= 599 ? asked.value : 400;
    if (asked?.name === "delay") await pause(Math.min(asked.value, MAX_DELAY_MS));
    return jsonAnswer(status, {
      ...identity,
      port: request.port,
      id: request.id,
      protocol: request.protocol,
      method: request.method,
      path: request.path,
      headers: request.headers,
      bodyBytes: request.bodyBytes,
    });
  };
}
