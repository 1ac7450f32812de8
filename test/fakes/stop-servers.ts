/** Takes the servers of a cell away, as the null mesh of that name asks for. */
import { type Cell, type CellDeps, gather } from "../../src/engine/cell/cell.ts";

/** Scales every workload that is a server to 0, and waits until its pods are gone. */
export async function stopServers(cell: Cell, deps: CellDeps): Promise<void> {
  const first = cell.fixture.namespaces[0] ?? "";
  for (const [name, workload] of Object.entries(cell.fixture.workloads)) {
    if (workload.role !== "server") continue;
    const namespace = cell.bindings.namespaces[workload.in ?? first] ?? "";
    const ref = { apiVersion: "apps/v1", kind: "Deployment", name, namespace };
    const stored = await deps.cluster.get(ref);
    const answer = await deps.cluster.apply({
      apiVersion: ref.apiVersion,
      kind: ref.kind,
      metadata: { name, namespace },
      spec: { ...(stored?.spec as object), replicas: 0 },
    });
    if (!answer.accepted) throw new Error(`${name} could not be scaled to 0: ${answer.message}`);
    await gather(cell, name, 0, deps);
  }
}
