/** Creates a test cell in the cluster, and removes it. */
import { describeRef, type KubernetesObject, refOf } from "../../domain/kubernetes/object.ts";
import { kindOf, NotExpressibleError, render } from "../../domain/smi/render.ts";
import { newestServed, type Served } from "../../domain/smi/served.ts";
import { InfrastructureError } from "../../errors.ts";
import type { MeshProfile } from "../../mesh/profile.ts";
import { DeadlineError } from "../convergence.ts";
import type { Cell, CellDeps } from "./cell.ts";
import { bindingsOf, type CellPlan, cellObjects, namespacesOf, WORKLOAD_LABEL } from "./manifest.ts";
import { gather } from "./members.ts";
import { watchPods } from "./pod-watch.ts";

/** The fixture's base resources, as far as the cluster serves their kinds. */
function baseObjects(cell: Cell, served: Served): readonly KubernetesObject[] {
  return cell.fixture.base.flatMap((resource) => {
    const version = newestServed(served, kindOf(resource));
    if (version === undefined) return [];
    try {
      return [render(resource, version, cell.bindings)];
    } catch (error) {
      if (error instanceof NotExpressibleError) return [];
      throw error;
    }
  });
}

/** What may be made at once: all else lives in a namespace, and pods need their account and look up their services. */
const wave = ({ kind }: KubernetesObject) => (kind === "Namespace" ? 0 : kind === "Deployment" ? 2 : 1);

async function applyOne(cell: Cell, object: KubernetesObject, deps: CellDeps): Promise<void> {
  const answer = await deps.cluster.apply(object);
  if (!answer.accepted)
    throw new InfrastructureError(
      "cell-not-ready",
      `cell ${cell.id}: ${describeRef(refOf(object))} was refused: ${answer.message}`,
      "An admission webhook or policy of this cluster keeps the sample application out.",
    );
  const clusterIP = (answer.stored.spec as { clusterIP?: string } | undefined)?.clusterIP;
  if (object.kind === "Service" && clusterIP !== undefined)
    cell.clusterIPs.set(`${object.metadata.namespace}/${object.metadata.name}`, clusterIP);
}

/** @throws InfrastructureError("cell-not-ready") with what the pods were doing. */
export async function createCell(plan: CellPlan, deps: CellDeps): Promise<Cell> {
  const cell: Cell = {
    id: plan.id,
    plan,
    fixture: plan.fixture,
    bindings: bindingsOf(plan),
    members: new Map(),
    clusterIPs: new Map(),
    pods: new Map(Object.values(namespacesOf(plan)).map((name) => [name, watchPods(deps.cluster, name)])),
    sent: { batches: 0 },
  };
  try {
    const objects = cellObjects(plan);
    for (const number of [0, 1, 2])
      await Promise.all(objects.filter((o) => wave(o) === number).map((object) => applyOne(cell, object, deps)));
    for (const object of baseObjects(cell, deps.served)) await applyOne(cell, object, deps);
    await Promise.all(
      Object.entries(plan.fixture.workloads).map(([name, workload]) => gather(cell, name, workload.replicas, deps)),
    );
    const pods = await Promise.all([...cell.pods.values()].map((watch) => watch.pods()));
    requireJoined(cell, pods.flat(), plan.profile);
  } catch (error) {
    await disconnect(cell);
    if (error instanceof DeadlineError)
      throw new InfrastructureError(
        "cell-not-ready",
        `cell ${plan.id}: ${error.message}`,
        "Read the pods' events in the evidence; most often the image cannot be pulled or the node is short of memory.",
        { cause: error },
      );
    throw error;
  }
  return cell;
}

/** Where joining the mesh means a sidecar, every joined pod must have it: without it, a refusal means nothing. */
function requireJoined(cell: Cell, pods: readonly KubernetesObject[], profile: MeshProfile): void {
  const { sidecar } = profile.dataPlane;
  if (sidecar === undefined) return;
  for (const pod of pods) {
    const workload = cell.fixture.workloads[pod.metadata.labels?.[WORKLOAD_LABEL] ?? ""];
    if (workload === undefined || !workload.mesh) continue;
    const { containers = [], initContainers = [] } = pod.spec as {
      containers?: { name: string }[];
      initContainers?: { name: string }[];
    };
    if (![...containers, ...initContainers].some((c) => c.name === sidecar.container))
      throw new InfrastructureError(
        "cell-not-ready",
        `cell ${cell.id}: pod ${pod.metadata.name} did not get the container ${sidecar.container}`,
        `Check that ${profile.title}'s injector runs and that the profile's join labels are right for this version.`,
      );
  }
}

/** Ends the watches and the agents. */
async function disconnect(cell: Cell): Promise<void> {
  for (const watch of cell.pods.values()) watch.stop();
  await Promise.allSettled([...cell.members.values()].flat().map((member) => member.agent.close()));
}

/** Ends the agents and deletes the namespaces; does not wait until they are gone. */
export async function destroyCell(cell: Cell, { cluster }: Pick<CellDeps, "cluster">): Promise<void> {
  await disconnect(cell);
  await Promise.all(
    Object.values(namespacesOf(cell.plan)).map((name) => cluster.delete({ apiVersion: "v1", kind: "Namespace", name })),
  );
}
