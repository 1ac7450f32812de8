/** Every kind of request, odd ones too, with every answer of a mesh: the wire without sockets does as sockets do. */
import { describe, expect, it } from "vitest";
import type { Arrival, HttpRequest, Observation, ProbeRequest } from "../../../../src/domain/measurement/probe.ts";
import type { Admittance, DataPlane } from "../../../../src/embedded/data-plane.ts";
import { createMemoryWire } from "../../../../src/embedded/runtime/memory-wire.ts";
import { socketWire, type Wire } from "../../../../src/embedded/runtime/wire.ts";
import { createVirtualClock } from "../../../../src/embedded/time/virtual-clock.ts";
import { account, batch, deployment, NAMESPACE, service, startCluster } from "./started-cluster.ts";

interface Case {
  readonly port: number;
  readonly request: ProbeRequest;
  readonly connection?: "fresh" | "kept";
}

const CLOSED = 7;
const NO_PORT = 6;

/** Milliseconds for probes that have no answer, and for those that have one: no answer is late on a busy machine. */
const SILENT_MS = 6_000;
const ANSWERED_MS = 30_000;

const methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "FOO", "get"];
const paths = ["/a b", "/ü", "/%2e%2e/x", "//x", "/ok?x=1", "/ok#f", "*", "http://x/y", "/a/./b/../c", ""];
const statuses = ["/status/204", "/status/304", "/status/403", "/status/599", "/status/600"];
const headers: readonly Readonly<Record<string, string>>[] = [
  { Connection: "close" },
  { connection: "keep-alive" },
  { Upgrade: "websocket", Connection: "Upgrade" },
  { Expect: "100-continue" },
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

function httpCases(protocol: HttpRequest["protocol"], connection: "fresh" | "kept"): [string, Case][] {
  const GET: HttpRequest = { kind: "http", protocol, method: "GET", path: "/ok", headers: {} };
  const requests: [string, Partial<HttpRequest>][] = [
    ...methods.map((method): [string, Partial<HttpRequest>] => [method, { method }]),
    ...["GET", "POST", "DELETE"].map((method): [string, Partial<HttpRequest>] => [
      `${method} with a body`,
      { method, body: "{}" },
    ]),
    ...[...paths, ...statuses].flatMap((path): [string, Partial<HttpRequest>][] => [
      [`path "${path}"`, { path }],
      [`raw path "${path}"`, { path, raw: true }],
    ]),
    ...headers.map((one): [string, Partial<HttpRequest>] => [`header ${JSON.stringify(one)}`, { headers: one }]),
  ];
  const ports = { "the Learn Layer5 port": 9091, "a TCP port": 9000, "a closed port": CLOSED, "no port": NO_PORT };
  const of = (name: string) => `${protocol} ${connection}: ${name}`;
  return [
    ...requests.map(([name, one]): [string, Case] => [of(name), { port: 80, request: { ...GET, ...one }, connection }]),
    ...Object.entries(ports).map(([name, port]): [string, Case] => [of(name), { port, request: GET, connection }]),
  ];
}

const cases: readonly [string, Case][] = [
  ...httpCases("http/1.1", "fresh"),
  ...httpCases("http/1.1", "kept"),
  ...httpCases("h2c", "fresh"),
  ...httpCases("h2c", "kept"),
  ...(["client-first", "server-first"] as const).flatMap((mode) =>
    [9000, 80, CLOSED, NO_PORT].map((port): [string, Case] => [
      `tcp ${mode} ${port}`,
      { port, request: { kind: "tcp", mode } },
    ]),
  ),
  ...[1, 3].flatMap((datagrams) =>
    [9100, CLOSED, NO_PORT].map((port): [string, Case] => [
      `udp ${datagrams} ${port}`,
      { port, request: { kind: "udp", datagrams } },
    ]),
  ),
];

interface Outcome {
  readonly byCase: Readonly<Record<string, ReturnType<typeof plain>>>;
  /** What the mesh was asked. */
  readonly asked: readonly string[];
}

/** Without times, words for people and the order in which probes of one batch arrive. */
function plain(seen: readonly Observation[], arrivals: readonly Arrival[], nameOf: (address: string) => string) {
  const noted = arrivals.map(({ at: _at, peer, headers: names, ...rest }) =>
    JSON.stringify({ ...rest, peer: nameOf(peer), headers: names === undefined ? [] : [...names].sort() }),
  );
  return { seen: seen.map(({ ms: _ms, detail: _detail, ...rest }) => rest), arrivals: noted.sort() };
}

async function runOn(wire: Wire, admittance: Admittance, isSilent: (name: string) => boolean): Promise<Outcome> {
  const asked: string[] = [];
  const sorted = (fields: object) => Object.entries(fields).sort();
  const dataPlane: DataPlane = {
    route({ from, transport, port, request, kept }) {
      const head = request && [request.method, request.path, sorted(request.headers)];
      asked.push(`route ${JSON.stringify([from.account, transport, port, head, kept?.port])}`);
      return undefined;
    },
    admit({ from, transport, port, request }) {
      const head = request && [request.method, request.path, sorted(request.headers)];
      asked.push(`admit ${JSON.stringify([from?.account, transport, port, request?.protocol, head])}`);
      return admittance;
    },
  };
  const { put, pods, address, agent } = await startCluster(dataPlane, wire);
  const tcp = Object.entries({ 80: 8080, 9000: 9000, 9091: 9091, [CLOSED]: CLOSED }).map(([port, targetPort]) => ({
    ...{ name: `t${port}`, port: Number(port), targetPort, protocol: "TCP" },
  }));
  const udp = [9100, CLOSED].map((port) => ({ name: `u${port}`, port, targetPort: port, protocol: "UDP" }));
  await put(
    ...["a", "b"].flatMap((name) => [account(name), deployment(name)]),
    service("b", { selector: { app: "b" }, ports: [...tcp, ...udp] }),
  );
  const [a = "", b = ""] = [...(await pods("a")), ...(await pods("b"))];
  const names = new Map([
    [await address(a), "a"],
    [await address(b), "b"],
  ]);
  const [client, server] = [await agent(a), await agent(b)];
  const byCase: Record<string, ReturnType<typeof plain>> = {};
  const waiting = [...cases.entries()];
  // Those that only wait keep nobody from being answered.
  const lanes = admittance.kind === "hang" ? 120 : 30;
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, [name, { port, request, connection = "fresh" }]] = next;
      const id = `c${index}`;
      const timeoutMs = isSilent(name) ? SILENT_MS : ANSWERED_MS;
      const changes = { id, request, connection, count: 2, concurrency: 2, timeoutMs };
      const seen = await client.probe(batch(`b.${NAMESPACE}`, port, changes));
      byCase[name] = plain(seen, await server.arrivals(`${id}-`), (of) => names.get(of) ?? of);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { byCase, asked: asked.sort() };
}

const admittances: readonly (readonly [string, Admittance])[] = [
  ["allows", { kind: "allow", headers: { "x-added": "1" } }],
  ["refuses", { kind: "refuse", status: 403 }],
  ["resets", { kind: "reset" }],
  ["answers nothing", { kind: "hang" }],
  ["refuses as the application", { kind: "as-application" }],
];

describe.each(admittances)("a mesh that %s", (_, admittance) => {
  it("does so to the same requests, with the same observations and arrivals, over sockets and in memory", async () => {
    const fast = await runOn(createMemoryWire(createVirtualClock()), admittance, () => false);
    const isSilent = (name: string) => fast.byCase[name]?.seen.some(({ failure }) => failure === "timeout") === true;
    const real = await runOn(socketWire, admittance, isSilent);
    expect(Object.keys(real.byCase)).toHaveLength(cases.length);
    expect(fast.byCase).toEqual(real.byCase);
    expect(fast.asked).toEqual(real.asked);
  });
});
