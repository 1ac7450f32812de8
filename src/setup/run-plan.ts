/** The plan of a run, from what was checked. */
import { arch, cpus, platform } from "node:os";
import { runUrl, type WorkflowEvent } from "../domain/github/workflow-event.ts";
import type { ClusterPlan, RunPlan } from "../engine/run/plan.ts";
import type { MeshProfile } from "../mesh/profile.ts";
import type { Checked } from "./checked.ts";
import type { PreparedKind } from "./kind.ts";
import type { MeshSource } from "./mesh-source.ts";
import { provenanceOf } from "./provenance.ts";
import { reproduceCommand } from "./reproduce.ts";

export interface PlanContext {
  readonly suiteVersion: string;
  readonly source: MeshSource;
  /** undefined on any other cluster. */
  readonly kind: PreparedKind | undefined;
  readonly event: WorkflowEvent | undefined;
}

/** A faulty mesh goes by the name of its fault, so that its report is never taken for one of the reference mesh. */
function titled(profile: MeshProfile, mutant: RunPlan["mutant"]): MeshProfile {
  return mutant === undefined ? profile : { ...profile, title: `${profile.title}, mutant ${mutant.name}` };
}

function clusterPlan({ cluster }: Checked, kind: PreparedKind | undefined): ClusterPlan {
  switch (cluster.kind) {
    case "kind":
      if (kind === undefined) throw new RangeError("a kind cluster needs the means to create it");
      return kind.cluster;
    case "existing":
      return { provider: "existing", name: cluster.kubeconfig, kubeconfig: cluster.kubeconfig };
    case "embedded":
      return { provider: "embedded", name: "in process", start: cluster.plan.start };
  }
}

/** Test cells in use at once. One of the API alone takes no processor to speak of; each of the others keeps about one busy. */
const defaultParallel = ({ cluster }: Checked) =>
  cluster.kind === "embedded" ? cluster.plan.parallel : cpus().length + 1;

export function runPlan(checked: Checked, { suiteVersion, source, kind, event }: PlanContext): RunPlan {
  const { inputs, profile, catalogue, assertions, cluster } = checked;
  const embedded = cluster.kind === "embedded" ? cluster.plan : undefined;
  return {
    run: Math.random().toString(36).slice(2, 7).padEnd(5, "0"),
    profile: titled(profile.profile, embedded?.mutant),
    profileDigest: profile.digest,
    meshVersion: inputs.meshVersion,
    source: source.text,
    manifest: source.manifest,
    installer: source.installer,
    assertions,
    fixtures: catalogue.fixtures,
    catalogueDigest: catalogue.digest,
    cluster: clusterPlan(checked, kind),
    ...(embedded?.mutant && { mutant: embedded.mutant }),
    appImage: embedded === undefined ? inputs.appImage : "in process",
    appBaseImage: inputs.appBaseImage,
    images: inputs.images,
    parallel: inputs.parallel ?? defaultParallel(checked),
    repeat: inputs.repeat,
    shard: inputs.shard,
    evidence: inputs.evidence,
    deadlineMs: inputs.propagationDeadlineMs,
    suiteVersion,
    runner: {
      ...{ os: platform(), arch: arch(), cpus: cpus().length, node: process.version },
      workflow: event === undefined ? null : runUrl(event),
    },
    provenance: provenanceOf(process.env, event, { ...source.provenance, seed: embedded?.seed ?? null }),
    reproduce: reproduceCommand(inputs),
  };
}
