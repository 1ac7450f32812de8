/** Recomputes whatever in a report follows from the rest of it, and names each difference. */
import type { Assertion } from "../assertion/assertion.ts";
import type { Baseline } from "./baseline.ts";
import { differences, type Mismatch } from "./diff.ts";
import { type TestResultStatement, testResultStatement } from "./in-toto.ts";
import { kubernetesMinor, legacyScore } from "./legacy.ts";
import type { ReportVersion } from "./read-report.ts";
import { type ConformanceReport, REPORT_API_VERSION } from "./report.ts";
import { rollUpPropagation, rollUpSpecs, runReason, servedSpecs } from "./roll-up.ts";
import { countVerdicts, percentage, runVerdict } from "./verdict.ts";
import { gateMismatches } from "./verify-gate.ts";
import { MOST_SAMPLING_WORK, resultMismatches, samplingWork } from "./verify-result.ts";

export interface VerifyInput {
  readonly report: ConformanceReport;
  /** The version that the report was written in. */
  readonly apiVersion: ReportVersion;
  /** Of the bytes of report.json, in hexadecimal. */
  readonly sha256: string;
  /** The assertions to check it against, and their digest. */
  readonly catalogue: { readonly digest: string; readonly assertions: readonly Assertion[] };
  /** The report that it was compared with; undefined where it is not at hand. */
  readonly baseline?: Baseline | undefined;
  /** The in-toto statement beside it, as parsed JSON; undefined for none. */
  readonly statement?: unknown;
}

export interface Verification {
  readonly mismatches: readonly Mismatch[];
  /** What was recomputed, in words. */
  readonly checked: readonly string[];
  /** What was not, and why. */
  readonly unchecked: readonly string[];
}

/** The served kinds as the model of the 24-step suite takes them. */
const servedOf = ({ served }: ConformanceReport) =>
  Object.fromEntries(served.map(({ kind, versions }) => [kind, { versions: versions.map((name) => ({ name })) }]));

/** The totals, the specs and the comparison with the 24-step suite, which follow from the results. */
function totalMismatches(report: ConformanceReport): readonly Mismatch[] {
  const results = report.assertions;
  const { verdict, reason, percentage: share, counts, specs, propagation, legacy } = report;
  const made = report.error === undefined ? runVerdict(results) : "error";
  return differences(
    { verdict, reason, percentage: share, counts, specs, propagation, legacy },
    {
      verdict: made,
      reason: runReason(made, report.error, results),
      percentage: percentage(results) ?? null,
      counts: countVerdicts(results),
      specs: rollUpSpecs(results, servedSpecs(report.served)),
      propagation: rollUpPropagation(results),
      legacy: legacyScore(servedOf(report), kubernetesMinor(report.cluster.kubernetes), results),
    },
  );
}

/** Which assertions were planned, and that there is one result of each. */
function planMismatches({ suite, assertions }: ConformanceReport): readonly Mismatch[] {
  const ids = assertions.map(({ id }) => id);
  const first = new Map(ids.map((id, n) => [id, n] as const).toReversed());
  const twice = ids.flatMap((id, n) =>
    first.get(id) === n
      ? []
      : [{ path: `assertions[${n}].id`, claimed: id, recomputed: "an assertion that has a result already" }],
  );
  if (suite.planned === undefined) return twice;
  const planned = new Set(suite.planned);
  return [
    ...twice,
    ...differences(suite.selected, suite.planned.length, "suite.selected"),
    ...ids.flatMap((id, n) =>
      planned.has(id)
        ? []
        : [{ path: `assertions[${n}].id`, claimed: id, recomputed: "not an assertion that was planned" }],
    ),
  ];
}

function statementMismatches(report: ConformanceReport, sha256: string, statement: unknown): readonly Mismatch[] {
  const made: TestResultStatement = testResultStatement(report, sha256);
  return differences(statement, made, "test-result.intoto.json:").map((one) => ({
    ...one,
    path: one.path.replace(":.", ": "),
  }));
}

/** Where an older version says the same in other words, those are no mismatch: prose is not data. */
const isProse = ({ path }: Mismatch) => /(?:^|\.)(?:reason|text|title)$/.test(path);

export function verifyReport(input: VerifyInput): Verification {
  const { report, apiVersion, sha256, catalogue, baseline, statement } = input;
  const isOld = apiVersion !== REPORT_API_VERSION;
  const digest = report.suite.assertions.replace(/^sha256:/, "");
  const same = digest === catalogue.digest;
  const byId = same ? new Map(catalogue.assertions.map((one) => [one.id, one])) : undefined;
  const tooMuch = samplingWork(report.assertions) > MOST_SAMPLING_WORK;
  const mismatches = [
    // The assertions of an older version are files of an older format, which cannot be read.
    ...(isOld ? [] : differences(digest, catalogue.digest, "suite.assertions")),
    ...planMismatches(report),
    ...report.assertions.flatMap((result, index) => resultMismatches(result, index, byId, !tooMuch)),
    ...(tooMuch ? [{ path: "assertions", claimed: "their samples", recomputed: "more samples than a run takes" }] : []),
    ...totalMismatches(report),
    ...gateMismatches(report, baseline),
    ...(statement === undefined ? [] : statementMismatches(report, sha256, statement)),
  ];
  return {
    mismatches: isOld ? mismatches.filter((one) => !isProse(one)) : mismatches,
    ...scopeOf(input, same, isOld),
  };
}

/** What was recomputed and what was not, in words. */
function scopeOf(
  { report, apiVersion, baseline, statement }: VerifyInput,
  same: boolean,
  isOld: boolean,
): Pick<Verification, "checked" | "unchecked"> {
  const { gate, assertions } = report;
  const undecided = assertions.filter(({ verdict }) => verdict === "NOT_APPLICABLE" || verdict === "ERROR").length;
  const lacksBaseline = gate !== undefined && gate.baseline !== null && baseline === undefined;
  const reasons = isOld ? "" : " with its reason";
  return {
    checked: [
      ...(isOld ? [] : ["the digest of the assertions"]),
      `the verdicts of ${assertions.length - undecided} assertions from their findings, and the bounds of their samples`,
      ...(same ? ["title, spec, level and clauses of each result, with what they say, from its assertion file"] : []),
      `the verdict of the run${reasons}, counts, percentages, capabilities, propagation figures and the comparison with the 24-step suite`,
      ...(gate === undefined ? [] : ["the gate's decision from its policy and the verdicts"]),
      ...(statement === undefined ? [] : ["the in-toto statement, with the SHA-256 of the report"]),
    ],
    unchecked: [
      ...(isOld ? [`reasons and other texts: the report is of ${apiVersion}, whose wording was different`] : []),
      ...(undecided === 0
        ? []
        : [
            `${undecided} ${undecided === 1 ? "assertion that was" : "assertions that were"} not applicable or ended in an error: there are no findings`,
          ]),
      ...(same ? [] : ["what the assertion files say of each result: they are not those of the report"]),
      ...(gate === undefined ? ["a gate: the report has none"] : []),
      ...(lacksBaseline
        ? [`what the gate says of its baseline (SHA-256 ${gate.baseline?.sha256}): it was not given`]
        : []),
      ...(statement === undefined ? ["an in-toto statement: there is none beside the report"] : []),
      "what was observed: measurements, times, images and versions are as the report states them",
    ],
  };
}
