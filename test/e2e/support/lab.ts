/** What `npm run lab` leaves on a machine, and a run of the main job on it, in process. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConsoleLog } from "../../../src/adapters/console-log.ts";
import type { ConformanceReport } from "../../../src/domain/report/report.ts";
import { reportSchema } from "../../../src/domain/report/report.ts";
import type { RunDeps, RunPlan } from "../../../src/engine/run/plan.ts";
import { runConformance } from "../../../src/engine/run/run-conformance.ts";
import type { RawInputs } from "../../../src/inputs/inputs.ts";
import { setUpRun } from "../../../src/setup/run-setup.ts";

const root = join(import.meta.dirname, "..", "..", "..");

export const labManifests = join(root, "test", "lab", "manifests");

export const labInputs: RawInputs = {
  cluster: "kind",
  "node-image": "smi-lab/node:v1.34.4",
  "app-base-image": "smi-lab/node24:24",
};

export const traefikMesh: RawInputs = {
  ...labInputs,
  mesh: "traefik-mesh",
  "mesh-version": "1.4.8",
  manifest: join(labManifests, "traefik-mesh-1.4.8.yaml"),
};

/** What a run is given. */
export interface MainJob {
  readonly plan: RunPlan;
  readonly deps: RunDeps;
}

export interface MainJobResult {
  /** Checked against its published schema. */
  readonly report: ConformanceReport;
  /** Path of the kubeconfig of the cluster; empty where it was never reached. */
  readonly kubeconfig: string;
}

/** One whole run; `around` may change what it is given. */
export async function runMainJob(
  inputs: RawInputs,
  around: (job: MainJob) => MainJob = (job) => job,
): Promise<MainJobResult> {
  const reportDir = await mkdtemp(join(tmpdir(), "smi-e2e-"));
  const job = await setUpRun(
    { "report-dir": reportDir, ...inputs },
    {
      root,
      log: createConsoleLog({ debug: false }),
      signal: new AbortController().signal,
      ownerPid: process.pid,
    },
  );
  const { plan, deps } = around(job);
  const report = await runConformance(plan, deps);
  return { report: reportSchema.parse(report), kubeconfig: job.kubeconfig() ?? "" };
}
