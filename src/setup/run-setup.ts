/** Shared by the action and the command line: checks everything that can be checked, then builds the adapters and the plan. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { arch, cpus, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../adapters/clock.ts";
import { createReportFolder, withTempFolder } from "../adapters/files/folders.ts";
import { newClusterName } from "../adapters/kind/config.ts";
import { createKind, type KindProvider } from "../adapters/kind/kind.ts";
import { createImages, dockerVersion } from "../adapters/tools/docker.ts";
import { createHelm } from "../adapters/tools/helm.ts";
import { createTool } from "../adapters/tools/process.ts";
import type { Gating } from "../domain/gate/gate.ts";
import type { WorkflowEvent } from "../domain/github/workflow-event.ts";
import type { RunDeps, RunPlan } from "../engine/run/plan.ts";
import { type ConfigurationError, InfrastructureError } from "../errors.ts";
import { namesNothing } from "../inputs/cluster-kind.ts";
import { type Inputs, type RawInputs, readInputs } from "../inputs/inputs.ts";
import type { MeshProfile } from "../mesh/profile.ts";
import { fillVersion, worksOn } from "../mesh/version.ts";
import type { Log } from "../ports.ts";
import { realRun, referenceNotice } from "../render/terminal/reference-notice.ts";
import { fetchRunOf } from "./baseline-artifact.ts";
import type { EmbeddedPlan } from "./embedded.ts";
import type { FetchRun } from "./gating.ts";
import { type Installed, provenanceOf } from "./provenance.ts";
import { checkInputs, installsChart } from "./validate.ts";

// Loaded when they are needed: a mistake in the inputs is answered without waiting for either library.
const kubernetesAdapter = () =>
  Promise.all([import("../adapters/kubernetes/cluster.ts"), import("../adapters/kubernetes/kubeconfig.ts")]);
const toolsEdge = () => import("../adapters/tools/install.ts");

/** Milliseconds for helm's own API calls and hooks. */
const HELM_TIMEOUT_MS = 5 * 60_000;
/** Its cells mostly wait for the mesh and for each other's sockets, so more of them than processors pay. */
const EMBEDDED_CELLS = { memory: 12, sockets: 6 };

export interface RunSetup {
  readonly inputs: Inputs;
  /** What the report is gated on; in a shard, of what is required that which is the shard's to run. */
  readonly gating: Gating;
  /** What the mesh is installed from, as the report says it. */
  readonly installed: Installed;
  readonly plan: RunPlan;
  readonly deps: RunDeps;
  readonly kind: KindProvider | undefined;
  /** Path of the kind program, where one is used. */
  readonly kindProgram: string | undefined;
  /** Kubeconfig of the cluster; known once it has been reached. */
  kubeconfig(): string | undefined;
}

export interface Surroundings {
  /** Folder that has assertions/, meshes/ and dist/. */
  readonly root: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** The process whose end makes a cluster a leftover; see KindSetup. */
  readonly ownerPid: number;
  /** Link to the workflow run, where there is one. */
  readonly workflow: string | null;
  /** What started the workflow run, where there is one. */
  readonly event?: WorkflowEvent;
  /** Gets the report of an earlier workflow run; by default from its artifact, and not at all outside of a workflow. */
  readonly fetchRun?: FetchRun;
  /**
   * Whether a run that names nothing is a look at the embedded cluster where no Docker daemon answers. For a person in a
   * shell; in a pipeline it would be a green answer about a mesh that nobody asked about.
   */
  readonly lookAround?: boolean;
  /** Found in how the inputs were given, which are told with those in the inputs. */
  readonly mistakes?: readonly ConfigurationError[];
}

