/** The report as one row of the compatibility matrix: a mesh at a version, by spec. */

import { meshVersion } from "../../domain/report/mesh-version.ts";
import type { ConformanceReport } from "../../domain/report/report.ts";
import { countMust } from "../../domain/report/verdict.ts";
import { specTitles } from "../matrix/wording.ts";
import { oneLine } from "./plain.ts";
import { percent } from "./quantities.ts";

type Spec = ConformanceReport["specs"][number];

export interface ReportCell extends Spec {
  /** `Traffic Split`. */
  readonly title: string;
  readonly passed: number;
  readonly applicable: number;
}

export const reportCells = ({ specs, assertions }: ConformanceReport): readonly ReportCell[] =>
  specs.map((spec) => ({
    ...spec,
    title: specTitles[spec.spec],
    ...countMust(assertions.filter((row) => row.spec === spec.spec)),
  }));

/** `61/66 (92.4 %)`, or why there is none. */
export function cellText({ applicable, passed, percentage }: ReportCell): string {
  return applicable === 0 ? "no MUST applies" : `${passed}/${applicable} (${percent(percentage)})`;
}

export const capabilityTitle = (capability: Spec["capability"]): string => capability.replaceAll("_", " ");

/** `Traefik Mesh v1.4.8`, as a heading. */
export const meshName = (report: ConformanceReport): string =>
  `${oneLine(report.mesh.title, 120)} ${oneLine(meshVersion(report), 80)}`;
