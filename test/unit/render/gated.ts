/** What a report has since it is gated: of the mixed report's failure, or with `say` wherever a user could say something. */
import type { ConformanceReport } from "../../../src/domain/report/report.ts";

export function gateOf(say?: string): NonNullable<ConformanceReport["gate"]> {
  const id = say ?? "traffic-access/targets-are-additive";
  return {
    decision: "block",
    enforced: true,
    failOn: "must-failures",
    rules: [
      { rule: "completeness", held: true, text: say ?? "all 6 assertions that were to run have a result", ids: [] },
      { rule: "failures", held: false, text: say ?? `MUST assertions fail: ${id}`, ids: [id] },
    ],
    allowed: [
      {
        id: say ?? "traffic-split/known",
        reason: say ?? "upstream issue 12",
        expires: say ?? "2026-12-31",
        used: say !== undefined,
      },
    ],
    newlyPassing: [say ?? "traffic-split/weight-75-25"],
    policy: {
      failOn: "must-failures",
      minimum: { all: null, perSpec: {} },
      require: [],
      allowed: [{ id: say ?? "traffic-split/known", reason: say ?? "upstream issue 12", expires: say ?? "2026-12-31" }],
      regression: true,
    },
    baseline: {
      mesh: say ?? "traefik-mesh",
      version: say ?? "v1.4.7",
      sha256: say ?? "0".repeat(64),
      source: say ?? "old.json",
    },
  };
}

export function provenanceSaying(say: string): NonNullable<ConformanceReport["provenance"]> {
  return {
    action: { repository: say, ref: say, commit: say },
    workflow: { repository: say, runId: say, attempt: 1, job: say, event: say, sha: say, ref: say, url: say },
    chart: { name: say, version: say, sha256: say },
    manifestSha256: say,
    seed: 7,
    runnerImage: say,
  };
}
