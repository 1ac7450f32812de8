/** A cluster that kind creates for the run, with the images it needs on its nodes. */
import { describeError, InfrastructureError } from "../../errors.ts";
import type { CreatedCluster } from "../../ports.ts";
import type { RunCluster } from "./cluster.ts";
import type { RunContext } from "./context.ts";
import { nodesReady } from "./nodes-ready.ts";
import { buildAppImage, imagesToLoad, packImages } from "./pack-images.ts";
import type { KindClusterPlan } from "./plan.ts";

const CLUSTER_DEADLINE_MS = 300_000;
const LOGS = "evidence/kind";

export function kindCluster(plan: KindClusterPlan, context: RunContext): RunCluster {
  const { provider, images, archive } = plan.means;
  const { connect, folder, log, signal } = context.deps;
  /** Known as soon as it is there: it has to be deleted also where packing the images fails. */
  let created: CreatedCluster | undefined;

  return {
    async open() {
      const { kubeconfig, packed } = await context.phases.run("cluster", `Creating kind cluster ${plan.name}`, () =>
        bootAndPack(plan, context, (cluster) => {
          created = cluster;
        }),
      );
      const cluster = await connect(kubeconfig);
      context.record.cluster = cluster;
      await context.phases.run("images", `Loading ${packed.length} image(s) onto the node`, async () => {
        await provider.loadArchive(plan.name, archive, signal);
        for (const image of packed) log.info(`  ${image}`);
        await nodesReady(cluster, context.deps);
      });
      return { cluster, kubeconfig, builtInMesh: undefined };
    },
    async evidence() {
      if (created === undefined) return [];
      const { name } = created;
      return folder
        .collect(LOGS, (to) => provider.exportLogs(name, to))
        .then(
          () => [LOGS],
          (cause: unknown) => {
            log.warn(`kind's logs could not be exported: ${describeError(cause).message}`);
            return [];
          },
        );
    },
    async end() {
      await images
        .discard(archive)
        .catch((cause: unknown) => log.warn(`${archive} could not be removed: ${describeError(cause).message}`));
      if (created === undefined) return;
      await (plan.keep ? keep(created, plan, context) : remove(created, plan, context));
    },
  };
}

/** Images are built and packed while the cluster boots: neither needs the other, and the failure of one stops both. */
async function bootAndPack(
  { name, nodeImage, means }: KindClusterPlan,
  { plan, deps: { log, signal }, record }: RunContext,
  onCreated: (created: CreatedCluster) => void,
): Promise<{ readonly kubeconfig: string; readonly packed: readonly string[] }> {
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const stopBoth = (reason: unknown): never => {
    stop.abort(reason);
    throw reason;
  };
  const boot = async () => {
    const created = await means.provider.create({ name, nodeImage, deadlineMs: CLUSTER_DEADLINE_MS }, either);
    onCreated(created);
    return created;
  };
  const pack = async () => {
    record.appImage ??= await buildAppImage(plan.appBaseImage, means, log, either);
    return packImages([record.appImage, ...imagesToLoad(plan)], means, log, either);
  };
  const [booted, packed] = await Promise.allSettled([boot().catch(stopBoth), pack().catch(stopBoth)]);
  if (booted.status === "rejected" || packed.status === "rejected") throw firstFailure([booted, packed]);
  return { kubeconfig: booted.value.kubeconfig, packed: packed.value };
}

/** Of failures the one that came first: it stopped the others, which say that they were interrupted. */
export function firstFailure(ends: readonly PromiseSettledResult<unknown>[]): unknown {
  const reasons = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as unknown] : []));
  const isStopped = (reason: unknown) => reason instanceof InfrastructureError && reason.code === "interrupted";
  return reasons.find((reason) => !isStopped(reason)) ?? reasons[0];
}

async function keep(
  { name, kubeconfig }: CreatedCluster,
  { means }: KindClusterPlan,
  { deps: { log } }: RunContext,
): Promise<void> {
  await means.provider.keep(name).then(
    () => log.info(`cluster ${name} is kept; its kubeconfig is ${kubeconfig}`),
    (cause: unknown) => log.warn(`cluster ${name} could not be marked as kept: ${describeError(cause).message}`),
  );
}

async function remove(
  { name }: CreatedCluster,
  { means }: KindClusterPlan,
  { deps: { clock, log } }: RunContext,
): Promise<void> {
  const began = clock.now();
  await means.provider.delete(name).then(
    () => log.info(`deleted cluster ${name} (${((clock.now() - began) / 1000).toFixed(1)} s)`),
    (cause: unknown) =>
      log.warn(
        `cluster ${name} could not be deleted: ${describeError(cause).message}. Next: kind delete cluster --name ${name}`,
      ),
  );
}
