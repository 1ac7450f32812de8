/**
 * What a client is to send, what it saw, and what a server noted of arrivals: the vocabulary shared by the engine and
 * the workload. Raw facts only; `outcome.ts` says what they mean.
 */

export type Transport = "http" | "tcp" | "udp";

/** Where a probe goes: a DNS name or an IP address, and a port. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** One HTTP request. `raw` writes the path on the socket as it is, so that no client library normalises it. */
export interface HttpRequest {
  readonly kind: "http";
  readonly protocol: "http/1.1" | "h2c";
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly raw?: boolean;
}

/** One TCP exchange: who speaks first matters to proxies that sniff the protocol. */
export interface TcpRequest {
  readonly kind: "tcp";
  readonly mode: "client-first" | "server-first";
}

/** One datagram and its echo; `datagrams` are sent `resend` apart until an echo comes (default 1). */
export interface UdpRequest {
  readonly kind: "udp";
  readonly datagrams?: number;
}

export type ProbeRequest = HttpRequest | TcpRequest | UdpRequest;

/** `count` probes of one kind to one target. Probe n carries the request id `${id}-${n}`, n from 0. */
export interface ProbeBatch {
  readonly id: string;
  readonly target: Target;
  readonly request: ProbeRequest;
  readonly count: number;
  /** `fresh`: a connection of its own for each probe. `kept`: one connection for the whole batch (HTTP only). */
  readonly connection: "fresh" | "kept";
  /** How many probes may be under way at once. Kept connections are always one at a time. */
  readonly concurrency: number;
  /** Milliseconds from the start of a probe until it counts as unanswered. */
  readonly timeoutMs: number;
}

/** The server's own words about itself, found in every reply of the application, errors included. */
export interface ServerIdentity {
  /** Pod name. */
  readonly pod: string;
  /** ServiceAccount name. */
  readonly account: string;
  /** The workload's name in the fixture (`SERVICE_NAME`), by which backends are told apart. */
  readonly workload: string;
  readonly port: number;
}

/** What one probe met, uninterpreted. */
export interface Observation {
  /** Request id. */
  readonly id: string;
  /** Milliseconds from sending to the last byte or to the failure. */
  readonly ms: number;
  /** HTTP status, where a response head was read. */
  readonly status?: number;
  /** Present when the reply carries the application's identity marker. */
  readonly server?: ServerIdentity;
  /** The request id that the reply repeats; OK needs it to be ours. */
  readonly echoedId?: string;
  /**
   * How it ended when no whole reply came: `timeout`; `reset` (RST, EOF or refused connection before the end of a reply);
   * `dns` (the name did not resolve); `client` (anything else that went wrong on the client's side).
   */
  readonly failure?: "timeout" | "reset" | "dns" | "client";
  /** Whether any byte of a reply had come when it failed. */
  readonly partial?: boolean;
  /** For a person: error code and message, or the first bytes of an unexpected reply. */
  readonly detail?: string;
}

/** One request that reached the application, as its server noted it. */
export interface Arrival {
  /** Request id, or "" when the request carried none. */
  readonly id: string;
  readonly transport: Transport;
  readonly port: number;
  /** Method and path as received (HTTP only). */
  readonly method?: string;
  readonly path?: string;
  /** IP address of the peer that the connection came from: a proxy's where one is in the path. */
  readonly peer: string;
  /** Names, in lower case, of the HTTP headers received: proxies give themselves away by those they add. */
  readonly headers?: readonly string[];
  /** Unix time in milliseconds, by the server's clock. */
  readonly at: number;
}

/** Result of a server's check of itself over its own loopback, outside of any mesh. */
export interface Health {
  readonly ok: boolean;
  readonly identity: { readonly pod: string; readonly account: string; readonly workload: string };
  /** Ports by transport that answered on loopback. */
  readonly ports: {
    readonly http: readonly number[];
    readonly tcp: readonly number[];
    readonly udp: readonly number[];
  };
  /** Unix time in milliseconds by the pod's clock. */
  readonly now: number;
  readonly detail?: string;
}

/**
 * The observations of one batch as an agent sends them: those of a batch differ in little else than their time, so what
 * they share is sent once. Every byte of it passes through the API server, the kubelet and the container runtime.
 */
export interface PackedObservations {
  /** Distinct observations, without id and ms; `echoes` where the reply repeats the request's own id. */
  readonly shapes: readonly (Omit<Observation, "id" | "ms"> & { readonly echoes?: true })[];
  /** For probe n, from 0: index of its shape and milliseconds, in turn. */
  readonly rows: readonly number[];
}

/** Arrivals as an agent sends them, packed likewise. */
export interface PackedArrivals {
  /** Distinct arrivals, without id and time. */
  readonly shapes: readonly Omit<Arrival, "id" | "at">[];
  /** Index of the shape, the id without the prefix that was asked for, and the time; in turn, oldest first. */
  readonly rows: readonly (number | string)[];
}

/** What an agent is asked, one JSON object a line. */
export type AgentRequest =
  | { readonly seq: number; readonly op: "probe"; readonly batch: ProbeBatch }
  | { readonly seq: number; readonly op: "arrivals"; readonly prefix: string }
  | { readonly seq: number; readonly op: "health" }
  | { readonly seq: number; readonly op: "resolve"; readonly host: string };

/**
 * What it answers, one JSON object a line, in any order; `seq` ties an answer to its question. Results by question:
 * PackedObservations, PackedArrivals, Health, and a list of addresses.
 */
export type AgentReply =
  | { readonly seq: number; readonly ok: true; readonly result: unknown }
  | { readonly seq: number; readonly ok: false; readonly error: string };
