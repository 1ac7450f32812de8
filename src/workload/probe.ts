/** Carries out a batch of probes. */
import type { HttpRequest, Observation, ProbeBatch } from "../domain/probe.ts";
import { failureOf } from "./failure.ts";
import { H2cClient } from "./h2c-client.ts";
import { HttpClient } from "./http-client.ts";
import { type Network, resolveHost } from "./network.ts";
import { authorityOf, type ClientSettings, type ProbeClient } from "./probe-client.ts";
import { RawHttpClient } from "./raw-http-client.ts";
import { TcpClient } from "./tcp-client.ts";
import { UdpClient } from "./udp-client.ts";

/** The workload that sends, and how it reaches others. */
export interface Prober {
  readonly caller: string;
  readonly network: Network;
}

/**
 * h2c needs no raw client: HTTP/2 has no request line, and Node sends `:path` as it is given. CONNECT does: Node's client
 * takes any answer to it for a tunnel.
 */
function httpClient(settings: ClientSettings<HttpRequest>): ProbeClient {
  if (settings.request.protocol === "h2c") return new H2cClient(settings);
  return settings.request.raw || settings.request.method === "CONNECT"
    ? new RawHttpClient(settings)
    : new HttpClient(settings);
}

function clientFor(batch: ProbeBatch, prober: Prober): ProbeClient {
  const { request, target, timeoutMs } = batch;
  const settings = {
    ...prober,
    authority: authorityOf(target.host, target.port),
    isKept: batch.connection === "kept",
    timeoutMs,
  };
  switch (request.kind) {
    case "http":
      return httpClient({ ...settings, request });
    case "tcp":
      return new TcpClient({ ...settings, request });
    case "udp":
      return new UdpClient({ ...settings, request });
  }
}

/** A probe that could not even be begun: a source address that the pod does not have, say. */
function unsent(id: string, error: unknown): Observation {
  return { id, ms: 0, failure: "client", partial: false, detail: failureOf(error).detail };
}

/**
 * One observation for each probe, in the order of their numbers. The name is resolved once, and the probes take its
 * addresses in turn. Never rejects: what goes wrong is observed. Once `signal` aborts, no further probe is begun and
 * those that were not are missing from the result.
 */
export async function runBatch(
  batch: ProbeBatch,
  prober: Prober,
  signal?: AbortSignal,
): Promise<readonly Observation[]> {
  const begun = performance.now();
  const { target, count } = batch;
  const idOf = (n: number) => `${batch.id}-${n}`;
  let addresses: readonly string[];
  try {
    addresses = await resolveHost(prober.network, target.host);
  } catch (error) {
    const ms = Math.round(performance.now() - begun);
    const { detail } = failureOf(error);
    return Array.from({ length: count }, (_, n) => ({ id: idOf(n), ms, failure: "dns", partial: false, detail }));
  }
  const client = clientFor(batch, prober);
  const observations: Observation[] = [];
  let next = 0;
  const sendInTurn = async () => {
    while (next < count && !signal?.aborted) {
      const n = next++;
      // A kept connection goes to one address.
      const address = addresses[batch.connection === "kept" ? 0 : n % addresses.length] ?? target.host;
      const sent = client.send(idOf(n), { address, port: target.port });
      observations[n] = await sent.catch((error) => unsent(idOf(n), error));
    }
  };
  const atOnce = batch.connection === "kept" ? 1 : Math.min(batch.concurrency, count);
  await Promise.all(Array.from({ length: atOnce }, sendInTurn));
  client.close();
  return observations;
}
