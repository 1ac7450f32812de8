/** What the report of a run says, as far as the run got. */
import type { RunFacts } from "./build-report.ts";
import type { RunContext } from "./context.ts";
import type { ClusterPlan } from "./plan.ts";

function clusterFacts(cluster: ClusterPlan, kubernetes: string | null): RunFacts["cluster"] {
  const isKind = cluster.provider === "kind";
  return {
    provider: cluster.provider,
    name: cluster.name,
    kubernetes,
    nodeImage: isKind ? (cluster.nodeImage ?? null) : null,
    kind: isKind ? cluster.kindVersion : null,
  };
}

export function factsOf({ plan, deps, phases, record }: RunContext): RunFacts {
  const order = new Map(plan.assertions.map(({ id }, index) => [id, index]));
  return {
    mesh: {
      name: plan.profile.mesh,
      title: plan.profile.title,
      versionAsked: plan.meshVersion,
      versionFound: record.mesh.version,
      images: record.mesh.images,
      access: plan.profile.access,
      source: plan.source,
      ...(plan.mutant && { mutant: plan.mutant }),
    },
    cluster: clusterFacts(plan.cluster, record.kubernetes),
    served: record.served,
    suite: {
      version: plan.suiteVersion,
      assertions: plan.catalogueDigest,
      profile: plan.profileDigest,
      appImage: record.appImage,
      selected: plan.assertions.length,
      planned: plan.assertions.map(({ id }) => id),
      ...(plan.shard && { shard: plan.shard }),
      repeat: plan.repeat,
      cellsReadyMs: record.cellsReadyMs,
      verdictsMs: record.verdictsMs,
    },
    runner: plan.runner,
    startedAt: record.startedAt,
    durationMs: Math.round(deps.clock.now() - record.start),
    phases: phases.timings(),
    results: record.results.toSorted((x, y) => (order.get(x.id) ?? 0) - (order.get(y.id) ?? 0)),
    error: record.error,
    ...(plan.provenance && { provenance: plan.provenance }),
    reproduce: plan.reproduce,
    evidence: record.evidence,
    sha256: deps.sha256,
  };
}
