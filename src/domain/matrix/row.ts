/** One row of the matrix: all reports on one mesh at one version, on one kind of cluster, by the same assertions. */
import { isWorse } from "../report/repeat.ts";
import type { AssertionResult, ConformanceReport } from "../report/report.ts";
import { rollUpSpecs, servedSpecs } from "../report/roll-up.ts";
import { shardText } from "../report/shard.ts";
import { countMust, countVerdicts, percentage, runVerdict } from "../report/verdict.ts";
import { type BaselineRow, compareRow } from "./baseline.ts";
import { gateOf } from "./gate.ts";
import type { MatrixResult, MatrixRow } from "./matrix.ts";
import { byText } from "./order.ts";
import { placeOf } from "./place.ts";

/** A report, and the digest of its bytes that stands for it. */
export interface Merged {
  readonly report: ConformanceReport;
  readonly sha256: string;
}

function joinResults(members: readonly Merged[]): MatrixResult[] {
  const given = Map.groupBy(
    members.flatMap(({ report, sha256 }) => report.assertions.map((result) => ({ result, sha256 }))),
    ({ result }) => result.id,
  );
  return [...given.values()]
    .map((list): MatrixResult => {
      const { id, title, spec, level, behaviour } = (list[0] as (typeof list)[number]).result;
      const reports = list.map(({ result, sha256 }) => ({ verdict: result.verdict, sha256 }));
      const verdict = reports.map((one) => one.verdict).reduce((held, one) => (isWorse(one, held) ? one : held));
      return { id, title, spec, level, behaviour, verdict, reports };
    })
    .sort((one, other) => byText(one.id, other.id));
}

function missingOf(members: readonly Merged[], results: readonly MatrixResult[]): MatrixRow["missing"] {
  const found = new Set(results.map(({ id }) => id));
  const planned = new Set(members.flatMap(({ report }) => report.suite.planned ?? []));
  const shards = members.flatMap(({ report }) => report.suite.shard ?? []);
  const there = new Set(shards.map(shardText));
  const wanted = [...new Set(shards.map(({ of }) => of))]
    .sort((x, y) => x - y)
    .flatMap((of) => Array.from({ length: of }, (_, n) => shardText({ index: n + 1, of })));
  // A report from before `planned` existed says only how many assertions were selected.
  const few = members
    .filter(({ report }) => report.suite.planned === undefined && found.size < report.suite.selected)
    .map(({ report }) => report.suite.selected - report.assertions.length);
  return {
    shards: wanted.filter((shard) => !there.has(shard)),
    assertions: [...planned].filter((id) => !found.has(id)).sort(byText),
    unnamed: Math.max(0, ...few),
  };
}

/** A MUST assertion that is shown to fail decides; then a run that ended early; then the results together. */
function verdictOf(members: readonly Merged[], results: readonly MatrixResult[], whole: boolean): MatrixRow["verdict"] {
  const isDead = ({ report }: Merged) => report.error !== undefined;
  const failed = ({ level, verdict }: Pick<AssertionResult, "level" | "verdict">) =>
    level === "MUST" && verdict === "FAIL";
  if (members.some((one) => !isDead(one) && one.report.assertions.some(failed))) return "not-conformant";
  if (members.some(isDead)) return "error";
  const verdict = runVerdict(results);
  return verdict === "conformant" && !whole ? "inconclusive" : verdict;
}

/**
 * @param members of one key, each once, sorted by digest.
 * @param chosen what it is compared with.
 * @throws RangeError for none.
 */
export function joinRow(members: readonly Merged[], chosen?: BaselineRow): MatrixRow {
  const first = members[0]?.report;
  if (first === undefined) throw new RangeError("there is no report to make a row from");
  const results = joinResults(members);
  const missing = missingOf(members, results);
  const whole = missing.shards.length === 0 && missing.assertions.length === 0 && missing.unnamed === 0;
  const verdict = verdictOf(members, results, whole);
  const served = servedSpecs(members.flatMap(({ report }) => report.served));
  const place = placeOf(first);
  const reports = members.map(({ report }) => report);
  const compared = chosen && compareRow({ ...place, results }, reports, chosen);
  return {
    ...place,
    suiteVersions: [...new Set(members.map(({ report }) => report.suite.version))].sort(byText),
    verdict,
    percentage: percentage(results) ?? null,
    must: countMust(results),
    counts: countVerdicts(results),
    whole,
    missing,
    gate: gateOf(reports, { verdict, results, whole, missing, regression: compared?.rule }),
    ...(compared && { baseline: compared.baseline }),
    specs: rollUpSpecs(results, served).map(({ spec, capability, percentage: share, counts }) => ({
      spec,
      // What was not run could contradict the claim.
      capability: whole ? capability : "NOT_ASSESSED",
      percentage: share,
      must: countMust(results.filter((one) => one.spec === spec)),
      counts: { ...counts },
    })),
    results,
    reports: members.map(({ sha256 }) => sha256),
  };
}
