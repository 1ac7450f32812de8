/** Validates what comes over the control socket before anything acts on it. */
import type { AgentRequest, ProbeBatch, ProbeRequest } from "../../domain/measurement/probe.ts";

/** Most probes in one batch: a bound on memory, far above any sampling plan. */
export const MAX_COUNT = 100_000;
const MAX_CONCURRENCY = 256;
const MAX_TIMEOUT_MS = 600_000;

/** The line is not a request. `seq` is the one in the line if it could be read, otherwise -1. */
export class InvalidRequest extends Error {
  override readonly name = "InvalidRequest";
  readonly seq: number;
  constructor(seq: number, problem: string) {
    super(problem);
    this.seq = seq;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown, name: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${name}: expected an object`);
  return value as Fields;
}

function text(value: unknown, name: string): string {
  if (typeof value !== "string") throw new Error(`${name}: expected a string`);
  return value;
}

function filled(value: unknown, name: string): string {
  if (text(value, name) === "") throw new Error(`${name}: expected a string that is not empty`);
  return text(value, name);
}

function whole(value: unknown, name: string, min: number, max: number): number {
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
    throw new Error(`${name}: expected a whole number from ${min} to ${max}`);
  }
  return value as number;
}

function oneOf<const T extends string>(value: unknown, name: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === value);
  if (found === undefined) throw new Error(`${name}: expected one of ${allowed.join(", ")}`);
  return found;
}

function parseProbeRequest(value: unknown): ProbeRequest {
  const given = fields(value, "batch.request");
  const kind = oneOf(given.kind, "batch.request.kind", ["http", "tcp", "udp"]);
  if (kind === "tcp") return { kind, mode: oneOf(given.mode, "batch.request.mode", ["client-first", "server-first"]) };
  if (kind === "udp") return { kind, datagrams: whole(given.datagrams ?? 1, "batch.request.datagrams", 1, 1_000) };
  const headers = Object.entries(fields(given.headers ?? {}, "batch.request.headers"));
  return {
    kind,
    protocol: oneOf(given.protocol, "batch.request.protocol", ["http/1.1", "h2c"]),
    method: filled(given.method, "batch.request.method"),
    path: filled(given.path, "batch.request.path"),
    headers: Object.fromEntries(headers.map(([name, value]) => [name, text(value, `batch.request.headers.${name}`)])),
    ...(given.body === undefined ? {} : { body: text(given.body, "batch.request.body") }),
    raw: given.raw === true,
  };
}

function parseBatch(value: unknown): ProbeBatch {
  const given = fields(value, "batch");
  const target = fields(given.target, "batch.target");
  const request = parseProbeRequest(given.request);
  const connection = oneOf(given.connection, "batch.connection", ["fresh", "kept"]);
  if (connection === "kept" && request.kind !== "http") throw new Error("batch.connection: only HTTP can be kept");
  return {
    id: filled(given.id, "batch.id"),
    target: {
      host: filled(target.host, "batch.target.host"),
      port: whole(target.port, "batch.target.port", 1, 65_535),
    },
    request,
    count: whole(given.count, "batch.count", 1, MAX_COUNT),
    connection,
    concurrency: whole(given.concurrency, "batch.concurrency", 1, MAX_CONCURRENCY),
    timeoutMs: whole(given.timeoutMs, "batch.timeoutMs", 1, MAX_TIMEOUT_MS),
  };
}

/** Throws InvalidRequest. */
export function parseAgentRequest(line: string): AgentRequest {
  let seq = -1;
  try {
    const given = fields(JSON.parse(line), "request");
    seq = whole(given.seq, "seq", 0, Number.MAX_SAFE_INTEGER);
    const op = oneOf(given.op, "op", ["probe", "arrivals", "health", "resolve"]);
    switch (op) {
      case "probe":
        return { seq, op, batch: parseBatch(given.batch) };
      case "arrivals":
        return { seq, op, prefix: text(given.prefix, "prefix") };
      case "resolve":
        return { seq, op, host: filled(given.host, "host") };
      case "health":
        return { seq, op };
    }
  } catch (error) {
    throw new InvalidRequest(seq, (error as Error).message);
  }
}