/** `npm run conformance -- …` with the inputs as they were given. */
function reproduceCommand(inputs: Inputs): string {
  // Wherever it was chosen by what this machine lacks, and with the seed that it had by default.
  const embedded = inputs.embedded && { cluster: "embedded", seed: String(inputs.embedded.seed) };
  const quote = (value: string) => (/^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`);
  return [
    "npm run conformance --",
    ...Object.entries({ ...inputs.given, ...embedded }).map(([name, value]) => `--${name} ${quote(value)}`),
  ].join(" ");
}

/** A faulty mesh goes by the name of its fault, so that its report is never taken for one of the reference mesh. */
function titled(profile: MeshProfile, mutant: RunPlan["mutant"]): MeshProfile {
  return mutant === undefined ? profile : { ...profile, title: `${profile.title}, mutant ${mutant.name}` };
}

/** Said before a run on the embedded cluster begins; its reports say the same. */
function announce({ mutant, versions }: EmbeddedPlan, seed: number, log: Log): void {
  log.info(referenceNotice(mutant));
  log.info(`To judge a mesh (needs ${realRun.needs}): ${realRun.command}`);
  log.info(`Embedded cluster: serves ${versions}; seed ${seed}`);
}

/**
 * @throws InputErrors for the user's mistakes, all at once and before anything is created;
 * InfrastructureError("docker-unavailable" | "download" | "digest-mismatch").
 */
export async function setUpRun(raw: RawInputs, around: Surroundings): Promise<RunSetup> {
  const { log, signal, root } = around;
  // Before anything is said, even about the inputs.
  const token = raw.token?.trim() ?? "";
  if (token !== "") log.mask(token);
  const tool = createTool({ log, clock: systemClock, secrets: [token] });
  const version = (JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string }).version;
  const read = readInputs(raw, {
    suiteVersion: version,
    lookAround: around.lookAround === true && namesNothing(raw) && (await dockerVersion({ tool })) === undefined,
  });
  const { inputs, profile, entry, manifest, embedded, kindConfig, catalogue, assertions, gating } = await checkInputs(
    read,
    { root, mistakes: around.mistakes, fetchRun: around.fetchRun ?? fetchRunOf(read.inputs, around.event, signal) },
  );
  const embeddedInputs = inputs.embedded;
  const fromChart = installsChart(inputs);

  if (embedded !== undefined && embeddedInputs !== undefined) announce(embedded, embeddedInputs.seed, log);
  const run = Math.random().toString(36).slice(2, 7).padEnd(5, "0");
  let kind: KindProvider | undefined;
  let kindVersion: string | null = null;
  let kindProgram: string | undefined;
  let reached: string | undefined;
  if (inputs.cluster === "kind") {
    if ((await dockerVersion({ tool })) === undefined)
      throw new InfrastructureError(
        "docker-unavailable",
        "no Docker daemon answers, and a kind cluster needs one",
        "Install and start Docker (docs.docker.com/engine/install), then check with `docker info`. On a bare Debian machine as root, `npm run lab` sets one up. Or test a cluster that you have: --cluster existing --kubeconfig FILE. Or look around without one, at the reference mesh of this suite: --cluster embedded.",
      );
    const found = await (await toolsEdge()).findKind({ tool, log, clock: systemClock, withTempFolder, signal });
    kindVersion = found.version;
    kindProgram = found.path;
    kind = createKind({
      tool,
      clock: systemClock,
      log,
      kind: found.path,
      ownerPid: around.ownerPid,
      ...(kindConfig && { config: kindConfig }),
    });
    for (const name of await kind.leftovers()) {
      log.info(`removing cluster ${name}, left behind by a run that was killed`);
      await kind.delete(name);
    }
  }
  const chart = inputs.chart ?? entry?.install.chart.name ?? "";
  const repository = inputs.chart === undefined ? entry?.install.chart.repository : undefined;
  const chartVersion = inputs.chartVersion ?? (inputs.chart === undefined ? entry?.install.chart.version : undefined);
  const installer = !fromChart
    ? undefined
    : async (kubeconfig: string, stop?: AbortSignal) => {
        const helm = createHelm({
          tool,
          withTempFolder,
          helm: (await (await toolsEdge()).findHelm({ tool, log, clock: systemClock, withTempFolder, signal })).path,
        });
        await helm.install({
          name: profile.profile.mesh,
          chart,
          namespace: profile.profile.namespace,
          kubeconfig,
          timeoutMs: HELM_TIMEOUT_MS,
          onLine: (line) => log.info(`  ${line}`),
          values: [
            (fillVersion(entry?.install.values ?? {}, inputs.meshVersion) ?? {}) as Record<string, unknown>,
            ...(inputs.values === undefined ? [] : [inputs.values]),
          ],
          ...(repository === undefined ? {} : { repository }),
          ...(chartVersion === undefined ? {} : { version: chartVersion }),
          ...(inputs.chart === undefined && entry?.install.chart.sha256 !== undefined
            ? { sha256: entry.install.chart.sha256 }
            : {}),
          ...(stop && { signal: stop }),
        });
      };
  const clusterName = newClusterName();
  const installed: Installed = {
    chart: fromChart
      ? {
          name: chart,
          version: chartVersion ?? null,
          sha256: (inputs.chart === undefined && entry?.install.chart.sha256) || null,
        }
      : null,
    manifestSha256:
      inputs.manifest === undefined || !inputs.install
        ? null
        : createHash("sha256")
            .update(await readFile(inputs.manifest))
            .digest("hex"),
    seed: embeddedInputs?.seed ?? null,
  };
  const plan: RunPlan = {
    run,
    profile: titled(profile.profile, embedded?.mutant),
    profileDigest: profile.digest,
    meshVersion: inputs.meshVersion,
    source:
      (embedded &&
        `this suite, in process${embedded.mutant === undefined ? "" : `, mutant ${embedded.mutant.name}`}`) ??
      inputs.manifest ??
      (fromChart ? `chart ${chart}${chartVersion === undefined ? "" : ` ${chartVersion}`}` : "what is there already"),
    manifest: inputs.install ? manifest : undefined,
    installer,
    assertions,
    fixtures: catalogue.fixtures,
    catalogueDigest: catalogue.digest,
    cluster:
      embedded !== undefined
        ? { provider: "embedded", name: "in process", start: embedded.start }
        : kind === undefined
          ? { provider: "existing", name: inputs.kubeconfig ?? "", kubeconfig: inputs.kubeconfig ?? "" }
          : {
              provider: "kind",
              name: clusterName,
              nodeImage: inputs.nodeImage,
              keep: inputs.keepCluster,
              kindVersion,
              means: {
                provider: kind,
                images: createImages({ tool, withTempFolder }),
                program: join(root, "dist", "workload.cjs"),
                archive: join(process.env.RUNNER_TEMP || tmpdir(), `${clusterName}.images.tar`),
              },
            },
    ...(embedded?.mutant && { mutant: embedded.mutant }),
    appImage: embedded === undefined ? inputs.appImage : "in process",
    appBaseImage: inputs.appBaseImage,
    images: inputs.images,
    // A cell of the API alone takes no processor to speak of; each of the others keeps about one busy.
    parallel:
      inputs.parallel ?? (embeddedInputs === undefined ? cpus().length + 1 : EMBEDDED_CELLS[embeddedInputs.wire]),
    repeat: inputs.repeat,
    shard: inputs.shard,
    evidence: inputs.evidence,
    deadlineMs: inputs.propagationDeadlineMs,
    suiteVersion: version,
    runner: { os: platform(), arch: arch(), cpus: cpus().length, node: process.version, workflow: around.workflow },
    provenance: provenanceOf(process.env, around.event, installed),
    reproduce: reproduceCommand(inputs),
  };
  return {
    inputs,
    gating,
    installed,
    plan,
    kind,
    kindProgram,
    kubeconfig: () => reached,
    deps: {
      clock: systemClock,
      log,
      folder: createReportFolder(inputs.reportDir),
      connect: async (kubeconfig) => {
        reached = kubeconfig;
        const [{ createCluster }, { readKubeconfig }] = await kubernetesAdapter();
        const cluster = createCluster(await readKubeconfig(kubeconfig), systemClock);
        const kubernetes = await cluster.version();
        if (!worksOn(entry, kubernetes))
          log.warn(
            `${profile.profile.title} ${inputs.meshVersion} is not known to work on Kubernetes ${kubernetes} (its profile says ${entry?.kubernetes})`,
          );
        return cluster;
      },
      sha256: (text) => createHash("sha256").update(text).digest("hex"),
      signal,
    },
  };
}
