/** Where a row of the matrix belongs: which mesh, at which version, on which cluster, tested by which assertions. */
import { meshVersion, withoutV } from "../report/mesh-version.ts";
import type { ConformanceReport } from "../report/report.ts";
import type { MatrixRow } from "./matrix.ts";

export type Place = Pick<MatrixRow, "mesh" | "title" | "mutant" | "version" | "provider" | "kubernetes" | "assertions">;

/** What a report is about. */
export function placeOf(report: ConformanceReport): Place {
  const { mesh, cluster, suite } = report;
  return {
    mesh: mesh.name,
    title: mesh.title,
    mutant: mesh.mutant?.name ?? null,
    version: withoutV(meshVersion(report)),
    provider: cluster.provider,
    kubernetes: cluster.kubernetes,
    assertions: suite.assertions,
  };
}

/** Reports with the same key are about the same thing, and share a row. */
export function rowKey(report: ConformanceReport): string {
  const { mesh, mutant, version, provider, kubernetes, assertions } = placeOf(report);
  return JSON.stringify([mesh, mutant, version, provider, kubernetes, assertions]);
}

/** `Traefik Mesh 1.4.8 on kind, Kubernetes v1.34.4`. */
export function rowName(row: Pick<Place, "title" | "version" | "provider" | "kubernetes">): string {
  const cluster = row.provider === "existing" ? "an existing cluster" : row.provider;
  return `${row.title} ${row.version} on ${cluster}${row.kubernetes === null ? "" : `, Kubernetes ${row.kubernetes}`}`;
}
