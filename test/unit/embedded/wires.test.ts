/** Sockets and memory carry the same probes to the same ends: what the kill matrix sees is what real connections show. */
import { once } from "node:events";
import { createConnection } from "node:net";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../../src/adapters/clock.ts";
import { readCatalogue } from "../../../src/adapters/files/catalogue.ts";
import type { KubernetesObject } from "../../../src/domain/kubernetes/object.ts";
import type { Arrival, HttpRequest, Observation, ProbeRequest, Target } from "../../../src/domain/measurement/probe.ts";
import { newestVersions } from "../../../src/embedded/api/definitions.ts";
import { createEmbeddedCluster, type EmbeddedCluster, type EmbeddedOptions } from "../../../src/embedded/cluster.ts";
import { defaultChoices } from "../../../src/embedded/reference/open-choices.ts";
import { createVirtualClock } from "../../../src/embedded/time/virtual-clock.ts";
import { CONTAINER } from "../../../src/engine/cell/manifest.ts";
import type { Agent, Clock } from "../../../src/ports.ts";
import { type EmbeddedRun, runEmbedded } from "../../fakes/embedded-suite.ts";

const NAMESPACE = "n1";
const joined = { "reference-mesh.smi/joined": "true" };

function deployment(name: string, labels: Readonly<Record<string, string>>): KubernetesObject {
  const env = [
    { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    { name: "SERVICE_ACCOUNT", valueFrom: { fieldRef: { fieldPath: "spec.serviceAccountName" } } },
    { name: "SERVICE_NAME", value: name },
  ];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: NAMESPACE },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name, ...labels } },
        spec: { serviceAccountName: name, containers: [{ name: CONTAINER, image: "none", env }] },
      },
    },
  };
}

function service(
  name: string,
  protocol: "TCP" | "UDP",
  ports: readonly (readonly [number, number])[],
): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: NAMESPACE },
    spec: {
      selector: { app: "b" },
      ports: ports.map(([port, targetPort]) => ({ name: `p${port}`, port, targetPort, protocol })),
    },
  };
}

/** a is granted GET below /ok and TCP and UDP on the first port of each; u has not joined the mesh. */
const objects: readonly KubernetesObject[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } },
  ...["a", "b", "u"].map((name) => ({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace: NAMESPACE },
  })),
  service("b", "TCP", [
    [80, 8080],
    [8081, 8081],
    [9000, 9000],
    [9001, 9001],
    [7, 7777],
  ]),
  service("b-udp", "UDP", [
    [9100, 9100],
    [9101, 9101],
  ]),
  deployment("a", joined),
  deployment("b", joined),
  deployment("u", {}),
  {
    apiVersion: "specs.smi-spec.io/v1alpha4",
    kind: "HTTPRouteGroup",
    metadata: { name: "ok", namespace: NAMESPACE },
    spec: { matches: [{ name: "ok", pathRegex: "/(ok|status)" }] },
  },
  {
    apiVersion: "specs.smi-spec.io/v1alpha4",
    kind: "TCPRoute",
    metadata: { name: "first", namespace: NAMESPACE },
    spec: { matches: { ports: [8080, 9000] } },
  },
  {
    apiVersion: "specs.smi-spec.io/v1alpha4",
    kind: "UDPRoute",
    metadata: { name: "first", namespace: NAMESPACE },
    spec: { matches: { ports: [9100] } },
  },
  {
    apiVersion: "access.smi-spec.io/v1alpha3",
    kind: "TrafficTarget",
    metadata: { name: "grant", namespace: NAMESPACE },
    spec: {
      destination: { kind: "ServiceAccount", name: "b", namespace: NAMESPACE },
      sources: [{ kind: "ServiceAccount", name: "a", namespace: NAMESPACE }],
      rules: [
        { kind: "HTTPRouteGroup", name: "ok" },
        { kind: "TCPRoute", name: "first" },
        { kind: "UDPRoute", name: "first" },
      ],
    },
  },
];

interface Side {
  readonly cluster: EmbeddedCluster;
  readonly agents: Readonly<Record<string, Agent>>;
  readonly serverAddress: string;
  readonly clusterIP: string;
  /** Addresses differ between two clusters; names of pods do not. */
  readonly podAt: (address: string) => string;
}

