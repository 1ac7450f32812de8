/** The identity that a server states, and how requests and replies carry it. */
import { hostname } from "node:os";
import type { ServerIdentity } from "../domain/measurement/probe.ts";

/** On every HTTP reply of the application, errors included: `pod/account/workload/port`, each part percent-encoded. */
export const WORKLOAD_HEADER = "x-smi-workload";
/** On a request: its id. On a reply: the id of the request that it answers. */
export const REQUEST_ID_HEADER = "x-smi-request-id";
/** On a request: the workload it claims to come from, as in Learn Layer5. Only a claim; no check depends on it. */
export const CALLER_HEADER = "ServiceName";

/** First word of every line and datagram that the TCP and UDP echo send. */
const LINE_WORD = "smi-workload";

export interface Identity {
  readonly pod: string;
  readonly account: string;
  readonly workload: string;
  /** The pod's version label, if the fixture has one. */
  readonly version?: string;
}

/** Reads what the downward API put in the environment. */
export function identityFromEnv(env: NodeJS.ProcessEnv): Identity {
  const identity = {
    pod: env.POD_NAME || hostname(),
    account: env.SERVICE_ACCOUNT || "default",
    workload: env.SERVICE_NAME || "Default",
  };
  return env.SERVICE_VERSION ? { ...identity, version: env.SERVICE_VERSION } : identity;
}

/** Percent-encoded, so that any name is safe in a header, on a line and between slashes. */
export function formatMarker(identity: Identity, port: number): string {
  return [identity.pod, identity.account, identity.workload, String(port)].map(encodeURIComponent).join("/");
}

/** Undefined for anything that `formatMarker` did not make. */
export function parseMarker(marker: string | undefined): ServerIdentity | undefined {
  const match = /^([^/\s]+)\/([^/\s]+)\/([^/\s]+)\/(\d{1,5})$/.exec(marker ?? "");
  if (match === null) return undefined;
  const [, pod = "", account = "", workload = "", port = ""] = match;
  try {
    return {
      pod: decodeURIComponent(pod),
      account: decodeURIComponent(account),
      workload: decodeURIComponent(workload),
      port: Number(port),
    };
  } catch {
    return undefined;
  }
}

/** The line (without its end) of a TCP banner, where `id` is absent, or of a TCP or UDP echo. */
export function formatIdentityLine(marker: string, id?: string): string {
  return id === undefined ? `${LINE_WORD} ${marker}` : `${LINE_WORD} ${marker} ${id}`;
}

/** Undefined for a line that is not the application's. `id` is absent in a banner. */
export function parseIdentityLine(line: string): { readonly server: ServerIdentity; readonly id?: string } | undefined {
  const [word, marker, ...rest] = line.split(" ");
  const server = word === LINE_WORD ? parseMarker(marker) : undefined;
  if (server === undefined) return undefined;
  return rest.length === 0 ? { server } : { server, id: rest.join(" ") };
}
