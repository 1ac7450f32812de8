/** Whether a row of the matrix passes, and which rules block: those of its reports, what is missing, and its baseline. */
import { gateExit } from "./gate.ts";
import type { MatrixRow } from "./matrix.ts";
import type { ConformanceReport } from "./report.ts";

/** What is known of a row before it is decided whether it passes. */
type Judged = Pick<MatrixRow, "verdict" | "results" | "whole" | "missing" | "baseline">;

type BlockingRule = NonNullable<MatrixRow["gate"]["rules"]>[number];

/** Something for which a row does not pass. */
interface Blocking {
  readonly enforced: boolean;
  readonly unclear: boolean;
  readonly rules: readonly BlockingRule[];
}

/**
 * A report blocks where its gate does; one without a gate where the row is not conformant. A shard that blocks for nothing
 * but having shown nothing by itself does not count where the others show something.
 */
function blockingReport({ gate, suite }: ConformanceReport, { verdict, results }: Judged): readonly Blocking[] {
  if (gate === undefined) {
    if (verdict === "conformant") return [];
    const text = `a report without a gate passes where its row is conformant, and the verdict of this one is ${verdict}`;
    return [{ enforced: true, unclear: verdict !== "not-conformant", rules: [{ rule: "verdict", text, ids: [] }] }];
  }
  if (gate.decision === "pass") return [];
  const shows = results.some((row) => row.verdict === "PASS" || row.verdict === "FAIL");
  const broken = gate.rules.filter(({ held }) => !held);
  const counted = broken.filter(
    ({ rule, ids }) => !(suite.shard !== undefined && shows && rule === "inconclusive" && ids.length === 0),
  );
  if (broken.length > 0 && counted.length === 0) return [];
  const exit = gateExit({ decision: "block", enforced: true, rules: counted });
  const rules = counted.map(({ rule, text, ids }) => ({ rule, text, ids: [...ids] }));
  return [{ enforced: gate.enforced, unclear: exit === 3, rules }];
}

/** What is missing blocks, whatever the policy is: nobody can say what it would have shown. */
function blockingHoles({ whole, missing: { shards, assertions, unnamed } }: Judged): readonly Blocking[] {
  if (whole) return [];
  const count = assertions.length + unnamed;
  const text = [
    ...(shards.length === 0 ? [] : [`no report of shard ${shards.join(", ")}`]),
    ...(count === 0 ? [] : [`${count} that were to run have no result`]),
  ].join(", and ");
  return [{ enforced: true, unclear: true, rules: [{ rule: "completeness", text, ids: [...assertions] }] }];
}

/** What passed in the baseline and does not now. Where no report's own policy is enforced, neither is this. */
function blockingRegression({ baseline, results, whole }: Judged, enforced: boolean): readonly Blocking[] {
  if (baseline === undefined || baseline.held) return [];
  const { text, ids } = baseline;
  const now = new Map(results.map(({ id, verdict }) => [id, verdict]));
  // Where something of the row is missing, what has no result may be in that.
  const untold = ids.filter((id) => {
    const verdict = now.get(id);
    return verdict === undefined ? !whole : verdict === "INCONCLUSIVE" || verdict === "ERROR";
  });
  const rule = { rule: "regression", held: false, text, ids };
  const unclear = { rule: "inconclusive", held: untold.length === 0, ids: untold };
  const exit = gateExit({ decision: "block", enforced: true, rules: [rule, unclear] });
  return [{ enforced, unclear: exit === 3, rules: [{ rule: rule.rule, text, ids: [...ids] }] }];
}

/** The row passes if each of its reports does, nothing of it is missing, and nothing got worse since its baseline. */
export function gateOf(reports: readonly ConformanceReport[], judged: Judged): MatrixRow["gate"] {
  const wanted = reports.some(({ gate }) => gate?.enforced ?? true);
  const blocking = [
    ...reports.flatMap((report) => blockingReport(report, judged)),
    ...blockingHoles(judged),
    ...blockingRegression(judged, wanted),
  ];
  const rules = [
    ...new Map(blocking.flatMap((one) => one.rules.map((rule) => [JSON.stringify(rule), rule] as const))).values(),
  ];
  if (blocking.length === 0)
    return { decision: "pass", enforced: reports.every(({ gate }) => gate?.enforced ?? true), unclear: false, rules };
  const enforced = blocking.filter((one) => one.enforced);
  return {
    decision: "block",
    enforced: enforced.length > 0,
    unclear: (enforced.length > 0 ? enforced : blocking).every(({ unclear }) => unclear),
    rules,
  };
}
