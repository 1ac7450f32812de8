/** The row of an earlier run that a row of the matrix is compared with: which one that is, and what got worse since. */
import { type ComparableBaseline, type GateRule, newlyPassing, regression } from "../gate/gate-rules.ts";
import type { ConformanceReport } from "../report/report.ts";
import type { MatrixComparison, MatrixResult, MatrixRow } from "./matrix.ts";
import { byText, byVersion } from "./order.ts";
import type { Place } from "./place.ts";

/** What passed on one mesh at one version, on one kind of cluster: of a report, of several that were merged, or of an earlier matrix. */
export interface BaselineRow extends Place, Pick<MatrixRow, "whole"> {
  readonly results: readonly Pick<MatrixResult, "id" | "verdict">[];
  /** Sorted by digest. */
  readonly files: MatrixComparison["files"];
}

export const hasPass = ({ results }: Pick<BaselineRow, "results">) => results.some(({ verdict }) => verdict === "PASS");

/** The one before: the newest that is not newer, or else the oldest. */
function nearest(own: string, others: readonly string[]): string | undefined {
  const sorted = [...others].sort(byVersion);
  return sorted.findLast((one) => byVersion(one, own) <= 0) ?? sorted[0];
}

/** Those with the value, where there are any. */
function preferring<T, Value>(all: readonly T[], of: (one: T) => Value, value: Value): readonly T[] {
  const same = all.filter((one) => of(one) === value);
  return same.length > 0 ? same : all;
}

/**
 * The row of the same mesh that is nearest: with the same fault, of the version before, on the same kind of cluster, of the
 * Kubernetes version before, with the same assertions, as far as there is one. Where nothing passed there is no baseline.
 */
export function chooseBaseline(row: Place, rows: readonly BaselineRow[]): BaselineRow | undefined {
  const kubernetesOf = (one: Place) => one.kubernetes ?? "";
  let left: readonly BaselineRow[] = rows.filter((one) => one.mesh === row.mesh && hasPass(one));
  left = preferring(left, (one) => one.mutant, row.mutant);
  left = preferring(
    left,
    (one) => one.version,
    nearest(
      row.version,
      left.map((one) => one.version),
    ),
  );
  left = preferring(left, (one) => one.provider, row.provider);
  left = preferring(left, kubernetesOf, nearest(kubernetesOf(row), left.map(kubernetesOf)));
  left = preferring(left, (one) => one.assertions, row.assertions);
  // Whatever they still differ in, the order in which they were given does not matter.
  return [...left].sort((one, other) => byText(JSON.stringify(one), JSON.stringify(other)))[0];
}

/** Ids whose failure is allowed: each report in which they fail allows it, by its own gate. */
function excusedIn(reports: readonly ConformanceReport[], results: MatrixRow["results"]): ReadonlySet<string> {
  const failed = results.filter(({ verdict }) => verdict === "FAIL").map(({ id }) => id);
  return new Set(
    failed.filter((id) =>
      reports
        .filter(({ assertions }) => assertions.some((one) => one.id === id && one.verdict === "FAIL"))
        .every(({ gate }) => gate?.allowed.some((one) => one.id === id && one.used) === true),
    ),
  );
}

const comparable = ({
  mesh,
  title,
  version,
  results,
}: Pick<BaselineRow, "mesh" | "title" | "version" | "results">) => ({
  mesh: { name: mesh, title, versionAsked: version, versionFound: version },
  assertions: results,
});

/** The outcome of a comparison. */
export interface Compared {
  /** As a gate applies it. */
  readonly rule: GateRule;
  /** As the matrix shows it. */
  readonly baseline: MatrixComparison;
}

/** @param reports of which the row was merged. */
export function compareRow(
  row: Place & Pick<MatrixRow, "results">,
  reports: readonly ConformanceReport[],
  baseline: BaselineRow,
): Compared {
  const { mutant, version, provider, kubernetes, assertions, files } = baseline;
  const old: ComparableBaseline = {
    report: { ...comparable(baseline), ...(!baseline.whole && { error: "partial" }) },
    source: files.map(({ source }) => source).join(", "),
  };
  const rule = regression(comparable(row), old, excusedIn(reports, row.results));
  const { held, text, ids } = rule;
  return {
    rule,
    baseline: {
      ...{ mutant, version, provider, kubernetes, assertions },
      files: files.map((file) => ({ ...file })),
      ...{ held, text, ids },
      newlyPassing: newlyPassing(comparable(row), old),
    },
  };
}
