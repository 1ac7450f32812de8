/** A workload on free ports of a loopback address of its own, and batches that aim at it. */
import { onTestFinished } from "vitest";
import type { HttpRequest, ProbeBatch, ProbeRequest } from "../../../src/domain/measurement/probe.ts";
import type { Network } from "../../../src/workload/network.ts";
import type { Inbound } from "../../../src/workload/server/inbound.ts";
import { startServer, type Workload } from "../../../src/workload/server/server.ts";

export const HOST = "127.0.0.31";
export const IDENTITY = { pod: "b-7f", account: "sa-b", workload: "app-b" };

export interface Started extends Workload {
  readonly http: number;
  readonly tcp: number;
  readonly udp: number;
}

/** Stops when the test has finished. */
export async function startWorkload(
  options: {
    readonly control?: string;
    readonly network?: Network;
    readonly listen?: string;
    readonly inbound?: Inbound;
  } = {},
): Promise<Started> {
  const workload = await startServer({
    identity: IDENTITY,
    listen: HOST,
    httpPorts: [0, 0],
    tcpPorts: [0, 0],
    udpPorts: [0, 0],
    learnLayer5Port: 0,
    ...options,
  });
  onTestFinished(() => workload.close());
  const [http = 0] = workload.ports.http;
  const [tcp = 0] = workload.ports.tcp;
  const [udp = 0] = workload.ports.udp;
  return { ...workload, http, tcp, udp };
}

export const GET: HttpRequest = { kind: "http", protocol: "http/1.1", method: "GET", path: "/api", headers: {} };

export function batch(port: number, request: ProbeRequest, changes: Partial<ProbeBatch> = {}): ProbeBatch {
  return {
    id: "run-1",
    target: { host: HOST, port },
    request,
    count: 1,
    connection: "fresh",
    concurrency: 4,
    // For what is answered: no answer is late on a machine that is busy with other tests.
    timeoutMs: 30_000,
    ...changes,
  };
}

/** The three ways in which an HTTP probe is sent. */
export const HTTP_CLIENTS: readonly (readonly [string, HttpRequest])[] = [
  ["HTTP/1.1", GET],
  ["raw HTTP/1.1", { ...GET, raw: true }],
  ["h2c", { ...GET, protocol: "h2c" }],
];
