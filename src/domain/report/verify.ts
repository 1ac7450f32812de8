/** Makes anew what of a report can be made anew, and names what is other than the report says. */
import type { Assertion } from "../assertion/assertion.ts";
import { decideGate } from "../gate/gate.ts";
import type { Gate } from "../gate/gate-policy.ts";
import { type SmiKindName, smiKindNames } from "../smi/kinds.ts";
import type { Served } from "../smi/served.ts";
import type { Baseline } from "./baseline.ts";
import { differences, type Mismatch } from "./diff.ts";
import { type TestResultStatement, testResultStatement } from "./in-toto.ts";
import { legacyScore } from "./legacy.ts";
import type { ConformanceReport } from "./report.ts";
import { rollUpPropagation, rollUpSpecs, runReason, servedSpecs } from "./roll-up.ts";
import { countVerdicts, percentage, runVerdict } from "./verdict.ts";
import { rowMismatches } from "./verify-rows.ts";

export interface VerifyInput {
  readonly report: ConformanceReport;
  /** Of the bytes of report.json, in hexadecimal. */
  readonly sha256: string;
  /** The assertions to hold it against, and their digest. */
  readonly catalogue: { readonly digest: string; readonly assertions: readonly Assertion[] };
  /** The report that it was compared with; undefined where it is not at hand. */
  readonly baseline?: Baseline | undefined;
  /** The in-toto statement beside it, as parsed JSON; undefined for none. */
  readonly statement?: unknown;
}

export interface Verification {
  readonly mismatches: readonly Mismatch[];
  /** What was made anew, in words. */
  readonly checked: readonly string[];
  /** What could not be, and why. */
  readonly unchecked: readonly string[];
}

/** What the old suite's model reads of the served kinds: which there are, and their versions. */
function servedOf(report: ConformanceReport): Served {
  return Object.fromEntries(
    report.served
      .filter(({ kind }) => smiKindNames.includes(kind as SmiKindName))
      .map(({ kind, versions, unknownVersions }) => [
        kind,
        {
          kind: kind as SmiKindName,
          versions: versions.map((name) => ({ name, storage: false })),
          unknownVersions,
          scope: "Namespaced",
          shortNames: [],
          established: true,
          namesAccepted: true,
          spec: null,
        },
      ]),
  );
}

/** The totals, the specs and the comparison with the old suite, which follow from the rows. */
function totalMismatches(report: ConformanceReport): readonly Mismatch[] {
  const rows = report.assertions;
  const minor = Number(/^v?\d+\.(\d+)/.exec(report.cluster.kubernetes ?? "")?.[1] ?? 22);
  const { verdict, reason, percentage: share, counts, specs, propagation, legacy } = report;
  const made = report.error === undefined ? runVerdict(rows) : "error";
  return differences(
    { verdict, reason, percentage: share, counts, specs, propagation, legacy },
    {
      verdict: made,
      reason: runReason(made, report.error, rows),
      percentage: percentage(rows) ?? null,
      counts: countVerdicts(rows),
      specs: rollUpSpecs(rows, servedSpecs(report.served)),
      propagation: rollUpPropagation(rows),
      legacy: legacyScore(servedOf(report), minor, rows),
    },
  );
}

/** Which rows were to run, and that each is there once. */
function planMismatches({ suite, assertions }: ConformanceReport): readonly Mismatch[] {
  const ids = assertions.map(({ id }) => id);
  const twice = ids.flatMap((id, n) =>
    ids.indexOf(id) === n
      ? []
      : [{ path: `assertions[${n}].id`, claimed: id, recomputed: "a row that is there already" }],
  );
  if (suite.planned === undefined) return twice;
  const planned = new Set(suite.planned);
  return [
    ...twice,
    ...differences(suite.selected, suite.planned.length, "suite.selected"),
    ...ids.flatMap((id, n) =>
      planned.has(id) ? [] : [{ path: `assertions[${n}].id`, claimed: id, recomputed: "no row that was to run" }],
    ),
  ];
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** The gate is decided once the report is made. */
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

function gateMismatches(report: ConformanceReport, baseline: Baseline | undefined): readonly Mismatch[] {
  const gate = report.gate as Gate | undefined;
  if (gate === undefined) return [];
  const made = days(report).map((today): readonly Mismatch[] => {
    const again = decideGate({ report, policy: gate.policy, baseline, today });
    if (gate.baseline === null || baseline !== undefined) {
      const source = gate.baseline?.source;
      // Where the file lies now is no part of the decision.
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

function statementMismatches(report: ConformanceReport, sha256: string, statement: unknown): readonly Mismatch[] {
  const made: TestResultStatement = testResultStatement(report, sha256);
  return differences(statement, made, "test-result.intoto.json:").map((one) => ({
    ...one,
    path: one.path.replace(":.", ": "),
  }));
}

export function verifyReport({ report, sha256, catalogue, baseline, statement }: VerifyInput): Verification {
  const bare = report.suite.assertions.replace(/^sha256:/, "");
  const same = bare === catalogue.digest;
  const byId = same ? new Map(catalogue.assertions.map((one) => [one.id, one])) : undefined;
  const unruled = report.assertions.filter(({ verdict }) => verdict === "NOT_APPLICABLE" || verdict === "ERROR").length;
  const needsBaseline = report.gate !== undefined && report.gate.baseline !== null && baseline === undefined;
  return {
    mismatches: [
      ...differences(bare, catalogue.digest, "suite.assertions"),
      ...planMismatches(report),
      ...report.assertions.flatMap((row, index) => rowMismatches(row, index, byId)),
      ...totalMismatches(report),
      ...gateMismatches(report, baseline),
      ...(statement === undefined ? [] : statementMismatches(report, sha256, statement)),
    ],
    checked: [
      "the digest of the assertions",
      `the verdicts of ${report.assertions.length - unruled} rows from their findings, and the bounds of their samples`,
      ...(same ? ["title, spec, level and clauses of each row from its assertion file"] : []),
      "the verdict of the run with its reason, counts, percentages, capabilities, propagation figures and the comparison with the old suite",
      ...(report.gate === undefined ? [] : ["the gate's decision from its policy and the verdicts"]),
      ...(statement === undefined ? [] : ["the in-toto statement, with the SHA-256 of the report"]),
    ],
    unchecked: [
      ...(unruled === 0
        ? []
        : [
            `${unruled} ${unruled === 1 ? "row that was" : "rows that were"} not applicable or went wrong: there are no findings`,
          ]),
      ...(same ? [] : ["what the assertion files say of each row: they are not those of the report"]),
      ...(report.gate === undefined ? ["a gate: the report has none"] : []),
      ...(needsBaseline
        ? [`what the gate says of its baseline (SHA-256 ${report.gate?.baseline?.sha256}): it was not given`]
        : []),
      ...(statement === undefined ? ["an in-toto statement: there is none beside the report"] : []),
      "what was observed: readings, times, images and versions are the report's own word",
    ],
  };
}
