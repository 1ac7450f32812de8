/** Sends probes and reads arrivals, both through the agents: the control path is not the data path. */
import type { Probe } from "../../domain/assertion/expectation.ts";
import { interpret, type Seen } from "../../domain/measurement/outcome.ts";
import type { Arrival } from "../../domain/measurement/probe.ts";
import { InfrastructureError } from "../../errors.ts";
import type { Cell, Member } from "../cell/cell.ts";
import { requestOf, serversOf, targetOf } from "./address.ts";

/** Probes for each expectation whose outcome is not a matter of chance. */
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

/** A request that reached a server of this workload. */
export interface NotedArrival extends Arrival {
  readonly workload: string;
}

/** What the servers noted of a batch. */
export async function arrivalsOf(cell: Cell, prefix: string): Promise<readonly NotedArrival[]> {
  const lists = [...cell.members].map(async ([workload, members]) => {
    const noted = await Promise.all(members.map((member) => member.agent.arrivals(prefix)));
    return noted.flat().map((arrival) => ({ ...arrival, workload }));
  });
  return (await Promise.all(lists)).flat();
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
