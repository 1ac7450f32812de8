/** Keeps what explains a result that is no pass: objects, events and logs, as files below the report folder. */
import type { AssertionResult } from "../domain/report.ts";
import { describeError } from "../errors.ts";
import type { Cluster, Log, ReportFolder } from "../ports.ts";
import type { Cell } from "./cell.ts";
import { namespacesOf } from "./cell-manifest.ts";

const LOG_LINES = 200;

interface PodLike {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: {
    readonly containers?: readonly { readonly name: string }[];
    readonly initContainers?: readonly { readonly name: string }[];
  };
}

/** Status and events of a namespace's pods in one text, as `kubectl describe` would be read, and each container's log. */
async function describeNamespace(
  cluster: Cluster,
  folder: ReportFolder,
  namespace: string,
  below: string,
  files: string[],
): Promise<void> {
  const keep = async (name: string, content: string) => {
    const path = `${below}/${namespace}/${name}`;
    await folder.write(path, content);
    files.push(path);
  };
  const pods = await cluster.list({ apiVersion: "v1", kind: "Pod", namespace });
  const events = await cluster.list({ apiVersion: "v1", kind: "Event", namespace });
  await keep("pods.json", `${JSON.stringify(pods, null, 2)}\n`);
  const lines = events.map((event) => {
    const { type, reason, message, involvedObject, lastTimestamp, eventTime } = event as unknown as Record<
      string,
      unknown
    > & { involvedObject?: { kind?: string; name?: string } };
    return `${lastTimestamp ?? eventTime ?? ""}\t${type}\t${reason}\t${involvedObject?.kind}/${involvedObject?.name}\t${message}`;
  });
  await keep("events.txt", `${lines.join("\n")}\n`);
  for (const pod of pods as unknown as readonly PodLike[]) {
    for (const { name: container } of [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]) {
      await keep(
        `${pod.metadata.name}.${container}.log`,
        await cluster.logs({ namespace, name: pod.metadata.name, container }, LOG_LINES),
      );
    }
  }
}

export interface EvidenceDeps {
  readonly cluster: Cluster;
  readonly folder: ReportFolder;
  readonly log: Log;
  /** Namespace of the mesh's control plane. */
  readonly meshNamespace: string;
}

/** For one row: what it measured, its SMI objects as stored, and its cell. Evidence that cannot be had never changes a verdict. */
export async function rowEvidence(
  result: AssertionResult,
  cell: Cell | undefined,
  deps: EvidenceDeps,
): Promise<readonly string[]> {
  const below = `evidence/${result.id}`;
  const files: string[] = [];
  try {
    await deps.folder.write(`${below}/findings.json`, `${JSON.stringify(result, null, 2)}\n`);
    files.push(`${below}/findings.json`);
    if (cell === undefined) return files;
    const objects = [];
    for (const namespace of Object.values(namespacesOf(cell.plan))) {
      for (const [kind, version] of Object.entries(result.versions)) {
        const group = kind === "TrafficTarget" ? "access" : kind === "TrafficSplit" ? "split" : "specs";
        objects.push(...(await deps.cluster.list({ apiVersion: `${group}.smi-spec.io/${version}`, kind, namespace })));
      }
    }
    await deps.folder.write(`${below}/objects.json`, `${JSON.stringify(objects, null, 2)}\n`);
    files.push(`${below}/objects.json`);
    for (const namespace of Object.values(namespacesOf(cell.plan)))
      await describeNamespace(deps.cluster, deps.folder, namespace, below, files);
  } catch (error) {
    deps.log.warn(`evidence of ${result.id} could not be kept in full: ${describeError(error).message}`);
  }
  return files;
}

/** For a run that died, or ended with rows that did not pass: the mesh's own pods, CoreDNS, and the run's cells. */
export async function clusterEvidence(deps: EvidenceDeps, run: string): Promise<readonly string[]> {
  const files: string[] = [];
  try {
    const namespaces = (await deps.cluster.list({ apiVersion: "v1", kind: "Namespace" })).map(
      ({ metadata }) => metadata.name,
    );
    const ours = namespaces.filter(
      (name) => name === deps.meshNamespace || name === "kube-system" || name.startsWith(`smi-${run}-`),
    );
    for (const namespace of ours)
      await describeNamespace(deps.cluster, deps.folder, namespace, "evidence/cluster", files);
  } catch (error) {
    deps.log.warn(`evidence of the cluster could not be kept in full: ${describeError(error).message}`);
  }
  return files;
}