async function start(
  wire: "sockets" | "memory",
  faults: EmbeddedOptions["faults"],
  clock: Clock = systemClock,
): Promise<Side> {
  const cluster = await createEmbeddedCluster({
    ...{ versions: newestVersions, mesh: "reference", faults, choices: defaultChoices },
    ...{ delayMs: 0, seed: 1, clock, wire },
  });
  for (const object of objects) expect(await cluster.apply(object)).toMatchObject({ accepted: true });
  const pods = await cluster.list({ apiVersion: "v1", kind: "Pod", namespace: NAMESPACE });
  const agents: Record<string, Agent> = {};
  const names = new Map<string, string>();
  for (const pod of pods) {
    const name = pod.metadata.labels?.app ?? "";
    names.set((pod.status as { podIP: string }).podIP, name);
    agents[name] = await cluster.agent({ namespace: NAMESPACE, name: pod.metadata.name, container: CONTAINER });
  }
  const b = [...names].find(([, name]) => name === "b")?.[0] ?? "";
  const stored = await cluster.get({ apiVersion: "v1", kind: "Service", name: "b", namespace: NAMESPACE });
  const { clusterIP = "" } = (stored?.spec ?? {}) as { clusterIP?: string };
  return { cluster, agents, serverAddress: b, clusterIP, podAt: (address) => names.get(address) ?? address };
}

const http = (more: Partial<HttpRequest> = {}): HttpRequest => ({
  ...{ kind: "http", protocol: "http/1.1", method: "GET", path: "/ok", headers: {} },
  ...more,
});

interface Case {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly request: ProbeRequest;
  readonly connection?: "kept";
}

const name = "b.n1.svc.cluster.local";
const cases: readonly (readonly [string, Case])[] = [
  ["an allowed request", { from: "a", to: name, port: 80, request: http() }],
  ["a short name", { from: "a", to: "b", port: 80, request: http() }],
  ["a request off the route", { from: "a", to: name, port: 80, request: http({ path: "/no" }) }],
  ["a port off the route", { from: "a", to: name, port: 8081, request: http() }],
  ["a HEAD request that is refused", { from: "a", to: name, port: 80, request: http({ method: "HEAD", path: "/no" }) }],
  ["an error of the application", { from: "a", to: name, port: 80, request: http({ path: "/status/500" }) }],
  ["a body", { from: "a", to: name, port: 80, request: http({ method: "POST", body: "{}" }) }],
  ["forged headers", { from: "a", to: name, port: 80, request: http({ headers: { Host: "x", ServiceName: "c" } }) }],
  ["an odd path", { from: "a", to: name, port: 80, request: http({ path: "/ok/../no", raw: true }) }],
  ["kept connections", { from: "a", to: name, port: 80, request: http(), connection: "kept" }],
  ["h2c", { from: "a", to: name, port: 80, request: http({ protocol: "h2c" }) }],
  ["h2c off the route", { from: "a", to: name, port: 80, request: http({ protocol: "h2c", path: "/no" }) }],
  ["a client outside of the mesh", { from: "u", to: name, port: 80, request: http() }],
  ["the pod's own address", { from: "a", to: "POD", port: 8080, request: http() }],
  ["the pod's own address, refused", { from: "u", to: "POD", port: 8080, request: http() }],
  ["the ClusterIP", { from: "a", to: "CLUSTER", port: 80, request: http() }],
  ["a name that nobody has", { from: "a", to: "c.n1.svc.cluster.local", port: 80, request: http() }],
  ["a port that the Service has not", { from: "a", to: name, port: 81, request: http() }],
  ["a port where nobody listens", { from: "a", to: name, port: 7, request: http() }],
  ["TCP, the client first", { from: "a", to: name, port: 9000, request: { kind: "tcp", mode: "client-first" } }],
  ["TCP, the server first", { from: "a", to: name, port: 9000, request: { kind: "tcp", mode: "server-first" } }],
  ["TCP that is refused", { from: "a", to: name, port: 9001, request: { kind: "tcp", mode: "client-first" } }],
  [
    "TCP that is refused, server first",
    { from: "u", to: name, port: 9000, request: { kind: "tcp", mode: "server-first" } },
  ],
  ["UDP", { from: "a", to: "b-udp", port: 9100, request: { kind: "udp", datagrams: 2 } }],
  ["UDP that is refused", { from: "a", to: "b-udp", port: 9101, request: { kind: "udp", datagrams: 2 } }],
];

