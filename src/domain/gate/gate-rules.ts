/** The gate's rules: each looks at a report and says whether it holds, why, and which assertions made it so. */

import { meshVersion } from "../report/mesh-version.ts";
import { few } from "../report/name-list.ts";
import type { AssertionResult, ConformanceReport } from "../report/report.ts";
import { isUnclear, needsAttention, percentage } from "../report/verdict.ts";
import { type SpecName, specNames } from "../smi/kinds.ts";
import type { Gate } from "./gate-policy.ts";

export type GateRule = Gate["rules"][number];
/** A policy that is only read: as it is given, or as a report has it. */
export type AppliedPolicy = NonNullable<ConformanceReport["gate"]>["policy"];

const isSpec = (name: string): name is SpecName => (specNames as readonly string[]).includes(name);
const idsOf = (results: readonly { readonly id: string }[]) => results.map(({ id }) => id);

const ruleOf = (rule: string, held: boolean, text: string, ids: readonly string[] = []): GateRule => ({
  rule,
  held,
  text,
  ids: [...ids],
});

/** Every planned assertion has one result, and the run finished. */
export function completeness({ assertions, suite, error }: ConformanceReport): GateRule {
  const found = new Set(idsOf(assertions));
  const missing = (suite.planned ?? []).filter((id) => !found.has(id));
  const broken = (text: string, ids = missing) => ruleOf("completeness", false, text, ids);
  if (error !== undefined) return broken(`the run did not finish (${error.phase}): ${error.message}`);
  if (assertions.length === 0) return broken("no assertion was run");
  if (missing.length > 0) return broken(`planned, but without a result: ${few(missing)}`);
  if (found.size < suite.selected)
    return broken(`${suite.selected - found.size} of the ${suite.selected} selected assertions have no result`);
  const twice = [...found].filter((id) => assertions.filter((one) => one.id === id).length > 1);
  if (twice.length > 0)
    return broken(`more than one result, and which of them counts is unknown: ${few(twice)}`, twice);
  return ruleOf("completeness", true, `all ${assertions.length} planned assertions have a result`);
}

/** What is unclear never counts as success, whatever its level and whoever allows it; nor does a run in which nothing passes. */
export function inconclusive({ assertions, verdict }: ConformanceReport): GateRule {
  const broken = (text: string, ids: readonly string[] = []) => ruleOf("inconclusive", false, text, ids);
  // Of several runs the worst counts, and a failure is worse than an unclear run: an allowed failure must not hide that.
  const unclear = idsOf(assertions.filter((one) => isUnclear(one) || (one.runs ?? []).some(isUnclear)));
  if (unclear.length > 0)
    return broken(`INCONCLUSIVE or ERROR, which does not count as success: ${few(unclear)}`, unclear);
  if (!assertions.some(({ verdict: own }) => own === "PASS"))
    return broken("no assertion passed, so no conformance was shown");
  if (verdict === "error" || verdict === "inconclusive")
    return broken(`the verdict of the report is ${verdict}, which does not count as success`);
  return ruleOf("inconclusive", true, "nothing is INCONCLUSIVE or ERROR");
}

/** @param excused ids whose failure is allowed */
export function failures(
  { assertions }: ConformanceReport,
  failOn: AppliedPolicy["failOn"],
  excused: ReadonlySet<string>,
): GateRule {
  const counted = assertions.filter(
    ({ verdict, level }) => verdict === "FAIL" && (failOn === "any-failure" || level === "MUST"),
  );
  const broken = idsOf(counted.filter(({ id }) => !excused.has(id)));
  const what = failOn === "any-failure" ? "assertion" : "MUST assertion";
  const known = counted.length - broken.length;
  const excusedToo = known === 0 ? "" : `; ${known} known and allowed`;
  const text =
    broken.length === 0
      ? known === 0
        ? `no ${what} fails`
        : `no other ${what} fails`
      : `${what}s fail: ${few(broken)}`;
  return ruleOf("failures", broken.length === 0, `${text}${excusedToo}`, broken);
}

/** An allowed failure that has expired blocks for as long as its assertion fails. @param today YYYY-MM-DD, in UTC */
export function expired({ assertions }: ConformanceReport, policy: AppliedPolicy, today: string): readonly GateRule[] {
  const late = policy.allowed.filter(
    ({ id, expires }) => expires < today && assertions.some((one) => one.id === id && one.verdict === "FAIL"),
  );
  if (late.length === 0) return [];
  const entries = late.map(({ id, expires, reason }) => `${id} (until ${expires}: ${reason})`);
  return [ruleOf("allowed-failures", false, `fails, and is no longer allowed: ${few(entries)}`, idsOf(late))];
}

