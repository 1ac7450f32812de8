/** The whole run: cluster, mesh, served versions, suite, report. A report comes out of it whatever happens. */
import type { Assertion } from "../../domain/assertion/assertion.ts";
import type { Fixture } from "../../domain/assertion/fixture.ts";
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import { flakyIds } from "../../domain/report/repeat.ts";
import type { AssertionResult, ConformanceReport, ReportError } from "../../domain/report/report.ts";
import { type Shard, shardText } from "../../domain/report/shard.ts";
import { isUnclear } from "../../domain/report/verdict.ts";
import { type Served, servedFromCrds } from "../../domain/smi/served.ts";
import { describeError, InfrastructureError, ToolError } from "../../errors.ts";
import { imagesOf } from "../../mesh/images.ts";
import type { MeshProfile } from "../../mesh/profile.ts";
import type { Clock, Cluster, ClusterProvider, CreatedCluster, Images, Log, ReportFolder } from "../../ports.ts";
import { converge, DeadlineError } from "../convergence.ts";
import { runSuite } from "../suite/run-suite.ts";
import { buildReport } from "./build-report.ts";
import { clusterEvidence, rowEvidence } from "./evidence.ts";
import { applyManifest, type FoundMesh, type Installer, meshReady, readBack } from "./mesh-install.ts";

const CLUSTER_DEADLINE_MS = 300_000;
const NODE_READY_DEADLINE_MS = 120_000;

/** A cluster that ends when it is told to. */
export interface EndingCluster extends Cluster {
  close(): Promise<void>;
}

export interface RunPlan {
  readonly run: string;
  readonly profile: MeshProfile;
  readonly profileDigest: string;
  readonly meshVersion: string;
  /** What the mesh is installed from, for the report. */
  readonly source: string;
  /** Undefined where a chart is installed, or nothing. */
  readonly manifest: readonly KubernetesObject[] | undefined;
  readonly installer: Installer | undefined;
  readonly assertions: readonly Assertion[];
  readonly fixtures: ReadonlyMap<string, Fixture>;
  readonly catalogueDigest: string;
  readonly cluster:
    | { readonly name: string; readonly nodeImage: string | undefined; readonly keep: boolean }
    | { readonly kubeconfig: string; readonly name: string }
    /** In this process: `embedded` starts it, with its mesh. */
    | { readonly embedded: () => Promise<EndingCluster>; readonly name: string };
  /** The fault that was put into the reference mesh; undefined for none, and for any other mesh. */
  readonly mutant?: { readonly name: string; readonly title: string };
  readonly kindVersion: string | null;
  readonly appImage: string | undefined;
  readonly appBaseImage: string;
  /** Images of this machine to load besides those of the manifest. */
  readonly images: readonly string[];
  readonly parallel: number;
  /** How often each assertion is run, from 1. */
  readonly repeat: number;
  /** The part of a larger selection that `assertions` is; undefined where it is all of it. */
  readonly shard: Shard | undefined;
  /** none: nothing is kept of rows that did not pass but what the report says. */
  readonly evidence: "failures" | "none";
  readonly deadlineMs: number | undefined;
  readonly suiteVersion: string;
  readonly runner: ConformanceReport["runner"];
  readonly provenance?: ConformanceReport["provenance"];
  readonly reproduce: string;
}

export interface RunDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly folder: ReportFolder;
  readonly connect: (kubeconfig: string) => Promise<Cluster>;
  /** Needed when the cluster is to be created. */
  readonly provider?: ClusterProvider & { readonly keep: (name: string) => Promise<void> };
  readonly engine?: Images;
  /** Path of the workload's bundled program. */
  readonly program: string;
  /** Path of a file that may be written, for the images' archive. */
  readonly archive: string;
  readonly sha256: (text: string) => string;
  readonly signal?: AbortSignal;
  readonly onResult?: (result: AssertionResult) => void;
}

function errorOf(phase: string, error: unknown, signal: AbortSignal | undefined): ReportError {
  const cause = signal?.aborted === true ? signal.reason : error;
  const { message, next } = describeError(cause);
  const code =
    cause instanceof InfrastructureError
      ? cause.code
      : cause instanceof ToolError
        ? "tool"
        : signal?.aborted === true
          ? "interrupted"
          : "unexpected";
  return { phase, code, message, next: next ?? "Run again; if it happens twice, please report it with the evidence." };
}

