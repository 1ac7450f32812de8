/** Carries out a batch of probes. */
import type { HttpRequest, Observation, ProbeBatch } from "../../domain/measurement/probe.ts";
import { REQUEST_ID_HEADER } from "../identity.ts";
import { type Endpoint, type Network, type OutgoingRequest, resolveHost } from "../network.ts";
import { failureOf } from "./failure.ts";
import { H2cClient } from "./h2c.ts";
import { HttpClient } from "./http.ts";
import { authorityOf, type ClientSettings, headersOf, type ProbeClient } from "./probe-client.ts";
import { RawHttpClient } from "./raw-http.ts";
import { TcpClient } from "./tcp.ts";
import { UdpClient } from "./udp.ts";

/** The workload that sends, and how it reaches others. */
export interface Prober {
  readonly caller: string;
  readonly network: Network;
}

/**
 * h2c needs no raw client: HTTP/2 has no request line, and Node sends `:path` unchanged. CONNECT does: Node's client takes
 * any answer to it for a tunnel. A probe on a fresh connection is one write and one read, for which Node's client takes a third
 * more processor time than everything else; for kept connections it is the typical client.
 */
function httpClient(settings: ClientSettings<HttpRequest>): ProbeClient {
  const { request, isKept } = settings;
  if (request.protocol === "h2c") return new H2cClient(settings);
  return isKept && !request.raw && request.method !== "CONNECT"
    ? new HttpClient(settings)
    : new RawHttpClient(settings);
}

function settingsFor(batch: ProbeBatch, prober: Prober): Omit<ClientSettings<never>, "request"> {
  return {
    ...prober,
    authority: authorityOf(batch.target.host, batch.target.port),
    isKept: batch.connection === "kept",
    timeoutMs: batch.timeoutMs,
  };
}

function clientFor(batch: ProbeBatch, prober: Prober): ProbeClient {
  const { request } = batch;
  const settings = settingsFor(batch, prober);
  switch (request.kind) {
    case "http":
      return httpClient({ ...settings, request });
    case "tcp":
      return new TcpClient({ ...settings, request });
    case "udp":
      return new UdpClient({ ...settings, request });
  }
}

/** The head that a probe of this batch will have; undefined unless it is HTTP. */
function headsOf(batch: ProbeBatch, prober: Prober): (id: string) => OutgoingRequest | undefined {
  const { request } = batch;
  if (request.kind !== "http") return () => undefined;
  const settings = { ...settingsFor(batch, prober), request };
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(headersOf(settings, ""))) headers[name.toLowerCase()] = value;
  return (id) => ({
    method: request.method,
    path: request.path,
    headers: { ...headers, [REQUEST_ID_HEADER]: id },
  });
}

/** Where each probe really goes. */
function routeFor(batch: ProbeBatch, prober: Prober): (id: string, meant: Endpoint) => Endpoint | "refused" {
  const { network } = prober;
  if (network.redirect === undefined) return (_id, meant) => meant;
  const headOf = headsOf(batch, prober);
  const transport = batch.request.kind === "udp" ? "udp" : "tcp";
  let kept: Endpoint | undefined;
  return (id, meant) => {
    const chosen = network.redirect?.(meant, transport, headOf(id), kept) ?? meant;
    if (batch.connection === "kept" && chosen !== "refused") kept = chosen;
    return chosen;
  };
}

/** A probe that was refused, as by a port without a listener, before a socket was opened. */
function refused(id: string, { address, port }: Endpoint): Observation {
  const detail = `ECONNREFUSED: the network has no way to ${address}:${port}`;
  return { id, ms: 0, failure: "reset", partial: false, detail };
}

/** A probe that could not be started, for example because the pod does not have its source address. */
function unsent(id: string, error: unknown): Observation {
  return { id, ms: 0, failure: "client", partial: false, detail: failureOf(error).detail };
}

/**
 * One observation for each probe, in the order of their numbers. The name is resolved once, and the probes use its addresses
 * in turn. Never rejects: failures are observations. Once `signal` aborts, no further probe is started, and those not started
 * are missing from the result.
 */
export async function runBatch(
  batch: ProbeBatch,
  prober: Prober,
  signal?: AbortSignal,
): Promise<readonly Observation[]> {
  const now = prober.network.now ?? (() => performance.now());
  const begun = now();
  const { target, count } = batch;
  const idOf = (n: number) => `${batch.id}-${n}`;
  let addresses: readonly string[];
  try {
    addresses = await resolveHost(prober.network, target.host);
  } catch (error) {
    const ms = Math.round(now() - begun);
    const { detail } = failureOf(error);
    return Array.from({ length: count }, (_, n) => ({ id: idOf(n), ms, failure: "dns", partial: false, detail }));
  }
  const client = prober.network.clientFor?.(batch, prober.caller) ?? clientFor(batch, prober);
  const route = routeFor(batch, prober);
  const send = async (id: string, meant: Endpoint): Promise<Observation> => {
    try {
      const endpoint = route(id, meant);
      return endpoint === "refused" ? refused(id, meant) : await client.send(id, endpoint);
    } catch (error) {
      return unsent(id, error);
    }
  };
  const observations: Observation[] = [];
  let next = 0;
  const sendInTurn = async () => {
    while (next < count && !signal?.aborted) {
      const n = next++;
      // A kept connection is meant for one address.
      const address = addresses[batch.connection === "kept" ? 0 : n % addresses.length] ?? target.host;
      observations[n] = await send(idOf(n), { address, port: target.port });
    }
  };
  const atOnce = batch.connection === "kept" ? 1 : Math.min(batch.concurrency, count);
  await Promise.all(Array.from({ length: atOnce }, sendInTurn));
  client.close();
  return observations;
}
