/** Sends probes and reads arrivals, both through the agents: the control path is not the data path. */
import type { Probe } from "../../domain/assertion/expectation.ts";
import { interpret, type Seen } from "../../domain/measurement/outcome.ts";
import type { Arrival } from "../../domain/measurement/probe.ts";
import { InfrastructureError } from "../../errors.ts";
import type { MeshProfile } from "../../mesh/profile.ts";
import type { Cell, CellDeps, Member } from "../cell/cell.ts";
import { requestOf, serversOf, targetOf } from "./address.ts";

/** Probes of a deterministic row, for each expectation. */
export const SAMPLE = 20;
/** Enough to hide the round trip, few enough not to queue behind the mesh's proxy on two cores. */
const CONCURRENCY = 8;

export interface Sent {
  /** Prefix of the request ids. */
  readonly prefix: string;
  readonly seen: readonly Seen[];
}

export interface SendOptions {
  readonly connection?: "fresh" | "kept";
  readonly signal?: AbortSignal;
}

function clientOf(cell: Cell, probe: Probe): Member {
  const client = cell.members.get(probe.from)?.[0];
  if (client === undefined)
    throw new InfrastructureError(
      "cell-not-ready",
      `cell ${cell.id} has no running pod of ${probe.from}`,
      "The evidence has the pod's events.",
    );
  return client;
}

/** `count` probes of one kind from the workload that the probe names. */
export async function send(cell: Cell, probe: Probe, count: number, options: SendOptions = {}): Promise<Sent> {
  cell.sent.batches += 1;
  const id = `${cell.plan.run}.${cell.id}.${cell.sent.batches}`;
  const { timeouts } = cell.plan.profile;
  const observations = await clientOf(cell, probe).agent.probe(
    {
      id,
      target: targetOf(cell, probe),
      request: requestOf(probe),
      count,
      connection: options.connection ?? "fresh",
      concurrency: CONCURRENCY,
      timeoutMs: 1000 * (probe.udp === true ? timeouts.datagram : timeouts.request),
    },
    options.signal,
  );
  return { prefix: `${id}-`, seen: observations.map(interpret) };
}

/** What the servers noted of a batch, by workload. */
export async function arrivalsOf(cell: Cell, prefix: string): Promise<ReadonlyMap<string, readonly Arrival[]>> {
  const lists = [...cell.members].map(async ([workload, members]) => {
    const noted = await Promise.all(members.map((member) => member.agent.arrivals(prefix)));
    return [workload, noted.flat()] as const;
  });
  return new Map(await Promise.all(lists));
}

/**
 * For each probe, whether every server that it may reach is there and answers itself on its own loopback, outside of the
 * mesh. A server that several probes may reach is asked once.
 */
export async function aliveFor<P extends Probe>(cell: Cell, probes: readonly P[]): Promise<ReadonlyMap<P, boolean>> {
  const servers = new Map(probes.map((probe) => [probe, serversOf(cell, probe)]));
  const distinct = [...new Set([...servers.values()].flat())];
  const healths = await Promise.all(distinct.map((server) => server.agent.health()));
  const ok = new Map(distinct.map((server, index) => [server, healths[index]?.ok === true]));
  return new Map(
    probes.map((p) => [p, (servers.get(p) ?? []).length > 0 && (servers.get(p) ?? []).every((s) => ok.get(s))]),
  );
}

/** The same for one probe. */
export async function alive(cell: Cell, probe: Probe): Promise<boolean> {
  return (await aliveFor(cell, [probe])).get(probe) === true;
}

/** Reads which of these arrivals came through the mesh's data plane. */
export async function throughDataPlane(
  arrivals: readonly Arrival[],
  cell: Cell,
  deps: CellDeps,
  profile: MeshProfile,
): Promise<{ readonly proven: number; readonly how: string }> {
  const { requestHeader, peer, sidecar } = profile.dataPlane;
  const addresses = new Set<string>();
  if (peer !== undefined) {
    const pods = await deps.cluster.list({
      apiVersion: "v1",
      kind: "Pod",
      namespace: peer.namespace ?? profile.namespace,
      labels: peer.labels,
    });
    for (const pod of pods) addresses.add((pod.status as { podIP?: string } | undefined)?.podIP ?? "");
  }
  // A sidecar hands requests over on loopback or from the pod's own address.
  if (sidecar !== undefined)
    for (const members of cell.members.values())
      for (const { ip } of members) addresses.add(ip).add("127.0.0.1").add("127.0.0.6");
  const proven = arrivals.filter(
    (a) => (requestHeader !== undefined && a.headers?.includes(requestHeader)) || addresses.has(a.peer),
  ).length;
  const peers = [...new Set(arrivals.map((a) => a.peer))].slice(0, 3).join(", ");
  return {
    proven,
    how: `${proven} of ${arrivals.length} arrivals came through the data plane (peers ${peers || "none"})`,
  };
}
