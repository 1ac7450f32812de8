/** Keeps what explains a run that broke off, or that could not tell of every assertion. */
import { isUnclear } from "../../domain/report/verdict.ts";
import type { RunCluster } from "./cluster.ts";
import type { RunContext } from "./context.ts";
import { clusterEvidence } from "./evidence.ts";

/** @returns the files below the report folder; none where there is nothing to explain. Never rejects. */
export async function runEvidence({ plan, deps, record }: RunContext, host: RunCluster): Promise<readonly string[]> {
  const { results, error, cluster } = record;
  const isClear = error === undefined && !results.some(isUnclear);
  // What interrupts a run leaves it seconds.
  if (isClear || plan.evidence === "none" || error?.code === "interrupted") return [];
  const evidenceDeps = {
    ...deps,
    meshNamespace: plan.profile.namespace,
    isShared: plan.cluster.provider === "existing",
  };
  return [
    ...(cluster === undefined ? [] : await clusterEvidence({ ...evidenceDeps, cluster }, plan.run)),
    ...(await host.evidence()),
  ];
}
