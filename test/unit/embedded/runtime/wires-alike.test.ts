/**
 * The wire without sockets does as sockets do, so that what the kill matrix sees is what real connections show: the same
 * observations and arrivals, and the same questions to the mesh.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Arrival, Observation } from "../../../../src/domain/measurement/probe.ts";
import type { Admittance, DataPlane } from "../../../../src/embedded/data-plane.ts";
import { createMemoryWire } from "../../../../src/embedded/runtime/memory-wire.ts";
import { socketWire, type Wire } from "../../../../src/embedded/runtime/wire.ts";
import { createVirtualClock } from "../../../../src/embedded/time/virtual-clock.ts";
import { account, batch, deployment, NAMESPACE, openCluster, type Started, service } from "./started-cluster.ts";
import { CLOSED, transports, type WireCase } from "./wire-cases.ts";

/** Milliseconds for probes that have no answer, and for those that have one: no answer is late on a busy machine. */
const SILENT_MS = 6_000;
const ANSWERED_MS = 30_000;

const meshes: Readonly<Record<string, Admittance>> = {
  "that allows": { kind: "allow", headers: { "x-added": "1" } },
  "that refuses": { kind: "refuse", status: 403 },
  "that resets": { kind: "reset" },
  "that answers nothing": { kind: "hang" },
  "that refuses as the application": { kind: "as-application" },
};

/**
 * A Latin square instead of everything with everything: each transport meets every mesh, and most requests meet another mesh
 * on each of their transports.
 */
const casesOf = (mesh: number): readonly WireCase[] =>
  transports.flatMap((cases, transport) =>
    cases.filter(
      ({ everywhere }, request) => everywhere || (transport + request) % Object.keys(meshes).length === mesh,
    ),
  );

interface Run {
  readonly byCase: Readonly<Record<string, { readonly seen: readonly object[]; readonly arrivals: readonly string[] }>>;
  /** What the mesh was asked. */
  readonly asked: readonly string[];
}

const opened: Started[] = [];

async function runOn(wire: Wire, mesh: number, isSilent: (name: string) => boolean): Promise<Run> {
  const admittance = Object.values(meshes)[mesh] ?? { kind: "allow" };
  const asked: string[] = [];
  const note = (what: string, { request, ...rest }: Partial<Parameters<DataPlane["admit"]>[0]>, more: unknown) => {
    const head = request && [request.method, request.path, Object.entries(request.headers).sort()];
    asked.push(`${what} ${JSON.stringify([rest.from?.account, rest.transport, rest.port, head, more])}`);
  };
  const started = await openCluster(
    {
      route({ kept, ...outbound }) {
        note("route", outbound, kept?.port);
        return undefined;
      },
      admit(inbound) {
        note("admit", inbound, inbound.request?.protocol);
        return admittance;
      },
    },
    wire,
  );
  opened.push(started);
  const { put, pods, address, agent, cluster } = started;
  const tcp = Object.entries({ 80: 8080, 9000: 9000, 9091: 9091, [CLOSED]: CLOSED }).map(([port, targetPort]) => ({
    ...{ name: `t${port}`, port: Number(port), targetPort, protocol: "TCP" },
  }));
  const udp = [9100, CLOSED].map((port) => ({ name: `u${port}`, port, targetPort: port, protocol: "UDP" }));
  await put(
    ...["a", "b"].flatMap((name) => [account(name), deployment(name)]),
    service("b", { selector: { app: "b" }, ports: [...tcp, ...udp] }),
  );
  const [a = "", b = ""] = [...(await pods("a")), ...(await pods("b"))];
  const stored = await cluster.get({ apiVersion: "v1", kind: "Service", name: "b", namespace: NAMESPACE });
  const { clusterIP = "" } = (stored?.spec ?? {}) as { clusterIP?: string };
  // Addresses differ between two clusters.
  const names = { [await address(a)]: "a", [await address(b)]: "b", [clusterIP]: "ClusterIP" };
  const named = (text: string) => Object.entries(names).reduce((all, [ip, name]) => all.replaceAll(ip, name), text);
  const hosts: Readonly<Record<string, string>> = { ClusterIP: clusterIP, "pod address": await address(b) };
  const [client, server] = [await agent(a), await agent(b)];

  const byCase: Record<string, { seen: readonly object[]; arrivals: readonly string[] }> = {};
  await Promise.all(
    casesOf(mesh).map(async ({ name, to, port, request, connection }, index) => {
      const id = `c${index}`;
      const timeoutMs = isSilent(name) ? SILENT_MS : ANSWERED_MS;
      // On two connections: where they are kept, one carries a third. What is not answered is sent once.
      const count = admittance.kind === "hang" ? 1 : connection === "kept" ? 3 : 2;
      const sent = batch(hosts[to] ?? to, port, { id, request, connection, count, concurrency: 2, timeoutMs });
      const seen = await client.probe(sent);
      byCase[name] = { seen: seen.map(timeless), arrivals: noted(await server.arrivals(`${id}-`)).map(named) };
    }),
  );
  return { byCase, asked: asked.map(named).sort() };
}

/** Without times and words for people. */
const timeless = ({ ms: _ms, detail: _detail, ...rest }: Observation) => rest;

/** Without times and the order in which probes of one batch arrive. */
const noted = (arrivals: readonly Arrival[]) =>
  arrivals
    .map(({ at: _at, headers, ...rest }) => JSON.stringify({ ...rest, headers: [...(headers ?? [])].sort() }))
    .sort();

afterAll(async () => {
  await Promise.all(opened.map(({ cluster }) => cluster.close()));
});

describe("over sockets and in memory alike", () => {
  let runs: readonly { readonly fast: Run; readonly real: Run }[];
  // All at once: most of the time is spent on what has no answer.
  beforeAll(async () => {
    runs = await Promise.all(
      Object.keys(meshes).map(async (_, mesh) => {
        const fast = await runOn(createMemoryWire(createVirtualClock()), mesh, () => false);
        const isSilent = (name: string) =>
          fast.byCase[name]?.seen.some((one) => (one as Observation).failure === "timeout") === true;
        return { fast, real: await runOn(socketWire, mesh, isSilent) };
      }),
    );
  });

  it.each(Object.keys(meshes).map((name, mesh) => [name, mesh] as const))("a mesh %s does so", (_, mesh) => {
    const { fast, real } = runs[mesh] ?? {};
    expect(Object.keys(real?.byCase ?? {})).toHaveLength(casesOf(mesh).length);
    expect(fast?.byCase).toEqual(real?.byCase);
    expect(fast?.asked).toEqual(real?.asked);
  });
});
