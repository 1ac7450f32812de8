/** The gate: policy over a report. Pure; each rule says what it looked at, so that a decision can be read and made again. */
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

/** As much of a decision as its consequences are made of. */
export interface Decided {
  readonly decision: Gate["decision"];
  readonly rules: readonly { readonly rule: string; readonly held: boolean; readonly ids: readonly string[] }[];
}

/** A row that is unclear breaks other rules as well: it has not passed. Only another row is shown to be at fault. */
export const followsFrom = (unclear: readonly string[], { ids }: Pick<Decided["rules"][number], "ids">): boolean =>
  ids.every((id) => unclear.includes(id));

/** Whether all that blocks is what could not be told: it says nothing about the mesh, whatever else follows from it. */
export function couldNotTell({ rules }: Pick<Decided, "rules">): boolean {
  const broken = rules.filter(({ held }) => !held);
  const of = (name: string) => broken.find(({ rule }) => rule === name);
  if (of("completeness") !== undefined) return true;
  const unclear = of("inconclusive");
  const others = broken.filter(({ rule }) => rule !== "inconclusive" && rule !== "baseline");
  if (unclear === undefined) return others.length === 0;
  return others.every((rule) => followsFrom(unclear.ids, rule));
}

/** Exit code of the step: 0 passed or not enforced, 3 blocked for what could not be told, 1 blocked otherwise. */
export function gateExit(gate: Decided & { readonly enforced: boolean }): 0 | 1 | 3 {
  if (gate.decision === "pass" || !gate.enforced) return 0;
  return couldNotTell(gate) ? 3 : 1;
}

/** State of the commit status: it says what was found, also where nothing is enforced. */
export function gateState(gate: Decided): "success" | "failure" | "error" {
  if (gate.decision === "pass") return "success";
  return couldNotTell(gate) ? "error" : "failure";
}
