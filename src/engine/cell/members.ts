/** Gathers the pods of a cell's workload: waits until they run, and opens an agent to each. */
import { converge } from "../convergence.ts";
import type { Cell, CellDeps, Member } from "./cell.ts";
import { CONTAINER, WORKLOAD_LABEL } from "./manifest.ts";

/** Time for the pods of a cell to run and for their servers to answer; images are on the node by then. */
const MEMBERS_READY_DEADLINE_MS = 120_000;

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

async function awaitHealthy(member: Member, namespace: string, deps: CellDeps): Promise<void> {
  await converge({
    name: `the workload of ${namespace}/${member.pod} answers on its own loopback`,
    deadlineMs: MEMBERS_READY_DEADLINE_MS,
    clock: deps.clock,
    ...(deps.signal && { signal: deps.signal }),
    observe: () => member.agent.health(),
    done: (health) => health.ok,
    describe: (health) => health.detail ?? "not healthy",
  });
}

/**
 * Waits until a workload runs exactly `replicas` pods, then opens an agent to each that has none yet.
 * @param except names of pods that do not count: those that are being replaced.
 */
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
    deadlineMs: MEMBERS_READY_DEADLINE_MS,
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
  await Promise.all(members.map((member) => awaitHealthy(member, namespace, deps)));
}