/** Shares of the applicable MUST assertions that pass, from the results themselves, and rounded down as in the report. */
export function minimum(
  { assertions }: ConformanceReport,
  { all, perSpec }: AppliedPolicy["minimum"],
): readonly GateRule[] {
  const rule = (what: string, wanted: number | null | undefined, results: readonly AssertionResult[]) => {
    if (wanted === null || wanted === undefined) return [];
    const found = percentage(results);
    const held = found !== undefined && found >= wanted;
    const lacking = results.filter((result) => result.level === "MUST" && needsAttention(result));
    const is = found === undefined ? "no MUST assertion applies" : `${found} % of the applicable MUST assertions pass`;
    return [ruleOf("minimum", held, `${what}: ${is}, at least ${wanted} % required`, held ? [] : idsOf(lacking))];
  };
  return [
    ...rule("overall", all, assertions),
    ...specNames.flatMap((name) =>
      rule(
        name,
        perSpec[name],
        assertions.filter(({ spec }) => spec === name),
      ),
    ),
  ];
}

/** A required assertion passes; of a required spec at least one assertion passes, and each that applies, of whatever level. */
export function required({ assertions }: ConformanceReport, name: string): GateRule {
  const broken = (text: string, ids: readonly string[]) =>
    ruleOf("required", false, `${name} is required and ${text}`, ids);
  const passes = ruleOf("required", true, `${name} passes`);
  if (!isSpec(name)) {
    const own = assertions.find(({ id }) => id === name);
    return own?.verdict === "PASS" ? passes : broken(own === undefined ? "was not run" : `is ${own.verdict}`, [name]);
  }
  const results = assertions.filter(({ spec }) => spec === name);
  const lacking = idsOf(results.filter(needsAttention));
  if (lacking.length > 0) return broken(`does not pass: ${few(lacking)}`, lacking);
  if (results.some(({ verdict }) => verdict === "PASS")) return passes;
  return broken(results.length === 0 ? "was not run" : "no assertion of it passes", []);
}

/** As much of a report as a comparison looks at; results that were merged from several have no shard. */
export interface Comparable {
  readonly mesh: Pick<ConformanceReport["mesh"], "name" | "title" | "versionAsked" | "versionFound">;
  readonly assertions: readonly Pick<AssertionResult, "id" | "verdict">[];
  readonly suite?: Pick<ConformanceReport["suite"], "shard" | "planned">;
}

/** What it is compared with. */
export interface ComparableBaseline {
  readonly report: Comparable & {
    /** Present: its run did not finish. */
    readonly error?: unknown;
  };
  readonly source: string;
}

/** Why two reports cannot be compared, or undefined. */
function incomparable({ mesh }: Comparable, { report, source }: ComparableBaseline): string | undefined {
  if (report.mesh.name !== mesh.name)
    return `the baseline (${source}) is of ${report.mesh.title}, and this report of ${mesh.title}: they cannot be compared`;
  if (!report.assertions.some(({ verdict }) => verdict === "PASS"))
    return `no assertion passed in the baseline (${source}), so nothing could get worse`;
  return undefined;
}

/** What passed before and does not pass now, of whatever level: it fails, is unclear, does not apply, or was not run. */
export function regression(
  report: Comparable,
  baseline: ComparableBaseline | undefined,
  excused: ReadonlySet<string>,
): GateRule {
  if (baseline === undefined)
    return ruleOf("baseline", false, "a baseline is required, but there is none to compare with");
  const problem = incomparable(report, baseline);
  if (problem !== undefined) return ruleOf("baseline", false, problem);
  const { mesh, assertions, error } = baseline.report;
  const now = new Map(report.assertions.map(({ id, verdict }) => [id, verdict]));
  // A shard answers for its own assertions; whether the others are run shows where the shards are merged.
  const { shard, planned } = report.suite ?? {};
  const own = shard === undefined || planned === undefined ? undefined : new Set(planned);
  const passed = assertions.filter(({ id, verdict }) => verdict === "PASS" && (own?.has(id) ?? true));
  const lost = idsOf(passed).filter((id) => now.get(id) !== "PASS" && !(now.get(id) === "FAIL" && excused.has(id)));
  const against = `${mesh.title} ${meshVersion(baseline.report)}${error === undefined ? "" : ", whose run did not finish"}`;
  const text =
    lost.length === 0
      ? `nothing that passed in the baseline (${against}) got worse: ${passed.length} compared`
      : `passed in the baseline (${against}) but not now: ${few(lost.map((id) => `${id} ${now.get(id) ?? "not run"}`))}`;
  return ruleOf("regression", lost.length === 0, text, lost);
}

/** What passes now and did not in the baseline: it failed there, was unclear, or was not run. */
export function newlyPassing(report: Comparable, baseline: ComparableBaseline): string[] {
  const before = new Map(baseline.report.assertions.map(({ id, verdict }) => [id, verdict]));
  return idsOf(report.assertions.filter(({ id, verdict }) => verdict === "PASS" && before.get(id) !== "PASS"));
}
