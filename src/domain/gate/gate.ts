/** The gate: a policy applied to a report. Each rule says what it looked at, so that a decision can be read and repeated. */
import type { Baseline } from "../report/baseline.ts";
import { meshVersion } from "../report/mesh-version.ts";
import type { ConformanceReport } from "../report/report.ts";
import type { Gate, GatePolicy } from "./gate-policy.ts";
import {
  type AppliedPolicy,
  completeness,
  expired,
  failures,
  type GateRule,
  inconclusive,
  minimum,
  newlyPassing,
  regression,
  required,
} from "./gate-rules.ts";

export interface GateInput {
  /** undefined: there is none, which blocks. */
  readonly report: ConformanceReport | undefined;
  readonly policy: AppliedPolicy;
  readonly baseline?: Baseline | undefined;
  /** Today in UTC, YYYY-MM-DD. */
  readonly today: string;
}

function rulesFor({ report, policy, baseline, today }: GateInput, excused: ReadonlySet<string>): readonly GateRule[] {
  if (report === undefined)
    return [{ rule: "completeness", held: false, text: "there is no report, so nothing is known", ids: [] }];
  const compared = baseline !== undefined || policy.regression || policy.failOn === "regression";
  return [
    completeness(report),
    inconclusive(report),
    ...(policy.failOn === "regression" ? [] : [failures(report, policy.failOn, excused)]),
    ...expired(report, policy, today),
    ...minimum(report, policy.minimum),
    ...policy.require.map((name) => required(report, name)),
    ...(compared ? [regression(report, baseline, excused)] : []),
  ];
}

/** Every rule that applies, and whether all of them hold. With `never` the rules are those of `must-failures`. */
export function decideGate(input: GateInput): Gate {
  const { report, policy, baseline, today } = input;
  const inTime = policy.allowed.filter(({ expires }) => expires >= today);
  const excused = new Set(inTime.map(({ id }) => id));
  const failed = new Set(report?.assertions.filter(({ verdict }) => verdict === "FAIL").map(({ id }) => id));
  const rules = [...rulesFor(input, excused)];
  return {
    decision: rules.every(({ held }) => held) ? "pass" : "block",
    enforced: policy.failOn !== "never",
    failOn: policy.failOn,
    rules,
    allowed: policy.allowed.map((one) => ({ ...one, used: excused.has(one.id) && failed.has(one.id) })),
    newlyPassing: report === undefined || baseline === undefined ? [] : newlyPassing(report, baseline),
    policy: {
      ...policy,
      minimum: { all: policy.minimum.all, perSpec: { ...policy.minimum.perSpec } },
      require: [...policy.require],
      allowed: policy.allowed.map((one) => ({ ...one })),
    },
    baseline:
      baseline === undefined
        ? null
        : {
            mesh: baseline.report.mesh.name,
            version: meshVersion(baseline.report),
            sha256: baseline.sha256,
            source: baseline.source,
          },
  };
}

/** What a run is gated on, known before anything is created. */
export interface Gating {
  readonly policy: GatePolicy;
  readonly baseline: Baseline | undefined;
}

export type GatedReport = ConformanceReport & { readonly gate: Gate };

/** The report with its decision in it. Known failures expire by the day the run began, which the report holds. */
export function gated(report: ConformanceReport, { policy, baseline }: Gating): GatedReport {
  return { ...report, gate: decideGate({ report, policy, baseline, today: report.startedAt.slice(0, 10) }) };
}
