/** Whether a row of the matrix passes, and which rules block: those of its reports, what is missing, and its baseline. */
import { couldNotTell, followsFrom } from "../gate/gate-outcome.ts";
import type { ConformanceReport } from "../report/report.ts";
import { isUnclear } from "../report/verdict.ts";
import type { MatrixRow } from "./matrix.ts";

/** What is known of a row before it is decided whether it passes. */
interface RowFindings extends Pick<MatrixRow, "verdict" | "results" | "whole" | "missing"> {
  /** What the comparison with its baseline came to; undefined where there is none. */
  readonly regression: AppliedRule | undefined;
}

/** A rule that is only read: of a report, or of a comparison. */
type AppliedRule = NonNullable<ConformanceReport["gate"]>["rules"][number];
type BlockingRule = NonNullable<MatrixRow["gate"]["rules"]>[number];

/** Something for which a row does not pass. */
interface Blocking {
  readonly enforced: boolean;
  readonly unclear: boolean;
  readonly rules: readonly BlockingRule[];
}

const blockingRule = ({ rule, text, ids }: AppliedRule): BlockingRule => ({ rule, text, ids: [...ids] });

/**
 * A report blocks where its gate does; one without a gate where the row is not conformant. A shard that blocks only because
 * it shows nothing by itself does not count where the others show something.
 */
function blockingReport({ gate, suite }: ConformanceReport, { verdict, results }: RowFindings): readonly Blocking[] {
  if (gate === undefined) {
    if (verdict === "conformant") return [];
    const text = `a report without a gate passes where its row is conformant, and the verdict of this row is ${verdict}`;
    return [{ enforced: true, unclear: verdict !== "not-conformant", rules: [{ rule: "verdict", text, ids: [] }] }];
  }
  if (gate.decision === "pass") return [];
  const shows = results.some((one) => one.verdict === "PASS" || one.verdict === "FAIL");
  const broken = gate.rules.filter(({ held }) => !held);
  const counted = broken.filter(
    ({ rule, ids }) => !(suite.shard !== undefined && shows && rule === "inconclusive" && ids.length === 0),
  );
  if (broken.length > 0 && counted.length === 0) return [];
  return [{ enforced: gate.enforced, unclear: couldNotTell({ rules: counted }), rules: counted.map(blockingRule) }];
}

/** What is missing blocks, whatever the policy is: nobody knows what it would have shown. */
function blockingHoles({ whole, missing: { shards, assertions, unnamed } }: RowFindings): readonly Blocking[] {
  if (whole) return [];
  const count = assertions.length + unnamed;
  const text = [
    ...(shards.length === 0 ? [] : [`no report of shard ${shards.join(", ")}`]),
    ...(count === 0 ? [] : [`${count} planned ${count === 1 ? "assertion has" : "assertions have"} no result`]),
  ].join(", and ");
  return [{ enforced: true, unclear: true, rules: [{ rule: "completeness", text, ids: [...assertions] }] }];
}

/** What passed in the baseline and does not now. Where no report's own policy is enforced, neither is this. */
function blockingRegression({ regression, results, whole }: RowFindings, enforced: boolean): readonly Blocking[] {
  if (regression === undefined || regression.held) return [];
  const now = new Map(results.map(({ id, verdict }) => [id, verdict]));
  // Where something of the row is missing, what has no result may be part of that.
  const unclear = regression.ids.filter((id) => {
    const verdict = now.get(id);
    return verdict === undefined ? !whole : isUnclear({ verdict });
  });
  return [{ enforced, unclear: followsFrom(unclear, regression), rules: [blockingRule(regression)] }];
}

/** The row passes if each of its reports does, nothing of it is missing, and nothing got worse since its baseline. */
export function gateOf(reports: readonly ConformanceReport[], judged: RowFindings): MatrixRow["gate"] {
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
