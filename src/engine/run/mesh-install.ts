/** Installs a mesh on a cluster from a manifest or a chart, and waits until it is ready. */
import { describeRef, type KubernetesObject, type ObjectRef, refOf } from "../../domain/kubernetes/object.ts";
import { InfrastructureError } from "../../errors.ts";
import type { MeshProfile, WorkloadRef } from "../../mesh/profile.ts";
import { rollout } from "../../mesh/rollout.ts";
import type { Clock, Cluster, Log } from "../../ports.ts";
import { converge, DeadlineError } from "../convergence.ts";
import type { OpenCluster } from "./cluster.ts";
import type { RunContext } from "./context.ts";

const ESTABLISHED_DEADLINE_MS = 30_000;

interface MeshDeps {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal?: AbortSignal;
}

/** Namespaces and definitions first, whatever the order of the manifest: the other objects need them. */
const rank = (object: KubernetesObject) =>
  object.kind === "Namespace" ? 0 : object.kind === "CustomResourceDefinition" ? 1 : 2;

function isEstablished(crd: KubernetesObject | undefined): boolean {
  const conditions =
    (crd?.status as { conditions?: readonly { type: string; status: string }[] } | undefined)?.conditions ?? [];
  return conditions.some((c) => c.type === "Established" && c.status === "True");
}

/** Where the plan has neither a manifest nor another way to install it, the mesh is there already. */
export async function installMesh(
  { plan, deps, phases }: RunContext,
  { cluster, kubeconfig }: OpenCluster,
): Promise<void> {
  const { profile, manifest, installer } = plan;
  if (manifest === undefined && installer === undefined) return;
  await phases.run("mesh", `Installing ${profile.title} ${plan.meshVersion} from ${plan.source}`, async () => {
    const meshDeps = { ...deps, cluster };
    if (manifest !== undefined) await applyManifest(manifest, profile.namespace, meshDeps);
    else if (kubeconfig !== undefined) await installer?.(kubeconfig, deps.signal);
    await meshReady(profile, meshDeps);
  });
}

/**
 * The objects, with the mesh's namespace where they need it and do not bring it: `helm template` writes none. One that is
 * there already stays as it is, since nothing but its name is applied.
 */
export function withNamespace(objects: readonly KubernetesObject[], name: string): readonly KubernetesObject[] {
  const brought = objects.some(({ kind, metadata }) => kind === "Namespace" && metadata.name === name);
  const needed = objects.some(({ metadata }) => metadata.namespace === name);
  return brought || !needed ? objects : [{ apiVersion: "v1", kind: "Namespace", metadata: { name } }, ...objects];
}

async function applyManifest(objects: readonly KubernetesObject[], namespace: string, deps: MeshDeps): Promise<void> {
  const ordered = [...withNamespace(objects, namespace)].sort((x, y) => rank(x) - rank(y));
  for (const [index, object] of ordered.entries()) {
    const next = ordered[index + 1];
    const answer = await deps.cluster.apply(object);
    if (!answer.accepted)
      throw new InfrastructureError(
        "mesh-install",
        `${describeRef(refOf(object))} of the manifest was refused (${answer.status}): ${answer.message}`,
        `Check that the manifest is for this Kubernetes version; objects without a namespace belong to ${namespace} only if they say so.`,
      );
    if (object.kind === "CustomResourceDefinition" && next?.kind !== "CustomResourceDefinition")
      await crdsEstablished(ordered.slice(0, index + 1), deps);
  }
}

async function crdsEstablished(objects: readonly KubernetesObject[], deps: MeshDeps): Promise<void> {
  for (const crd of objects.filter((o) => o.kind === "CustomResourceDefinition")) {
    await converge({
      name: `${describeRef(refOf(crd))} is established`,
      deadlineMs: ESTABLISHED_DEADLINE_MS,
      clock: deps.clock,
      ...(deps.signal && { signal: deps.signal }),
      observe: () => deps.cluster.get(refOf(crd)),
      done: isEstablished,
      describe: (seen) => JSON.stringify(seen?.status ?? "absent").slice(0, 300),
    }).catch((error: unknown) => {
      throw error instanceof DeadlineError
        ? new InfrastructureError(
            "mesh-install",
            error.message,
            "The API server does not accept this definition; see its conditions in the evidence.",
            { cause: error },
          )
        : error;
    });
  }
}

export function refOfWorkload(workload: WorkloadRef, namespace: string): ObjectRef {
  return {
    apiVersion: "apps/v1",
    kind: workload.kind,
    name: workload.name,
    namespace: workload.namespace ?? namespace,
  };
}

/** @throws InfrastructureError("mesh-not-ready") with the state of each workload that is not. */
async function meshReady(profile: MeshProfile, deps: MeshDeps): Promise<void> {
  const refs = profile.ready.workloads.map((workload) => refOfWorkload(workload, profile.namespace));
  let reported = 0;
  await converge({
    name: `${profile.title} is ready`,
    deadlineMs: profile.ready.deadline * 1000,
    intervalMs: 200,
    clock: deps.clock,
    ...(deps.signal && { signal: deps.signal }),
    observe: () => Promise.all(refs.map(async (ref) => ({ ref, ...rollout(await deps.cluster.get(ref)) }))),
    done: (seen) => seen.every(({ done }) => done),
    describe: (seen) =>
      seen
        .filter(({ done }) => !done)
        .map(({ ref, state }) => `${describeRef(ref)}: ${state}`)
        .join("; "),
    onWaiting: (seen, elapsedMs) => {
      if (elapsedMs - reported < 5000) return;
      reported = elapsedMs;
      deps.log.info(
        `  waiting for ${seen
          .filter(({ done }) => !done)
          .map(({ ref, state }) => `${describeRef(ref)} (${state})`)
          .join(", ")}`,
      );
    },
  }).catch((error: unknown) => {
    if (!(error instanceof DeadlineError)) throw error;
    throw new InfrastructureError(
      "mesh-not-ready",
      error.message,
      "See the mesh's pods, logs and events in the evidence; images that cannot be pulled are the most common reason.",
      { cause: error },
    );
  });
}
