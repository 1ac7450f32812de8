/** The whole run: cluster, mesh, served versions, suite, report. A report comes out of it, whatever happens. */
import type { ConformanceReport } from "../../domain/report/report.ts";
import { InfrastructureError } from "../../errors.ts";
import { buildReport } from "./build-report.ts";
import type { RunCluster } from "./cluster.ts";
import { clusterOf } from "./cluster-of.ts";
import { type RunContext, startRun } from "./context.ts";
import { findMesh } from "./found-mesh.ts";
import { installMesh } from "./mesh-install.ts";
import type { RunDeps, RunPlan } from "./plan.ts";
import { readServed } from "./read-served.ts";
import { reportErrorOf } from "./report-error.ts";
import { factsOf } from "./report-facts.ts";
import { runAssertions } from "./run-assertions.ts";
import { runEvidence } from "./run-evidence.ts";

export async function runConformance(plan: RunPlan, deps: RunDeps): Promise<ConformanceReport> {
  const context = startRun(plan, deps);
  const host = clusterOf(context);
  try {
    await judgeMesh(context, host);
  } catch (error) {
    context.record.error = reportErrorOf(context.phases.current(), error, deps.signal);
    deps.log.warn(context.record.error.message);
  }
  context.record.evidence = await runEvidence(context, host);
  await host.end();
  return buildReport(factsOf(context));
}

/** Notes in the record what each step has found out. */
async function judgeMesh(context: RunContext, host: RunCluster): Promise<void> {
  const { plan, deps, phases, record } = context;
  const open = await host.open();
  const { cluster } = open;
  record.kubernetes = await cluster.version();
  const appImage = requireAppImage(record.appImage);
  await installMesh(context, open);
  record.mesh = open.builtInMesh ?? (await findMesh(plan.profile, cluster));
  warnOfOtherVersion(context);
  record.served = await phases.run("served", "Reading which SMI versions the cluster serves", () =>
    readServed(cluster, deps.log),
  );
  await runAssertions(context, cluster, appImage);
}

function requireAppImage(appImage: string | null): string {
  if (appImage !== null) return appImage;
  throw new InfrastructureError(
    "image-build",
    "no image of the sample application was named for this cluster",
    "Give app-image: an existing cluster must be able to pull it.",
  );
}

function warnOfOtherVersion({ plan, deps, record }: RunContext): void {
  const { version } = record.mesh;
  if (version !== null && version !== plan.meshVersion)
    deps.log.warn(`asked for ${plan.profile.title} ${plan.meshVersion}, but ${version} runs`);
}