export async function runConformance(plan: RunPlan, deps: RunDeps): Promise<ConformanceReport> {
  const { clock, log, signal } = deps;
  const startedAt = clock.timestamp();
  const start = clock.now();
  const phases: { name: string; startedMs: number; durationMs: number; ok: boolean }[] = [];
  let current = "start";
  async function phase<T>(name: string, title: string, work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    current = name;
    const began = clock.now();
    let ok = false;
    log.group(title);
    try {
      const value = await work();
      ok = true;
      return value;
    } finally {
      const durationMs = Math.round(clock.now() - began);
      phases.push({ name, startedMs: Math.round(began - start), durationMs, ok });
      log.info(`${ok ? "done" : "failed"}: ${title} (${(durationMs / 1000).toFixed(1)} s)`);
      log.endGroup();
    }
  }

  let error: ReportError | undefined;
  let created: CreatedCluster | undefined;
  let cluster: Cluster | undefined;
  let ending: EndingCluster | undefined;
  let kubernetes: string | null = null;
  let served: Served = {};
  let found: FoundMesh = { version: null, images: [] };
  let appImage = plan.appImage ?? null;
  let cellsReadyMs: number | null = null;
  let verdictsMs: number | null = null;
  const results: AssertionResult[] = [];
  const evidence: string[] = [];
  const meshDeps = (to: Cluster) => ({ cluster: to, clock, log, ...(signal && { signal }) });

  try {
    let kubeconfig: string | undefined;
    if ("embedded" in plan.cluster) {
      ending = await phase("cluster", "Starting the embedded cluster", plan.cluster.embedded);
      cluster = ending;
    } else if ("kubeconfig" in plan.cluster) {
      kubeconfig = plan.cluster.kubeconfig;
      cluster = await deps.connect(kubeconfig);
    } else {
      const { provider, engine } = deps;
      const { name, nodeImage } = plan.cluster;
      if (provider === undefined || engine === undefined)
        throw new RangeError("creating a cluster needs a provider and an image engine");
      const wanted = [
        ...new Set([
          ...(plan.appImage === undefined ? [] : [plan.appImage]),
          ...plan.images,
          ...imagesOf(plan.manifest ?? []),
        ]),
      ];
      // Images are built and packed while the cluster boots: neither needs the other.
      const stop = new AbortController();
      const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
      const both = await phase("cluster", `Creating kind cluster ${name}`, async () => {
        const packing = packImages(engine, wanted, either);
        const booting = provider.create({ name, nodeImage, deadlineMs: CLUSTER_DEADLINE_MS }, either);
        const [boot, pack] = await Promise.allSettled([booting.catch(stopBoth), packing.catch(stopBoth)]);
        if (boot.status === "fulfilled") created = boot.value;
        if (boot.status === "rejected" || pack.status === "rejected") throw firstOf(boot, pack);
        return { cluster: boot.value, loaded: pack.value };
        function stopBoth(reason: unknown): never {
          stop.abort(reason);
          throw reason;
        }
      });
      kubeconfig = both.cluster.kubeconfig;
      cluster = await deps.connect(kubeconfig);
      const booted = cluster;
      await phase("images", `Loading ${both.loaded.length} image(s) onto the node`, async () => {
        await provider.loadArchive(name, deps.archive, signal);
        for (const image of both.loaded) log.info(`  ${image}`);
        await nodesReady(booted);
      });
    }
    const target = cluster;
    kubernetes = await target.version();
    if (appImage === null)
      throw new InfrastructureError(
        "image-build",
        "no image of the sample application was named for this cluster",
        "Give app-image: an existing cluster must be able to pull it.",
      );

    if (plan.manifest !== undefined || plan.installer !== undefined) {
      await phase("mesh", `Installing ${plan.profile.title} ${plan.meshVersion} from ${plan.source}`, async () => {
        if (plan.manifest !== undefined) await applyManifest(plan.manifest, plan.profile.namespace, meshDeps(target));
        else if (kubeconfig !== undefined) await plan.installer?.(kubeconfig, signal);
        await meshReady(plan.profile, meshDeps(target));
      });
    }
    // The reference mesh is this program, of which there is no image to read a version from.
    found =
      ending === undefined
        ? await readBack(plan.profile, meshDeps(target))
        : { version: plan.meshVersion, images: found.images };
    if (found.version !== null && found.version !== plan.meshVersion)
      log.warn(`asked for ${plan.profile.title} ${plan.meshVersion}, but ${found.version} runs`);
    served = await phase("served", "Reading which SMI versions the cluster serves", async () => {
      const kinds = servedFromCrds(
        await target.list({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" }),
      );
      for (const kind of Object.values(kinds))
        log.info(`  ${kind.kind}: ${kind.versions.map((v) => v.name).join(", ")}`);
      if (Object.keys(kinds).length === 0) log.info("  no SMI kind at all");
      return kinds;
    });
    const image = appImage;
    const evidenceDeps = { cluster: target, folder: deps.folder, log, meshNamespace: plan.profile.namespace };
    await phase(
      "suite",
      `Running ${plan.assertions.length} assertions${plan.shard === undefined ? "" : ` (shard ${shardText(plan.shard)})`}${plan.repeat === 1 ? "" : `, ${plan.repeat} times each`}, up to ${plan.parallel} cells at once`,
      async () => {
        const suite = await runSuite({
          assertions: plan.assertions,
          fixtures: plan.fixtures,
          served,
          profile: plan.profile,
          run: plan.run,
          appImage: image,
          parallel: plan.parallel,
          repeat: plan.repeat,
          deadlineMs: plan.deadlineMs,
          cluster: target,
          clock,
          log,
          startedAt: start,
          ...(signal && { signal }),
          onResult: (result) => {
            results.push(result);
            deps.onResult?.(result);
          },
          ...(plan.evidence === "failures" && {
            keepEvidence: (result, cell) => rowEvidence(result, cell, evidenceDeps),
          }),
        });
        cellsReadyMs = suite.cellsReadyMs;
        verdictsMs = Math.max(0, suite.durationMs - suite.cellsReadyMs);
        const flaky = flakyIds(suite.results);
        if (plan.repeat > 1)
          log.info(
            `${flaky.length} of ${suite.results.length} rows gave more than one verdict in ${plan.repeat} runs${flaky.length === 0 ? "" : `: ${flaky.join(", ")}`}`,
          );
        log.info(
          `cells at rest after ${(cellsReadyMs / 1000).toFixed(1)} s, last verdict ${(verdictsMs / 1000).toFixed(1)} s later`,
        );
      },
    );
  } catch (thrown) {
    error = errorOf(current, thrown, signal);
    log.warn(`${error.message}`);
  }

  await deps.engine?.discard(deps.archive);
  const inDoubt = error !== undefined || results.some(isUnclear);
  const explains = inDoubt && plan.evidence === "failures" && error?.code !== "interrupted";
  if (explains && cluster !== undefined)
    evidence.push(
      ...(await clusterEvidence(
        { cluster, folder: deps.folder, log, meshNamespace: plan.profile.namespace },
        plan.run,
      )),
    );
  if (created !== undefined && deps.provider !== undefined && "keep" in plan.cluster) {
    if (explains) {
      await deps.provider.exportLogs(created.name, `${deps.folder.path}/evidence/kind`).then(
        () => evidence.push("evidence/kind"),
        (cause: unknown) => log.warn(`kind's logs could not be exported: ${describeError(cause).message}`),
      );
    }
    if (plan.cluster.keep) {
      await deps.provider.keep(created.name);
      log.info(`cluster ${created.name} is kept; its kubeconfig is ${created.kubeconfig}`);
    } else await removeCluster(deps.provider, created.name);
  }
  await ending
    ?.close()
    .catch((cause: unknown) => log.warn(`the embedded cluster did not end: ${describeError(cause).message}`));
  const order = new Map(plan.assertions.map(({ id }, index) => [id, index]));
  return buildReport({
    mesh: {
      name: plan.profile.mesh,
      title: plan.profile.title,
      versionAsked: plan.meshVersion,
      versionFound: found.version,
      images: found.images,
      access: plan.profile.access,
      source: plan.source,
      ...(plan.mutant && { mutant: plan.mutant }),
    },
    cluster: {
      provider: "embedded" in plan.cluster ? "embedded" : "kubeconfig" in plan.cluster ? "existing" : "kind",
      name: plan.cluster.name,
      kubernetes,
      nodeImage: "nodeImage" in plan.cluster ? (plan.cluster.nodeImage ?? null) : null,
      kind: plan.kindVersion,
    },
    served,
    suite: {
      version: plan.suiteVersion,
      assertions: plan.catalogueDigest,
      profile: plan.profileDigest,
      appImage,
      selected: plan.assertions.length,
      planned: plan.assertions.map(({ id }) => id),
      ...(plan.shard && { shard: plan.shard }),
      repeat: plan.repeat,
      cellsReadyMs,
      verdictsMs,
    },
    runner: plan.runner,
    startedAt,
    durationMs: Math.round(clock.now() - start),
    phases,
    results: [...results].sort((x, y) => (order.get(x.id) ?? 0) - (order.get(y.id) ?? 0)),
    error,
    ...(plan.provenance && { provenance: plan.provenance }),
    reproduce: plan.reproduce,
    evidence,
    sha256: deps.sha256,
  });

  /** Builds the workload's image, and packs it with those images that this machine has into one archive. */
  async function packImages(engine: Images, wanted: readonly string[], stop: AbortSignal): Promise<readonly string[]> {
    if (appImage === null) {
      appImage = await engine.buildWorkload({ base: plan.appBaseImage, program: deps.program, signal: stop });
      log.info(`built ${appImage} on ${plan.appBaseImage}`);
    }
    const names = [...new Set([appImage, ...wanted])];
    const local = await engine.local(names);
    for (const name of names)
      if (!local.has(name)) log.info(`  ${name} is not on this machine: the node has to pull it`);
    const packed = names.filter((name) => local.has(name));
    if (packed.length === 0)
      throw new InfrastructureError(
        "image-load",
        `none of the images ${names.join(", ")} is on this machine`,
        "Pull or build app-image first.",
      );
    await engine.save(packed, deps.archive, stop);
    return packed;
  }

  async function nodesReady(target: Cluster): Promise<void> {
    const ready = (node: KubernetesObject) =>
      (
        (node.status as { conditions?: readonly { type: string; status: string; message?: string }[] } | undefined)
          ?.conditions ?? []
      ).find((c) => c.type === "Ready");
    await converge({
      name: "every node is Ready",
      deadlineMs: NODE_READY_DEADLINE_MS,
      intervalMs: 200,
      clock,
      ...(signal && { signal }),
      observe: () => target.list({ apiVersion: "v1", kind: "Node" }),
      done: (nodes) => nodes.length > 0 && nodes.every((node) => ready(node)?.status === "True"),
      describe: (nodes) =>
        nodes.map((node) => `${node.metadata.name}: ${ready(node)?.message ?? "no condition"}`).join("; ") || "no node",
    }).catch((cause: unknown) => {
      throw cause instanceof DeadlineError
        ? new InfrastructureError(
            "node-not-ready",
            cause.message,
            "See the kubelet's log in the evidence (evidence/kind).",
            { cause },
          )
        : cause;
    });
  }

  async function removeCluster(provider: ClusterProvider, name: string): Promise<void> {
    const began = clock.now();
    await provider.delete(name).then(
      () => log.info(`deleted cluster ${name} (${((clock.now() - began) / 1000).toFixed(1)} s)`),
      (cause: unknown) =>
        log.warn(
          `cluster ${name} could not be deleted: ${describeError(cause).message}. Next: kind delete cluster --name ${name}`,
        ),
    );
  }
}

/** Of two failures the one that came first stopped the other. */
function firstOf(boot: PromiseSettledResult<unknown>, pack: PromiseSettledResult<unknown>): unknown {
  const reasons = [boot, pack].flatMap((end) => (end.status === "rejected" ? [end.reason as unknown] : []));
  return (
    reasons.find((reason) => !(reason instanceof InfrastructureError && reason.code === "interrupted")) ?? reasons[0]
  );
}
