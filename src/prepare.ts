/** Shared by the action and the command line: checks everything that can be checked, then builds the adapters and the plan. */
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { arch, cpus, platform, tmpdir } from "node:os";
import { join } from "node:path";
import type { RunDeps, RunPlan } from "./app/conformance.ts";
import { namesNothing } from "./cluster-choice.ts";
import type { Assertion } from "./domain/assertion.ts";
import { readCatalogue, readProfile } from "./edges/catalogue.ts";
import { systemClock } from "./edges/clock.ts";
import { createImages, dockerVersion } from "./edges/docker.ts";
import { assertWritable, createReportFolder } from "./edges/files.ts";
import { createHelm } from "./edges/helm.ts";
import { createKind, type KindProvider } from "./edges/kind.ts";
import { newClusterName } from "./edges/kind-config.ts";
import { createTool } from "./edges/process.ts";
import { readManifest } from "./edges/yaml-files.ts";
import { ConfigurationError, InfrastructureError } from "./errors.ts";
import { InputErrors, type Inputs, parseInputs, type RawInputs } from "./inputs.ts";
import { type MeshProfile, profileSchema } from "./mesh/profile.ts";
import { fillVersion, versionEntry, worksOn } from "./mesh/version.ts";
import type { Log } from "./ports.ts";
import type { EmbeddedPlan } from "./prepare-embedded.ts";
import { realRun, referenceNotice } from "./render/reference-notice.ts";

// Loaded when they are needed: a mistake in the inputs is answered without waiting for either library.
const kubernetesEdge = () => import("./edges/kubernetes.ts");
const toolsEdge = () => import("./edges/tools.ts");
const embeddedCluster = () => import("./prepare-embedded.ts");

/** Milliseconds for helm's own API calls and hooks. */
const HELM_TIMEOUT_MS = 5 * 60_000;
/** Its cells mostly wait for the mesh and for each other's sockets, so more of them than processors pay. */
const EMBEDDED_CELLS = 6;

export interface Prepared {
  readonly inputs: Inputs;
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
  /**
   * Whether a run that names nothing is a look at the embedded cluster where no Docker daemon answers. For a person in a
   * shell; in a pipeline it would be a green answer about a mesh that nobody asked about.
   */
  readonly lookAround?: boolean;
}

