/** A cell: one fixture running in its own namespaces, leased to one assertion at a time. */
import type { Fixture } from "../../domain/assertion/fixture.ts";
import { describeRef, type KubernetesObject, refOf } from "../../domain/kubernetes/object.ts";
import { type Bindings, kindOf, NotExpressibleError, render } from "../../domain/smi/render.ts";
import { newestServed, type Served } from "../../domain/smi/served.ts";
import { InfrastructureError } from "../../errors.ts";
import type { MeshProfile } from "../../mesh/profile.ts";
import type { Agent, Clock, Cluster, Log } from "../../ports.ts";
import { converge, DeadlineError } from "../convergence.ts";
import { bindingsOf, type CellPlan, CONTAINER, cellObjects, namespacesOf, WORKLOAD_LABEL } from "./manifest.ts";
import { type PodWatch, watchPods } from "./pod-watch.ts";

/** Time for the pods of a cell to run and their servers to answer; image pulls are behind us by then. */
export const CELL_READY_DEADLINE_MS = 120_000;
const NAMESPACE_GONE_DEADLINE_MS = 60_000;

export interface Member {
  readonly pod: string;
  readonly ip: string;
  readonly agent: Agent;
}

export interface Cell {
  readonly id: string;
  readonly plan: CellPlan;
  readonly fixture: Fixture;
  readonly bindings: Bindings;
  /** Running pods by workload, with their agents. */
  readonly members: Map<string, readonly Member[]>;
  /** ClusterIP by `namespace/service`. */
  readonly clusterIPs: Map<string, string>;
  /** Its pods by namespace, as they are. */
  readonly pods: ReadonlyMap<string, PodWatch>;
  /** Counts the batches sent, for request ids that never repeat. */
  readonly sent: { batches: number };
}

export interface CellDeps {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
  readonly served: Served;
  readonly signal?: AbortSignal;
}

type PodFields = {
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly containerStatuses?: readonly {
      readonly ready?: boolean;
      readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
    }[];
  };
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
};

/** Live pods of a workload: those that are being deleted are no longer part of the cell. */
async function podsOf(cell: Cell, namespace: string, workload: string): Promise<readonly PodFields[]> {
  const pods = ((await cell.pods.get(namespace)?.pods()) ?? []) as unknown as readonly PodFields[];
  return pods.filter(
    ({ metadata }) => metadata.labels?.[WORKLOAD_LABEL] === workload && metadata.deletionTimestamp === undefined,
  );
}

const isReady = (pod: PodFields) =>
  pod.status?.podIP !== undefined &&
  (pod.status.containerStatuses ?? []).length > 0 &&
  (pod.status.containerStatuses ?? []).every((c) => c.ready === true);

function describePods(pods: readonly PodFields[]): string {
  if (pods.length === 0) return "no pod";
  return pods
    .map((pod) => {
      const waiting = pod.status?.containerStatuses?.find((c) => c.state?.waiting !== undefined)?.state?.waiting;
      return `${pod.metadata.name} ${waiting?.reason ?? pod.status?.phase ?? "new"}${waiting?.message === undefined ? "" : ` (${waiting.message.slice(0, 160)})`}`;
    })
    .join(", ");
}

/** Waits until a workload runs exactly `replicas` pods, then opens an agent to each that has none yet. */
export async function gather(
  cell: Cell,
  workload: string,
  replicas: number,
  deps: CellDeps,
  except: readonly string[] = [],
): Promise<void> {
  const namespace = cell.bindings.namespaces[cell.bindings.accounts[workload]?.in ?? ""] ?? "";
  const { value: pods } = await converge({
    name: `${replicas} ready pod(s) of ${workload} in cell ${cell.id}`,
    deadlineMs: CELL_READY_DEADLINE_MS,
    intervalMs: 20,
    clock: deps.clock,
    ...(deps.signal && { signal: deps.signal }),
    observe: async () => (await podsOf(cell, namespace, workload)).filter((pod) => !except.includes(pod.metadata.name)),
    done: (seen) => seen.length === replicas && seen.every(isReady),
    describe: describePods,
  });
  const known = new Map((cell.members.get(workload) ?? []).map((member) => [member.pod, member]));
  const kept = new Set(pods.map((pod) => pod.metadata.name));
  await Promise.all([...known.values()].filter((m) => !kept.has(m.pod)).map((m) => m.agent.close()));
  const members = await Promise.all(
    pods.map(
      async (pod) =>
        known.get(pod.metadata.name) ?? {
          pod: pod.metadata.name,
          ip: pod.status?.podIP ?? "",
          agent: await deps.cluster.agent({ namespace, name: pod.metadata.name, container: CONTAINER }),
        },
    ),
  );
  cell.members.set(workload, members);
  await Promise.all(
    members.map((member) =>
      converge({
        name: `the workload of ${namespace}/${member.pod} answers on its own loopback`,
        deadlineMs: CELL_READY_DEADLINE_MS,
        clock: deps.clock,
        ...(deps.signal && { signal: deps.signal }),
        observe: () => member.agent.health(),
        done: (health) => health.ok,
        describe: (health) => health.detail ?? "not healthy",
      }),
    ),
  );
}

/** The fixture's base resources, as far as the cluster serves their kinds. */
export function baseObjects(cell: Pick<Cell, "fixture" | "bindings">, served: Served): readonly KubernetesObject[] {
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

/** What may be made at once: a namespace holds the rest, and pods want their account and find their services. */
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
    await letGo(cell);
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

/** Set-up gate: where joining means a sidecar, every joined pod must have it, or refusals would mean nothing. */
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
    if (![...containers, ...initContainers].some((c) => c.name === sidecar))
      throw new InfrastructureError(
        "cell-not-ready",
        `cell ${cell.id}: pod ${pod.metadata.name} did not get the container ${sidecar}`,
        `Check that ${profile.title}'s injector runs and that the profile's join labels are right for this version.`,
      );
  }
}

async function letGo(cell: Cell): Promise<void> {
  for (const watch of cell.pods.values()) watch.stop();
  await Promise.allSettled([...cell.members.values()].flat().map((member) => member.agent.close()));
}

/** Ends the agents and deletes the namespaces; waits until they are gone only when asked to. */
export async function destroyCell(cell: Cell, deps: CellDeps, options: { readonly wait: boolean }): Promise<void> {
  await letGo(cell);
  const namespaces = Object.values(namespacesOf(cell.plan));
  await Promise.all(namespaces.map((name) => deps.cluster.delete({ apiVersion: "v1", kind: "Namespace", name })));
  if (!options.wait) return;
  await Promise.all(
    namespaces.map((name) =>
      converge({
        name: `namespace ${name} is gone`,
        deadlineMs: NAMESPACE_GONE_DEADLINE_MS,
        intervalMs: 250,
        clock: deps.clock,
        observe: () => deps.cluster.get({ apiVersion: "v1", kind: "Namespace", name }),
        done: (seen) => seen === undefined,
        describe: (seen) => JSON.stringify(seen?.status ?? {}),
      }),
    ),
  );
}
