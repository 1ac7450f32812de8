/** The gate of a report, decided again from its policy and the verdicts. */
import { decideGate } from "../gate/gate.ts";
import type { Gate } from "../gate/gate-policy.ts";
import type { Baseline } from "./baseline.ts";
import { differences, type Mismatch } from "./diff.ts";
import type { ConformanceReport } from "./report.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** The gate is decided once the report is complete. */
const LATE_MS = 10 * 60 * 1000;

/** Days in UTC on which the gate can have been decided. */
function days({ startedAt, durationMs }: ConformanceReport): readonly string[] {
  const start = Date.parse(startedAt);
  if (!Number.isFinite(start)) return [];
  const end = start + durationMs + LATE_MS;
  const list: string[] = [];
  for (let at = start - (start % DAY_MS); at <= end; at += DAY_MS) list.push(new Date(at).toISOString().slice(0, 10));
  return list;
}

const isCompared = ({ rule }: Gate["rules"][number]) => rule === "regression" || rule === "baseline";

/** The gate without what its baseline decided. */
function withoutBaseline(gate: Gate): unknown {
  const rules = gate.rules.filter((one) => !isCompared(one));
  const { decision: _d, newlyPassing: _n, baseline: _b, ...rest } = gate;
  return { ...rest, rules };
}

/** @param baseline the report that it was compared with; undefined where it is not at hand */
export function gateMismatches(report: ConformanceReport, baseline: Baseline | undefined): readonly Mismatch[] {
  const gate = report.gate as Gate | undefined;
  if (gate === undefined) return [];
  const made = days(report).map((today): readonly Mismatch[] => {
    const again = decideGate({ report, policy: gate.policy, baseline, today });
    if (gate.baseline === null || baseline !== undefined) {
      const source = gate.baseline?.source;
      // Where the file is now has no part in the decision.
      const moved = again.baseline === null || source === undefined ? again.baseline : { ...again.baseline, source };
      return differences(gate, { ...again, baseline: moved }, "gate");
    }
    const held =
      again.rules.every((one) => one.held || isCompared(one)) &&
      gate.rules.every((one) => one.held || !isCompared(one));
    return [
      ...differences(withoutBaseline(gate), withoutBaseline(again), "gate"),
      ...differences(gate.decision, held ? "pass" : "block", "gate.decision"),
    ];
  });
  const [best = [{ path: "startedAt", claimed: report.startedAt, recomputed: "a time" }]] = made.toSorted(
    (one, other) => one.length - other.length,
  );
  return best;
}
