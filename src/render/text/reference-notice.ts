/** What every report of the embedded cluster says beside its verdict, so that nobody takes it for a verdict on their own mesh. */
import type { ConformanceReport } from "../../domain/report/report.ts";

/** How a mesh is judged for real. */
export const realRun = {
  command: "npm run conformance -- --mesh traefik-mesh --mesh-version 1.4.8",
  needs: "a Docker daemon for its kind cluster, and a network that reaches the registries of its images",
} as const;

/** @param mutant the fault that was put into the reference mesh, where one was. */
export function referenceNotice(mutant: ConformanceReport["mesh"]["mutant"]): string {
  const own = "This judges the project's own reference mesh, which runs in this process, and not a mesh of yours.";
  if (mutant === undefined) return own;
  return `${own} A fault was put into it on purpose, mutant ${mutant.name}: ${mutant.title.replace(/[.\s]*$/, ".")}`;
}

/** Undefined where a mesh was judged on a cluster of Kubernetes. */
export function noticeOf({ cluster, mesh }: ConformanceReport): string | undefined {
  return cluster.provider === "embedded" ? referenceNotice(mesh.mutant) : undefined;
}

export interface ReferenceStart {
  readonly mutant: ConformanceReport["mesh"]["mutant"];
  /** SMI versions that are served. */
  readonly versions: string;
  readonly seed: number;
}

/** What a run says before it begins; nothing where it is not on the embedded cluster. Its reports say the same. */
export function startLines(start: ReferenceStart | undefined): readonly string[] {
  if (start === undefined) return [];
  return [
    referenceNotice(start.mutant),
    `To judge a mesh (needs ${realRun.needs}): ${realRun.command}`,
    `Embedded cluster: serves ${start.versions}; seed ${start.seed}`,
  ];
}
