/** Puts the report together from what a run found. Pure. */

import { kubernetesMinor, legacyScore } from "../../domain/report/legacy.ts";
import {
  type AssertionResult,
  type ConformanceReport,
  REPORT_API_VERSION,
  type ReportError,
} from "../../domain/report/report.ts";
import { rollUpPropagation, rollUpSpecs, runReason, servedSpecs } from "../../domain/report/roll-up.ts";
import { countVerdicts, percentage, runVerdict } from "../../domain/report/verdict.ts";
import { smiKindNames } from "../../domain/smi/kinds.ts";
import type { Served } from "../../domain/smi/served.ts";

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

export function buildReport(facts: RunFacts): ConformanceReport {
  const { results } = facts;
  const verdict = facts.error === undefined ? runVerdict(results) : "error";
  const served = smiKindNames.filter((kind) => facts.served[kind] !== undefined).map((kind) => ({ kind }));
  return {
    apiVersion: REPORT_API_VERSION,
    kind: "ConformanceReport",
    verdict,
    reason: runReason(verdict, facts.error, results),
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
    specs: rollUpSpecs(results, servedSpecs(served)),
    propagation: rollUpPropagation(results),
    assertions: results,
    legacy: legacyScore(facts.served, kubernetesMinor(facts.cluster.kubernetes), results),
    ...(facts.provenance && { provenance: facts.provenance }),
    reproduce: facts.reproduce,
    evidence: facts.evidence,
  };
}
