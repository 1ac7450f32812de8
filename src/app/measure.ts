/** Sends probes and reads arrivals, both through the agents: the control path is not the data path. */
import type { Probe } from "../domain/expectation.ts";
import type { Arrival, Observation } from "../domain/probe.ts";
import { InfrastructureError } from "../errors.ts";
import type { MeshProfile } from "../mesh/profile.ts";
import { requestOf, serversOf, targetOf } from "./address.ts";
import type { Cell, CellDeps, Member } from "./cell.ts";

/** Probes of a deterministic row, for each expectation. */
export const SAMPLE = 20;
/** An allowed request on one node takes milliseconds; this leaves room for a starved machine. */
const REQUEST_TIMEOUT_MS = 4_000;
/** A datagram has no connection whose refusal could be seen, so each denied probe costs the whole wait. */
const DATAGRAM_TIMEOUT_MS = 1_000;
/** Enough to hide the round trip, few enough not to queue behind the mesh's proxy on two cores. */
const CONCURRENCY = 8;

export interface Sent {
  /** Prefix of the request ids. */
  readonly prefix: string;
  readonly seen: readonly Observation[];
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
  const seen = await clientOf(cell, probe).agent.probe(
    {
      id,
      target: targetOf(cell, probe),
      request: requestOf(probe),
      count,
      connection: options.connection ?? "fresh",
      concurrency: CONCURRENCY,
      timeoutMs: probe.udp === true ? DATAGRAM_TIMEOUT_MS : REQUEST_TIMEOUT_MS,
    },
    options.signal,
  );
  return { prefix: `${id}-`, seen };
}

/** What the servers noted of a batch, by workload. */
export async function arrivalsOf(cell: Cell, prefix: string): Promise<ReadonlyMap<string, readonly Arrival[]>> {
  const lists = [...cell.members].map(async ([workload, members]) => {
    const noted = await Promise.all(members.map((member) => member.agent.arrivals(prefix)));
    return [workload, noted.flat()] as const;
  });
  return new Map(await Promise.all(lists));
}

/** Whether every server that the probe may reach is there and answers itself on its own loopback, outside of the mesh. */
export async function alive(cell: Cell, probe: Probe): Promise<boolean> {
  const servers = serversOf(cell, probe);
  if (servers.length === 0) return false;
  const healths = await Promise.all(servers.map((server) => server.agent.health()));
  return healths.every((health) => health.ok);
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