/** Milliseconds for probes of which some have no answer, and for those that all have one: no answer is late on a busy machine. */
const SILENT_MS = 1_000;
const ANSWERED_MS = 30_000;

/** What one case gave, without times and order, and with pods by name. `detail` is words for people, and differs. */
async function outcome(
  side: Side,
  id: string,
  { from, to, port, request, connection = undefined }: Case,
  timeoutMs: number,
) {
  const host = to === "POD" ? side.serverAddress : to === "CLUSTER" ? side.clusterIP : to;
  const target: Target = { host, port };
  const seen = await side.agents[from]?.probe({
    ...{ id, target, request, count: 3, connection: connection ?? "fresh", concurrency: 3, timeoutMs },
  });
  const arrivals = (await side.agents.b?.arrivals(`${id}-`)) ?? [];
  return {
    seen: (seen ?? []).map(({ ms: _ms, detail: _detail, ...rest }: Observation) => rest),
    arrivals: arrivals
      .map(({ at: _at, peer, headers, ...rest }: Arrival) => ({
        ...rest,
        peer: side.podAt(peer),
        ...(headers === undefined ? {} : { headers: [...headers].sort() }),
      }))
      .toSorted((x, y) => x.id.localeCompare(y.id)),
  };
}

describe.each([
  ["the reference mesh", {}],
  ["a mesh that refuses as the application", { refusesAsApplication: true }],
  ["a mesh that answers nothing", { dropsAllowed: 1 }],
] as const)("%s", (_, faults) => {
  let sockets: Side;
  let memory: Side;
  beforeAll(async () => {
    [sockets, memory] = await Promise.all([start("sockets", faults), start("memory", faults, createVirtualClock())]);
  });
  afterAll(() => Promise.all([sockets.cluster.close(), memory.cluster.close()]));

  it.each(cases)("treats %s alike over sockets and in memory", async (what, given) => {
    const id = what.replaceAll(/\W+/g, "-");
    const fast = await outcome(memory, id, given, SILENT_MS);
    const isSilent = fast.seen.some(({ failure }) => failure === "timeout");
    const real = await outcome(sockets, id, given, isSilent ? SILENT_MS : ANSWERED_MS);
    expect(fast).toEqual(real);
    expect(real.seen).toHaveLength(3);
  });

  it("finds the server healthy either way", async () => {
    const [real, fast] = await Promise.all([sockets.agents.b?.health(), memory.agents.b?.health()]);
    expect([real?.ok, fast?.ok]).toEqual([true, true]);
    expect(fast?.ports).toEqual(real?.ports);
  });
});

