/** The status that a trusted run sets for one that could not: from the report that the other run left. */

import { gateState } from "../gate/gate-outcome.ts";
import type { ConformanceReport } from "../report/report.ts";
import { type RunVerdict, runVerdict } from "../report/verdict.ts";
import { reportDescription, type StatusState, unfinishedDescription } from "./commit-status.ts";

/** What was found in the artifact. */
export type ForeignReport =
  | {
      readonly report: ConformanceReport;
      /** Where the report contradicts itself. */
      readonly mismatches: readonly string[];
    }
  | {
      /** Why there is no report: "the run was cancelled". */
      readonly missing: string;
    };

export interface PublishedStatus {
  readonly state: Exclude<StatusState, "pending">;
  /** At most 140 characters. */
  readonly description: string;
}

/** Reports of before there was a gate are gated on their verdict. */
const ofVerdict: Readonly<Record<RunVerdict, PublishedStatus["state"]>> = {
  conformant: "success",
  "not-conformant": "failure",
  inconclusive: "error",
  error: "error",
};

/**
 * Success only for a report that agrees with itself and whose gate passes. This cannot recognize a report that was made up as a
 * whole: whoever can change the workflow can do that.
 */
export function publishedStatus(foreign: ForeignReport): PublishedStatus {
  const without = (why: string): PublishedStatus => ({
    state: "error",
    description: unfinishedDescription("SMI conformance", "", why),
  });
  if ("missing" in foreign) return without(foreign.missing);
  const { report, mismatches } = foreign;
  const [first] = mismatches;
  if (first !== undefined) return without(`the report contradicts itself: ${first}`);
  return {
    state: report.gate === undefined ? ofVerdict[report.verdict] : gateState(report.gate),
    description: reportDescription(report),
  };
}

/** Where a report's verdict and gate differ from what its results and rules make of them; empty for nowhere. */
export function disagreements({ verdict, assertions, error, gate }: ConformanceReport): readonly string[] {
  const follows = error === undefined ? runVerdict(assertions) : "error";
  const broken = gate?.rules.filter(({ held }) => !held) ?? [];
  const decision = broken.length === 0 ? "pass" : "block";
  return [
    ...(verdict === follows ? [] : [`the verdict is ${verdict}, but its results make ${follows}`]),
    ...(gate === undefined || gate.decision === decision
      ? []
      : [`the gate is ${gate.decision}, but its rules make ${decision}`]),
  ];
}
