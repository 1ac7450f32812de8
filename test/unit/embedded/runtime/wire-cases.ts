/** Every kind of request that a probe can be, odd ones too, on every transport that has it. */
import type { HttpRequest, ProbeRequest } from "../../../../src/domain/measurement/probe.ts";

export interface WireCase {
  readonly name: string;
  readonly to: Destination;
  readonly port: number;
  readonly request: ProbeRequest;
  readonly connection: "fresh" | "kept";
  /** Where it makes a difference what a mesh does with it: such a request meets every mesh. */
  readonly everywhere?: true;
}

/** A Service by a name that resolves or does not, or a bare address. */
export type Destination = "b" | "b.n" | "b.n.svc.cluster.local" | "nobody.n" | "ClusterIP" | "pod address";

/** Ports of the Service: one whose pods do not listen behind it, and one that it does not have. */
export const CLOSED = 7;
const NO_PORT = 6;

const methods = ["GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get"];
const paths = ["/a b", "/ü", "/%2e%2e/x", "//x", "/ok?x=1", "/ok#f", "*", "http://x/y", "/a/./b/../c", ""];
const statuses = ["/status/204", "/status/304", "/status/403", "/status/599", "/status/600"];
const headers: readonly Readonly<Record<string, string>>[] = [
  { Connection: "close" },
  { connection: "keep-alive" },
  { Upgrade: "websocket", Connection: "Upgrade" },
  { te: "trailers" },
  { host: "x" },
  { "x-smi-request-id": "x" },
  { "x-smi-workload": "b/b/b/1" },
  { "X-Forwarded-For": "1.2.3.4" },
  { "x-empty": "" },
  { "x-space": "  a  " },
  { "x-letter": "ü" },
  { "x y": "1" },
];
const ports: readonly (readonly [string, number])[] = [
  ["the Learn Layer5 port", 9091],
  ["a TCP port", 9000],
  ["a closed port", CLOSED],
  ["no port", NO_PORT],
];
const destinations: readonly (readonly [Destination, number])[] = [
  ["b", 80],
  ["b.n.svc.cluster.local", 80],
  ["nobody.n", 80],
  ["ClusterIP", 80],
  ["pod address", 8080],
];

/** A reply without a body, a reply that begins early, a request for a tunnel, and one that is no request. */
const odd: readonly Partial<HttpRequest>[] = [
  { method: "HEAD" },
  { headers: { Expect: "100-continue" } },
  { method: "CONNECT" },
  { method: "FOO" },
];

const to = "b.n";

function httpCases(protocol: HttpRequest["protocol"], connection: WireCase["connection"]): readonly WireCase[] {
  const GET: HttpRequest = { kind: "http", protocol, method: "GET", path: "/ok", headers: {} };
  const requests: readonly (readonly [string, Partial<HttpRequest>])[] = [
    ...methods.map((method) => [method, { method }] as const),
    ...["GET", "POST", "DELETE"].map((method) => [`${method} with a body`, { method, body: "{}" }] as const),
    ...[...paths, ...statuses].flatMap(
      (path) => [[`path "${path}"`, { path }] as const, [`raw path "${path}"`, { path, raw: true }] as const] as const,
    ),
    ...headers.map((one) => [`header ${JSON.stringify(one)}`, { headers: one }] as const),
  ];
  const of = (what: string, given: Partial<HttpRequest> = {}) => ({
    ...({
      name: `${protocol} ${connection}: ${what}`,
      to,
      port: 80,
      request: { ...GET, ...given },
      connection,
    } as const),
  });
  return [
    ...requests.map(([what, given]) => of(what, given)),
    ...destinations.map(([host, port]) => ({ ...of(`to ${host}`), to: host, port })),
    ...ports.map(([what, port]) => ({ ...of(what), port, everywhere: true as const })),
    ...odd.map((given) => ({ ...of(`on every mesh ${JSON.stringify(given)}`, given), everywhere: true as const })),
  ];
}

const bare = (name: string, port: number, request: ProbeRequest): WireCase => ({
  ...{ name: `${name} ${port}`, to, port, request, connection: "fresh", everywhere: true },
});

/** Each list is one transport; requests at the same place in lists of HTTP are alike. */
export const transports: readonly (readonly WireCase[])[] = [
  httpCases("http/1.1", "fresh"),
  httpCases("http/1.1", "kept"),
  httpCases("h2c", "fresh"),
  httpCases("h2c", "kept"),
  (["client-first", "server-first"] as const).flatMap((mode) =>
    [9000, 80, CLOSED, NO_PORT].map((port) => bare(`tcp ${mode}`, port, { kind: "tcp", mode })),
  ),
  [1, 3].flatMap((datagrams) =>
    [9100, CLOSED, NO_PORT].map((port) => bare(`udp ${datagrams}`, port, { kind: "udp", datagrams })),
  ),
];
