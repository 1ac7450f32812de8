/** What all kinds of probing clients have in common. */
import type { HttpRequest, Observation } from "../../domain/measurement/probe.ts";
import { CALLER_HEADER, parseMarker, REQUEST_ID_HEADER, WORKLOAD_HEADER } from "../identity.ts";
import type { Network } from "../network.ts";

export type { ProbeClient } from "../network.ts";

/** Remark of a probe over kept connections whose connection the peer had closed. */
export const OPENED_ANEW = "on a connection opened anew";

/** What all probes of a batch share. */
export interface ClientSettings<Request> {
  readonly request: Request;
  readonly network: Network;
  /** Value of the `Host` header unless the request forges one. */
  readonly authority: string;
  /** The workload that calls, for the header of that name. */
  readonly caller: string;
  readonly isKept: boolean;
  readonly timeoutMs: number;
}

/** The host as given, with its port unless that is 80, and an IPv6 address in brackets. */
export function authorityOf(host: string, port: number): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return port === 80 ? name : `${name}:${port}`;
}

/** The headers of one probe. Those of the request replace ours, in place and regardless of case, except the request id. */
export function headersOf(settings: ClientSettings<HttpRequest>, id: string): Record<string, string> {
  const headers: Record<string, string> = { Host: settings.authority, [CALLER_HEADER]: settings.caller };
  for (const [name, value] of Object.entries(settings.request.headers)) {
    const ours = Object.keys(headers).find((own) => own.toLowerCase() === name.toLowerCase());
    headers[ours ?? name] = value;
  }
  for (const name of Object.keys(headers)) if (name.toLowerCase() === REQUEST_ID_HEADER) delete headers[name];
  headers[REQUEST_ID_HEADER] = id;
  const { body } = settings.request;
  const isFramed = Object.keys(headers).some((name) => /^(content-length|transfer-encoding)$/i.test(name));
  if (body !== undefined && !isFramed) headers["Content-Length"] = String(Buffer.byteLength(body));
  return headers;
}

/** What the head of a reply states. `header` returns a header's value by its name in lower case. */
export function headFacts(
  status: number,
  header: (name: string) => string | readonly string[] | undefined,
): Pick<Observation, "status" | "server" | "echoedId"> {
  const marker = header(WORKLOAD_HEADER);
  const id = header(REQUEST_ID_HEADER);
  const server = typeof marker === "string" ? parseMarker(marker) : undefined;
  return {
    status,
    ...(server === undefined ? {} : { server }),
    ...(typeof id === "string" ? { echoedId: id } : {}),
  };
}
