/** What follows from the results alone: a run writes it, a merge recomputes it for joined results, and a verifier compares it. */
import { levels } from "../assertion/assertion.ts";
import { type SmiKindName, type SpecName, smiKindNames, smiKinds, specNames } from "../smi/kinds.ts";
import type { AssertionResult, ConformanceReport, ReportError } from "./report.ts";
import { capability, countVerdicts, type Judged, percentage, type RunVerdict } from "./verdict.ts";

type RolledUp = Judged & Pick<AssertionResult, "spec">;

/** Specs of which the cluster serves a kind. */
export function servedSpecs(served: readonly { readonly kind: string }[]): ReadonlySet<SpecName> {
  const names = served.map(({ kind }) => kind).filter((kind): kind is SmiKindName => kind in smiKinds);
  return new Set(smiKindNames.filter((kind) => names.includes(kind)).map((kind) => smiKinds[kind].spec));
}

export function rollUpSpecs(results: readonly RolledUp[], served: ReadonlySet<SpecName>): ConformanceReport["specs"] {
  return specNames
    .map((spec) => ({ spec, own: results.filter((one) => one.spec === spec) }))
    .filter(({ own }) => own.length > 0)
    .map(({ spec, own }) => ({
      spec,
      capability: capability(own, served.has(spec)),
      percentage: percentage(own) ?? null,
      counts: countVerdicts(own),
      byLevel: Object.fromEntries(
        levels
          .map((level) => [level, own.filter((one) => one.level === level)] as const)
          .filter(([, list]) => list.length > 0)
          .map(([level, list]) => [level, countVerdicts(list)]),
      ),
    }));
}

/** Nearest-rank percentile of sorted values. */
function rank(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** Over all changes that came into force; null for none. */
export function rollUpPropagation(
  results: readonly Pick<AssertionResult, "propagation">[],
): ConformanceReport["propagation"] {
  const took = results
    .flatMap(({ propagation }) => propagation)
    .filter(({ inForce }) => inForce)
    .map(({ ms }) => ms)
    .sort((x, y) => x - y);
  return took.length === 0 ? null : { changes: took.length, p50Ms: rank(took, 0.5), p95Ms: rank(took, 0.95) };
}

/** The sentence that decided the run's verdict. @param error what ended the run early */
export function runReason(
  verdict: RunVerdict,
  error: Pick<ReportError, "phase" | "message"> | undefined,
  results: readonly (Pick<Judged, "verdict" | "level"> & Pick<AssertionResult, "id">)[],
): string {
  if (error !== undefined) return `the run ended in phase "${error.phase}": ${error.message}`;
  const of = (wanted: Judged["verdict"], must = false) =>
    results.filter((one) => one.verdict === wanted && (!must || one.level === "MUST")).map(({ id }) => id);
  switch (verdict) {
    case "conformant":
      return `every applicable MUST assertion passes (${of("PASS", true).length})`;
    case "not-conformant":
      return `MUST assertions failed: ${of("FAIL", true).join(", ")}`;
    case "inconclusive":
      return of("INCONCLUSIVE").length > 0
        ? `inconclusive: ${of("INCONCLUSIVE").join(", ")}`
        : "no assertion applied, so nothing was shown";
    case "error":
      return `ended in an error: ${of("ERROR").join(", ")}`;
  }
}
