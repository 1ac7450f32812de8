/** Puts the report together from what a run found. Pure. */

import { levels } from "../domain/assertion.ts";
import { legacyScore } from "../domain/legacy.ts";
import {
  type AssertionResult,
  type ConformanceReport,
  REPORT_API_VERSION,
  type ReportError,
} from "../domain/report.ts";
import { smiKindNames, smiKinds, specNames } from "../domain/smi/kinds.ts";
import type { Served } from "../domain/smi/served.ts";
import { capability, countVerdicts, percentage, runVerdict } from "../domain/verdict.ts";

export interface RunFacts
  extends Pick<
    ConformanceReport,
    | "mesh"
    | "cluster"
    | "suite"
    | "runner"
    | "startedAt"
    | "durationMs"
    | "phases"
    | "provenance"
    | "reproduce"
    | "evidence"
  > {
  readonly served: Served;
  readonly results: readonly AssertionResult[];
  readonly error: ReportError | undefined;
  readonly sha256: (text: string) => string;
}

/** Nearest-rank percentile of sorted values. */
function rank(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function reasonOf(verdict: ConformanceReport["verdict"], facts: RunFacts): string {
  if (facts.error !== undefined) return `the run ended in phase "${facts.error.phase}": ${facts.error.message}`;
  const of = (wanted: AssertionResult["verdict"], must = false) =>
    facts.results.filter((r) => r.verdict === wanted && (!must || r.level === "MUST")).map((r) => r.id);
  switch (verdict) {
    case "conformant":
      return `every applicable MUST assertion passes (${of("PASS", true).length})`;
    case "not-conformant":
      return `MUST assertions failed: ${of("FAIL", true).join(", ")}`;
    case "inconclusive":
      return of("INCONCLUSIVE").length > 0
        ? `not clear: ${of("INCONCLUSIVE").join(", ")}`
        : "no assertion applied, so nothing was shown";
    case "error":
      return `could not be measured: ${of("ERROR").join(", ")}`;
  }
}

export function buildReport(facts: RunFacts): ConformanceReport {
  const { results } = facts;
  const verdict = facts.error === undefined ? runVerdict(results) : "error";
  const took = results.flatMap((r) => r.propagation.filter((p) => p.inForce).map((p) => p.ms)).sort((x, y) => x - y);
  const minor = Number(/^v?\d+\.(\d+)/.exec(facts.cluster.kubernetes ?? "")?.[1] ?? 22);
  const specs = specNames
    .filter((spec) => results.some((r) => r.spec === spec))
    .map((spec) => {
      const rows = results.filter((r) => r.spec === spec);
      return {
        spec,
        capability: capability(
          rows,
          smiKindNames.some((kind) => smiKinds[kind].spec === spec && facts.served[kind] !== undefined),
        ),
        percentage: percentage(rows) ?? null,
        counts: countVerdicts(rows),
        byLevel: Object.fromEntries(
          levels
            .filter((level) => rows.some((r) => r.level === level))
            .map((level) => [level, countVerdicts(rows.filter((r) => r.level === level))]),
        ),
      };
    });
  return {
    apiVersion: REPORT_API_VERSION,
    kind: "ConformanceReport",
    verdict,
    reason: reasonOf(verdict, facts),
    percentage: percentage(results) ?? null,
    counts: countVerdicts(results),
    ...(facts.error === undefined ? {} : { error: facts.error }),
    mesh: facts.mesh,
    cluster: facts.cluster,
    served: smiKindNames.flatMap((kind) => {
      const found = facts.served[kind];
      if (found === undefined) return [];
      return [
        {
          kind,
          versions: found.versions.map((v) => v.name),
          unknownVersions: [...found.unknownVersions],
          sha256: facts.sha256(JSON.stringify(found.spec)),
        },
      ];
    }),
    suite: facts.suite,
    runner: facts.runner,
    startedAt: facts.startedAt,
    durationMs: facts.durationMs,
    phases: facts.phases,
    specs,
    propagation: took.length === 0 ? null : { changes: took.length, p50Ms: rank(took, 0.5), p95Ms: rank(took, 0.95) },
    assertions: results,
    legacy: legacyScore(facts.served, minor, results),
    ...(facts.provenance && { provenance: facts.provenance }),
    reproduce: facts.reproduce,
    evidence: facts.evidence,
  };
}
