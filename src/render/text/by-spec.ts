/** What a report and the matrix say of one specification. */
import { meshVersion } from "../../domain/report/mesh-version.ts";
import type { ConformanceReport } from "../../domain/report/report.ts";
import { countMust, type MustCount } from "../../domain/report/verdict.ts";
import type { SpecName } from "../../domain/smi/kinds.ts";
import { oneLine } from "./plain.ts";
import { percent } from "./quantities.ts";

type Spec = ConformanceReport["specs"][number];

export const specTitles: Readonly<Record<SpecName, string>> = {
  "traffic-access": "Traffic Access",
  "traffic-specs": "Traffic Specs",
  "traffic-split": "Traffic Split",
  "traffic-metrics": "Traffic Metrics",
};

export interface SpecSummary extends Spec, MustCount {
  /** `Traffic Split`. */
  readonly title: string;
}

export const specSummaries = ({ specs, assertions }: ConformanceReport): readonly SpecSummary[] =>
  specs.map((one) => ({
    ...one,
    title: specTitles[one.spec],
    ...countMust(assertions.filter(({ spec }) => spec === one.spec)),
  }));

/** `61/66 (92.4 %)`; undefined where no MUST assertion applies. */
export function mustShare({ applicable, passed }: MustCount, percentage: number | null): string | undefined {
  return applicable === 0 ? undefined : `${passed}/${applicable} (${percent(percentage)})`;
}

/** `61/66 (92.4 %)`, or why there is none. */
export const summaryText = (summary: SpecSummary): string =>
  mustShare(summary, summary.percentage) ?? "no MUST applies";

export const capabilityText = (capability: Spec["capability"]): string => capability.replaceAll("_", " ");

/** What the capabilities mean, word and meaning. */
export const capabilityMeanings: readonly (readonly [string, string])[] = [
  ["FULL", "every MUST assertion applies and passes"],
  ["HALF", "some behaviour works, and a MUST assertion fails or does not apply"],
  ["NONE", "not served, or no behaviour works"],
  ["NOT ASSESSED", "something was inconclusive, went wrong or is missing, so nothing is claimed"],
];

/** `Traefik Mesh v1.4.8`, as a heading. */
export const meshName = (report: ConformanceReport): string =>
  `${oneLine(report.mesh.title, 120)} ${oneLine(meshVersion(report), 80)}`;