/** The assertions that the inputs select. @throws ConfigurationError for an id that does not exist. */
export function select(
  assertions: readonly Assertion[],
  inputs: Pick<Inputs, "specs" | "only" | "skip">,
): readonly Assertion[] {
  const ids = new Set(assertions.map(({ id }) => id));
  for (const name of ["only", "skip"] as const) {
    for (const id of inputs[name]) {
      if (ids.has(id)) continue;
      const near = [...ids].filter((known) => known.endsWith(`/${id}`) || known.startsWith(`${id.split("/")[0]}/`));
      throw new ConfigurationError(
        name,
        `there is no assertion "${id}"`,
        `Give ids such as ${(near.length > 0 ? near : [...ids]).slice(0, 5).join(", ")}; --list shows all.`,
      );
    }
  }
  const selected = assertions.filter(
    ({ id, spec }) =>
      (inputs.specs.length === 0 || inputs.specs.includes(spec)) &&
      (inputs.only.length === 0 || inputs.only.includes(id)) &&
      !inputs.skip.includes(id),
  );
  if (selected.length === 0)
    throw new ConfigurationError("specs", "specs, only and skip together leave no assertion", "Widen the selection.");
  return selected;
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

async function readable(input: string, path: string): Promise<void> {
  await access(path, constants.R_OK).catch((cause: NodeJS.ErrnoException) => {
    throw new ConfigurationError(
      input,
      `"${path}" cannot be read (${cause.code})`,
      "Give the path of a readable file.",
      { cause },
    );
  });
}

/**
 * @throws InputErrors and ConfigurationError for the user's mistakes, all before anything is created;
 * InfrastructureError("docker-unavailable" | "download" | "digest-mismatch").
 */
export async function prepare(raw: RawInputs, around: Surroundings): Promise<Prepared> {
  const { log, signal, root } = around;
  const tool = createTool({ log });
  const version = (JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string }).version;
  const inputs = parseInputs(raw, {
    suiteVersion: version,
    lookAround: around.lookAround === true && namesNothing(raw) && (await dockerVersion({ tool })) === undefined,
  });
  const errors: ConfigurationError[] = [];
  const check = <T>(work: Promise<T>): Promise<T | undefined> =>
    work.catch((error: unknown) => {
      if (error instanceof InputErrors) errors.push(...error.errors);
      else if (error instanceof ConfigurationError) errors.push(error);
      else throw error;
      return undefined;
    });
  const embeddedInputs = inputs.embedded;
  const [profile, manifest, embedded] = await Promise.all([
    check(readProfile(join(root, "meshes"), inputs.mesh, inputs.meshProfile, profileSchema)),
    inputs.manifest === undefined ? undefined : check(readManifest(inputs.manifest)),
    embeddedInputs === undefined
      ? undefined
      : check(embeddedCluster().then(({ planEmbedded }) => planEmbedded(embeddedInputs))),
    check(assertWritable(inputs.reportDir)),
    inputs.values === undefined ? undefined : check(readable("values", inputs.values)),
    inputs.kubeconfig === undefined
      ? undefined
      : check(kubernetesEdge().then(({ readKubeconfig }) => readKubeconfig(inputs.kubeconfig ?? ""))),
  ]);
  // A manifest is what it is; a chart must be one that the profile knows how to install.
  const fromChart = inputs.cluster !== "embedded" && inputs.install && inputs.manifest === undefined;
  const entry =
    profile &&
    (await check(
      Promise.resolve().then(() =>
        versionEntry(
          profile.profile,
          inputs.meshVersion,
          inputs.allowUnknownVersion || !fromChart || inputs.chart !== undefined,
        ),
      ),
    ));
  if (fromChart && profile !== undefined && entry === undefined && inputs.chart === undefined && errors.length === 0)
    errors.push(
      new ConfigurationError(
        "manifest",
        `the profile of ${profile.profile.title} names no chart`,
        "Give manifest or chart.",
      ),
    );
  if (inputs.cluster === "existing" && inputs.appImage === undefined)
    errors.push(
      new ConfigurationError(
        "app-image",
        "it is empty, and cluster is existing",
        "Give an image of the sample application that the cluster can pull (docker build as in docs/workload.md).",
      ),
    );
  // Reading them is most of the work, and shows no mistake of the user's where the bundled ones are to run, all of them.
  const choosesRows =
    inputs.assertions !== undefined || [inputs.only, inputs.skip, inputs.specs].some((l) => l.length > 0);
  if (errors.length > 0 && !choosesRows) throw new InputErrors(errors);
  const catalogue = await check(readCatalogue(inputs.assertions ?? join(root, "assertions")));
  const assertions = catalogue && (await check(Promise.resolve().then(() => select(catalogue.assertions, inputs))));
  if (errors.length > 0 || profile === undefined || catalogue === undefined || assertions === undefined)
    throw new InputErrors(errors);

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
    const found = await (await toolsEdge()).findKind({ tool, log, signal });
    kindVersion = found.version;
    kindProgram = found.path;
    kind = createKind({ tool, log, kind: found.path, ownerPid: around.ownerPid });
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
        const helm = createHelm({ tool, helm: (await (await toolsEdge()).findHelm({ tool, log, signal })).path });
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
        ? { embedded: embedded.start, name: "in process" }
        : inputs.kubeconfig === undefined
          ? { name: clusterName, nodeImage: inputs.nodeImage, keep: inputs.keepCluster }
          : { kubeconfig: inputs.kubeconfig, name: inputs.kubeconfig },
    ...(embedded?.mutant && { mutant: embedded.mutant }),
    kindVersion,
    appImage: embedded === undefined ? inputs.appImage : "in process",
    appBaseImage: inputs.appBaseImage,
    images: inputs.images,
    // A cell of the API alone takes no processor to speak of; each of the others keeps about one busy.
    parallel: inputs.parallel ?? (embedded === undefined ? cpus().length + 1 : EMBEDDED_CELLS),
    deadlineMs: inputs.propagationDeadlineMs,
    suiteVersion: version,
    runner: { os: platform(), arch: arch(), cpus: cpus().length, node: process.version, workflow: around.workflow },
    reproduce: reproduceCommand(inputs),
  };
  return {
    inputs,
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
        const { createCluster, readKubeconfig } = await kubernetesEdge();
        const cluster = createCluster(await readKubeconfig(kubeconfig));
        const kubernetes = await cluster.version();
        if (!worksOn(entry, kubernetes))
          log.warn(
            `${profile.profile.title} ${inputs.meshVersion} is not known to work on Kubernetes ${kubernetes} (its profile says ${entry?.kubernetes})`,
          );
        return cluster;
      },
      ...(kind && { provider: kind }),
      ...(embedded === undefined && { engine: createImages({ tool }) }),
      program: join(root, "dist", "workload.cjs"),
      archive: join(process.env.RUNNER_TEMP || tmpdir(), `${clusterName}.images.tar`),
      sha256: (text) => createHash("sha256").update(text).digest("hex"),
      signal,
    },
  };
}
