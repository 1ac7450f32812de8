/** Recognises requests that came through the mesh's data plane, by what the profile says of it. */
import type { Cell, CellDeps } from "../cell/cell.ts";
import type { NotedArrival } from "./send.ts";

async function addressesOfPeers({ plan: { profile } }: Cell, { cluster }: CellDeps): Promise<ReadonlySet<string>> {
  const { peer } = profile.dataPlane;
  if (peer === undefined) return new Set();
  const namespace = peer.namespace ?? profile.namespace;
  const pods = await cluster.list({ apiVersion: "v1", kind: "Pod", namespace, labels: peer.labels });
  return new Set(pods.flatMap(({ status }) => (status as { podIP?: string } | undefined)?.podIP ?? []));
}

/** Addresses from which the sidecars of a workload hand over what is for their own pod. */
function addressesOfSidecars(cell: Cell, workload: string): readonly string[] {
  const { sidecar } = cell.plan.profile.dataPlane;
  if (sidecar === undefined) return [];
  return [...sidecar.addresses, ...(cell.members.get(workload) ?? []).map(({ ip }) => ip)];
}

/** How many of these arrivals carry the data plane's header, or come from one of its addresses. */
export async function countArrivalsThroughDataPlane(
  arrivals: readonly NotedArrival[],
  cell: Cell,
  deps: CellDeps,
): Promise<number> {
  const { requestHeader } = cell.plan.profile.dataPlane;
  const peers = await addressesOfPeers(cell, deps);
  const isProven = ({ headers, peer, workload }: NotedArrival) =>
    (requestHeader !== undefined && headers?.includes(requestHeader)) ||
    peers.has(peer) ||
    addressesOfSidecars(cell, workload).includes(peer);
  return arrivals.filter(isProven).length;
}
