/**
 * Keeps what explains a result that is not a pass: objects, events and logs, as files below the report folder. Evidence
 * matters most when the cluster answers badly, so each piece is fetched by itself, and a missing one does not cost the
 * others; and all are fetched at once, so that a hanging API server is waited for once. Evidence never changes a verdict.
 */
import { blankedPod } from "../../domain/kubernetes/blanked-pod.ts";
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import type { AssertionResult } from "../../domain/report/report.ts";
import { type SmiKindName, smiKinds } from "../../domain/smi/kinds.ts";
import { describeError } from "../../errors.ts";
import type { Cluster, Log, ReportFolder } from "../../ports.ts";
import type { Cell } from "../cell/cell.ts";
import { namespacesOf } from "../cell/manifest.ts";

const LOG_LINES = 200;

interface PodLike {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: {
    readonly containers?: readonly { readonly name: string }[];
    readonly initContainers?: readonly { readonly name: string }[];
  };
}

export interface EvidenceDeps {
  readonly cluster: Cluster;
  readonly folder: ReportFolder;
  readonly log: Log;
  /** Namespace of the mesh's control plane. */
  readonly meshNamespace: string;
}

/** Writes pieces of evidence below the report folder and remembers which files there are. */
interface Keeper {
  /** Those that were written, in order of their names. */
  files(): readonly string[];
  /** Where a piece cannot be kept, the log says which, and why. */
  keep(path: string, content: () => string | Promise<string>): Promise<void>;
  /** What `read` gives; undefined where the cluster does not answer. */
  ask<T>(what: string, read: () => Promise<T>): Promise<T | undefined>;
}

/** @param tries how often a request is made that fails */
function keeper({ folder, log }: EvidenceDeps, tries: number): Keeper {
  const files: string[] = [];
  const missing = (what: string, error: unknown) =>
    log.warn(`evidence is missing ${what}: ${describeError(error).message}`);
  return {
    files: () => files.toSorted(),
    async keep(path, content) {
      try {
        await folder.write(path, await content());
        files.push(path);
      } catch (error) {
        missing(path, error);
      }
    },
    async ask(what, read) {
      for (let left = tries; ; left--) {
        try {
          return await read();
        } catch (error) {
          if (left > 1) continue;
          missing(what, error);
          return undefined;
        }
      }
    },
  };
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

function eventLine(event: KubernetesObject): string {
  const { type, reason, message, involvedObject, lastTimestamp, eventTime } = event as unknown as Record<
    string,
    unknown
  > & { involvedObject?: { kind?: string; name?: string } };
  return `${lastTimestamp ?? eventTime ?? ""}\t${type}\t${reason}\t${involvedObject?.kind}/${involvedObject?.name}\t${message}`;
}

/** Status and events of a namespace's pods, as `kubectl describe` would be read, and each container's log. */
async function describeNamespace(
  { cluster }: EvidenceDeps,
  { keep, ask }: Keeper,
  namespace: string,
  below: string,
): Promise<void> {
  const list = (kind: string) =>
    ask(`${kind}s of ${namespace}`, () => cluster.list({ apiVersion: "v1", kind, namespace }));
  const podsAndLogs = async () => {
    const pods = await list("Pod");
    if (pods === undefined) return;
    const containers = (pods as unknown as readonly PodLike[]).flatMap(({ metadata: { name }, spec }) =>
      [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map((container) => ({
        name,
        container: container.name,
      })),
    );
    await Promise.all([
      keep(`${below}/${namespace}/pods.json`, () => json(pods.map(blankedPod))),
      ...containers.map(({ name, container }) =>
        keep(`${below}/${namespace}/${name}.${container}.log`, () =>
          cluster.logs({ namespace, name, container }, LOG_LINES),
        ),
      ),
    ]);
  };
  const events = async () => {
    const seen = await list("Event");
    if (seen !== undefined) await keep(`${below}/${namespace}/events.txt`, () => `${seen.map(eventLine).join("\n")}\n`);
  };
  await Promise.all([podsAndLogs(), events()]);
}

/** For one assertion: what it measured, its SMI objects as stored, and its cell. Returns the files that it wrote. */
export async function assertionEvidence(
  result: AssertionResult,
  cell: Cell | undefined,
  deps: EvidenceDeps,
): Promise<readonly string[]> {
  const below = `evidence/${result.id}`;
  // An overloaded cluster, which is a reason for such a result, may answer the second time.
  const kept = keeper(deps, 2);
  await kept.keep(`${below}/findings.json`, () => json(result));
  if (cell === undefined) return kept.files();
  const namespaces = Object.values(namespacesOf(cell.plan));
  const smiObjects = async () => {
    const lists = await Promise.all(
      namespaces.flatMap((namespace) =>
        Object.entries(result.versions).map(([kind, version]) => {
          const query = { apiVersion: `${smiKinds[kind as SmiKindName].group}/${version}`, kind, namespace };
          return kept.ask(`${kind}s of ${namespace}`, () => deps.cluster.list(query));
        }),
      ),
    );
    await kept.keep(`${below}/objects.json`, () => json(lists.flatMap((list) => list ?? [])));
  };
  await Promise.all([smiObjects(), ...namespaces.map((name) => describeNamespace(deps, kept, name, below))]);
  return kept.files();
}

/**
 * For a run that broke off or stayed unclear: the mesh's own pods, those of kube-system, and the run's cells.
 * @param deps isShared: others use the cluster too, so that kube-system is not ours to publish
 */
export async function clusterEvidence(
  deps: EvidenceDeps & { readonly isShared: boolean },
  run: string,
): Promise<readonly string[]> {
  // Asked once: this is the last thing that a run does.
  const kept = keeper(deps, 1);
  const namespaces = await kept.ask("namespaces", () => deps.cluster.list({ apiVersion: "v1", kind: "Namespace" }));
  const ours = (namespaces ?? [])
    .map(({ metadata }) => metadata.name)
    .filter(
      (name) =>
        name === deps.meshNamespace || (name === "kube-system" && !deps.isShared) || name.startsWith(`smi-${run}-`),
    );
  await Promise.all(ours.map((name) => describeNamespace(deps, kept, name, "evidence/cluster")));
  return kept.files();
}