describe("in memory", () => {
  it("rows get the verdicts that they get over sockets, on a mesh with a fault too", async () => {
    const catalogue = await readCatalogue("assertions");
    const only = [
      ...[
        "traffic-access/http-allow-by-serviceaccount",
        "traffic-access/udproute-ports",
        "traffic-access/tcproute-ports",
      ],
      ...["traffic-split/weight-75-25", "traffic-specs/http2-same-semantics"],
    ];
    const faults = { ignoresPortsOf: "UDPRoute" } as const;
    const real: Pick<EmbeddedRun, "cluster" | "options" | "profile"> = {
      cluster: { faults, wire: "sockets", clock: systemClock },
      options: { clock: systemClock, startedAt: systemClock.now() },
      // Where the machine is busy, an answer over sockets may be late.
      profile: { timeouts: { request: 4, datagram: 0.3 } },
    };
    const overSockets = await runEmbedded({ catalogue, only, ...real });
    const inMemory = await runEmbedded({ catalogue, only, cluster: { faults } });
    expect(Object.keys(inMemory.verdicts(only))).toHaveLength(5);
    expect(inMemory.verdicts(only)).toEqual(overSockets.verdicts(only));
    expect(new Set(Object.values(inMemory.verdicts(only)))).toEqual(new Set(["PASS", "FAIL"]));
  });

  it("takes the clock's time and no other: a millisecond for an answer, all of the time allowed where there is none", async () => {
    const clock = createVirtualClock();
    const { cluster, agents, serverAddress } = await start("memory", {}, clock);
    onTestFinished(() => cluster.close());
    const probe = (port: number, request: ProbeRequest, host = name) =>
      agents.a?.probe({
        ...{ id: `t${port}`, target: { host, port }, request, count: 4, connection: "fresh", concurrency: 2 },
        timeoutMs: 60_000,
      });
    const timed = async (sent: ReturnType<typeof probe>) => {
      const began = clock.now();
      return [(await sent)?.map(({ ms, failure }) => failure ?? ms), clock.now() - began];
    };
    expect(await timed(probe(80, http()))).toEqual([[1, 1, 1, 1], 2]);
    const silent = Array.from({ length: 4 }, () => "timeout");
    expect(await timed(probe(9101, { kind: "udp", datagrams: 3 }, "b-udp"))).toEqual([silent, 120_000]);
    expect(await timed(probe(80, http(), "nobody"))).toEqual([Array.from({ length: 4 }, () => "dns"), 0]);
    const own = async (path: string) => {
      const target = { host: serverAddress, port: 8080 };
      const sent = {
        id: path,
        target,
        request: http({ path }),
        count: 1,
        connection: "fresh",
        concurrency: 1,
      } as const;
      return (await agents.b?.probe({ ...sent, timeoutMs: 50_000 }))?.[0];
    };
    expect(await own("/delay/40000")).toMatchObject({ status: 200, ms: 40_001 });
    expect(await own("/delay/60000")).toMatchObject({ failure: "timeout", partial: false, ms: 50_000 });
  });

  it("an answer that comes to a later datagram is one", async () => {
    const clock = createVirtualClock();
    const { cluster, agents } = await start("memory", { dropsAllowed: 0.5 }, clock);
    onTestFinished(() => cluster.close());
    const seen = await agents.a?.probe({
      ...{ id: "again", target: { host: "b-udp", port: 9100 }, request: { kind: "udp", datagrams: 4 }, count: 400 },
      ...{ connection: "fresh", concurrency: 400, timeoutMs: 400 },
    });
    // Each of four is lost with a probability of 1/2: 25 of 400 are expected without any answer.
    const lost = seen?.filter(({ failure }) => failure === "timeout").length ?? 0;
    expect([lost > 5, lost < 60]).toEqual([true, true]);
    const answered = seen?.filter(({ failure }) => failure === undefined).map(({ ms }) => ms) ?? [];
    expect([...new Set(answered)].sort((x, y) => x - y)).toEqual([1, 101, 201, 301]);
  });

  it("hundreds of clusters live side by side, each with the same addresses and none with a port", async () => {
    const clock = createVirtualClock();
    const sides = await Promise.all(Array.from({ length: 200 }, () => start("memory", {}, clock)));
    onTestFinished(async () => void (await Promise.all(sides.map(({ cluster }) => cluster.close()))));
    expect(new Set(sides.map(({ serverAddress }) => serverAddress)).size).toBe(1);
    const [first] = sides;
    await first?.agents.a?.probe({
      ...{ id: "one", target: { host: name, port: 80 }, request: http(), count: 3, connection: "fresh" },
      ...{ concurrency: 1, timeoutMs: 100 },
    });
    const arrived = await Promise.all(sides.map(async ({ agents }) => (await agents.b?.arrivals("one-"))?.length));
    expect(arrived).toEqual([3, ...Array.from({ length: 199 }, () => 0)]);
    const socket = createConnection({ host: first?.serverAddress ?? "", port: 8080 });
    await expect(once(socket, "connect")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("a run with the same seed comes out the same, to the last count", async () => {
    const catalogue = await readCatalogue("assertions");
    const only = ["traffic-split/weight-75-25", "traffic-split/canary-workflow", "traffic-access/several-sources"];
    const [one, other] = [await runEmbedded({ catalogue, only }), await runEmbedded({ catalogue, only })];
    expect(one.results.map(({ verdict }) => verdict)).toEqual(["PASS", "PASS", "PASS"]);
    expect(other.results).toEqual(one.results);
  });
});
