/** From the inputs to a run that can begin, for the action and the command line: everything is checked before anything is created. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "../adapters/clock.ts";
import { createReportFolder } from "../adapters/files/report-folder.ts";
import { dockerVersion } from "../adapters/tools/docker.ts";
import { createTool } from "../adapters/tools/process.ts";
import type { Gating } from "../domain/gate/gate.ts";
import type { WorkflowEvent } from "../domain/github/workflow-event.ts";
import type { RunDeps, RunPlan } from "../engine/run/plan.ts";
import type { ConfigurationError } from "../errors.ts";
import { namesNothing } from "../inputs/cluster-kind.ts";
import { doubtfulBy } from "../inputs/doubtful.ts";
import { type Inputs, type RawInputs, readInputs } from "../inputs/inputs.ts";
import type { Log, OwnReportFolder } from "../ports.ts";
import type { FetchRun } from "./baseline.ts";
import { fetchRunOf } from "./baseline-artifact.ts";
import type { EmbeddedPlan } from "./embedded.ts";
import { type PreparedKind, prepareKind } from "./kind.ts";
import { meshSource } from "./mesh-source.ts";
import { runDeps } from "./run-deps.ts";
import { runPlan } from "./run-plan.ts";
import { maskSecrets } from "./secrets.ts";
import { checkInputs } from "./validate.ts";

export interface RunSetup {
  readonly inputs: Inputs;
  /** What the gate decides by; in a shard, only those requirements that the shard runs. */
  readonly gating: Gating;
  readonly plan: RunPlan;
  readonly folder: OwnReportFolder;
  readonly deps: RunDeps;
  /** undefined on any other cluster. */
  readonly kind: PreparedKind | undefined;
  /** undefined on any other cluster. */
  readonly embedded: EmbeddedPlan | undefined;
  /** Path of the kubeconfig of the cluster; known once it has been reached. */
  kubeconfig(): string | undefined;
}

export interface Surroundings {
  /** Folder that has assertions/, meshes/ and dist/. */
  readonly root: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Called with the limit of the run, in milliseconds, as soon as it is known. */
  readonly limit?: (timeoutMs: number) => void;
  /** Called once the inputs are known to be right, before anything is looked for or created. */
  readonly beforeCreating?: (folder: OwnReportFolder) => Promise<void>;
  /** The process whose end makes a cluster a leftover; see KindSetup. */
  readonly ownerPid: number;
  /** What started the workflow run, where there is one. */
  readonly event?: WorkflowEvent | undefined;
  /** Gets the report of an earlier workflow run; by default from its artifact, and not at all outside of a workflow. */
  readonly fetchRun?: FetchRun;
  /**
   * Whether a run that names nothing is one on the embedded cluster if no Docker daemon answers. For a person in a shell;
   * in a pipeline it would be a success that says nothing of the mesh.
   */
  readonly lookAround?: boolean;
  /** In how the inputs were given; they are reported with those in the inputs. */
  readonly mistakes?: readonly ConfigurationError[];
}

/** MAJOR.MINOR.PATCH of this suite. */
export async function suiteVersionIn(root: string): Promise<string> {
  return (JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string }).version;
}

/**
 * @throws InputErrors for the user's mistakes, all at once and before anything is created;
 * InfrastructureError("docker-unavailable" | "download" | "digest-mismatch").
 */
export async function setUpRun(raw: RawInputs, around: Surroundings): Promise<RunSetup> {
  const { log, signal, root, event } = around;
  const tool = createTool({ log, clock: systemClock, secrets: maskSecrets(raw, log) });
  const suiteVersion = await suiteVersionIn(root);
  const doubtful = doubtfulBy(around.mistakes ?? []);
  const mayLook = around.lookAround === true && !doubtful.cluster && namesNothing(raw);
  const lookAround = mayLook && (await dockerVersion({ tool })) === undefined;
  const read = readInputs(raw, { suiteVersion, lookAround, doubtful });
  around.limit?.(read.inputs.timeoutMs);
  const fetchRun = around.fetchRun ?? fetchRunOf(read.inputs, event, signal);
  const checked = await checkInputs(read, { root, mistakes: around.mistakes, fetchRun });
  const { inputs, gating, cluster } = checked;
  const folder = createReportFolder(inputs.reportDir);
  await around.beforeCreating?.(folder);
  const kind = cluster.kind === "kind" ? await prepareKind(inputs, cluster.config, { ...around, tool }) : undefined;
  const source = await meshSource(checked, { tool, log, signal });
  const plan = runPlan(checked, { suiteVersion, source, kind, event });
  const embedded = cluster.kind === "embedded" ? cluster.plan : undefined;
  return { inputs, gating, plan, folder, kind, embedded, ...runDeps(checked, folder, log, signal) };
}
