/**
 * Merges report files into the matrix. Nothing is lost: each file is in a row, or named as a problem. The order of the
 * files does not matter, and the same files make the same bytes.
 */
import { few } from "../report/name-list.ts";
import { shardText } from "../report/shard.ts";
import { specNames } from "../smi/kinds.ts";
import { type BaselineRow, chooseBaseline, hasPass } from "./baseline.ts";
import { type BaselineFile, baselineRows } from "./baseline-source.ts";
import { type ConformanceMatrix, MATRIX_API_VERSION, type MatrixProblem, type MatrixRow } from "./matrix.ts";
import { byText, byVersion } from "./order.ts";
import { placeOf, rowKey, rowName } from "./place.ts";
import { byProblem, problem } from "./problem.ts";
import { joinRow } from "./row.ts";
import { type FoundFile, readSources, type Source, sourceProblems } from "./source.ts";

/** Results that are missing, and those in which the reports of a row disagree. */
function rowProblems(row: MatrixRow, pathOf: (sha256: string) => string): readonly MatrixProblem[] {
  const paths = row.reports.map(pathOf);
  const name = rowName(row);
  const { shards, assertions, unnamed } = row.missing;
  const clashing = row.results.filter(({ reports }) => new Set(reports.map(({ verdict }) => verdict)).size > 1);
  const clashes = clashing.map(
    ({ id, reports }) =>
      `${id} is ${reports.map(({ verdict, sha256 }) => `${verdict} in ${pathOf(sha256)}`).join(" and ")}`,
  );
  const lacking = (count: number) => `${name}: ${count} planned assertions have no result`;
  return [
    ...(shards.length === 0
      ? []
      : [problem("missing-shard", `${name}: no report of shard ${shards.join(", ")}`, paths)]),
    ...(assertions.length === 0
      ? []
      : [problem("missing-rows", `${lacking(assertions.length)}: ${few(assertions)}`, paths, { ids: assertions })]),
    ...(unnamed === 0 ? [] : [problem("missing-rows", lacking(unnamed), paths)]),
    ...(clashing.length === 0
      ? []
      : [
          problem("conflict", `${name}: the reports disagree, and the worst counts: ${few(clashes)}`, paths, {
            blocks: false,
            ids: clashing.map(({ id }) => id),
          }),
        ]),
  ];
}

/** A row, and the baseline that it was compared with; undefined for none. */
interface Joined {
  readonly row: MatrixRow;
  readonly baseline: BaselineRow | undefined;
}

/** @param members of one key, each once, sorted by digest. */
function joinCompared(members: readonly Source[], baselines: readonly BaselineRow[]): readonly Joined[] {
  const [first] = members;
  if (first === undefined) return [];
  const baseline = chooseBaseline(placeOf(first.report), baselines);
  return [{ row: joinRow(members, baseline), baseline }];
}

/** Each row of a baseline is compared with, or named. A mesh of which nothing is left is the worst of all regressions. */
function baselineProblems(baselines: readonly BaselineRow[], joined: readonly Joined[]): readonly MatrixProblem[] {
  const meshes = new Set(joined.map(({ row }) => row.mesh));
  const chosen = new Set(joined.map(({ baseline }) => baseline));
  return baselines.flatMap((one) => {
    if (chosen.has(one)) return [];
    const name = rowName(one);
    const sources = one.files.map(({ source }) => source);
    const note = (text: string) => [problem("baseline", `${name}: ${text}`, sources, { blocks: false })];
    if (!hasPass(one)) return note("nothing passed in this baseline, so nothing could get worse");
    if (meshes.has(one.mesh)) return note("no row is compared with this baseline: each has a nearer one");
    const passed = one.results.filter(({ verdict }) => verdict === "PASS").map(({ id }) => id);
    const text = `${name}: what passed in this baseline (${passed.length}) has no result, since no report is of this mesh`;
    return [problem("baseline", text, sources, { ids: passed })];
  });
}

function byRow(one: MatrixRow, other: MatrixRow): number {
  return (
    byText(one.mesh, other.mesh) ||
    byText(one.mutant ?? "", other.mutant ?? "") ||
    byVersion(other.version, one.version) ||
    byText(one.provider, other.provider) ||
    byVersion(other.kubernetes ?? "", one.kubernetes ?? "") ||
    byText(one.assertions, other.assertions)
  );
}

const describeSource = ({ report, sha256, paths }: Source): ConformanceMatrix["reports"][number] => ({
  sha256,
  paths: [...paths],
  startedAt: report.startedAt,
  verdict: report.verdict,
  shard: report.suite.shard === undefined ? null : shardText(report.suite.shard),
  workflow: report.provenance?.workflow?.url ?? report.runner.workflow,
});

export interface MergeOptions {
  /** How many reports are expected; undefined for any number. */
  readonly expected?: number | undefined;
  /** What passed there has to pass now, in each row of the same mesh. */
  readonly baselines?: readonly BaselineFile[];
}

export function mergeReports(
  files: readonly FoundFile[],
  { expected = 1, baselines: given = [] }: MergeOptions = {},
): ConformanceMatrix {
  const { sources, problems: unread } = readSources(files);
  const paths = new Map(sources.map((source) => [source.sha256, source.paths[0] ?? ""]));
  const pathOf = (sha256: string) => paths.get(sha256) ?? sha256;
  const groups = Map.groupBy(sources, ({ report }) => rowKey(report));
  const baselines = baselineRows(given);
  const joined = [...groups.values()].flatMap((members) => joinCompared(members, baselines));
  const rows = joined.map(({ row }) => row).sort(byRow);
  const problems = [
    ...unread,
    ...sources.flatMap(sourceProblems),
    ...rows.flatMap((row) => rowProblems(row, pathOf)),
    ...baselineProblems(baselines, joined),
    ...(sources.length < expected
      ? [problem("too-few", `${sources.length} of at least ${expected} expected reports were found`, [])]
      : []),
  ].sort(byProblem);
  const blocking = rows.filter(({ gate }) => gate.decision === "block");
  const partial = problems.some(({ blocks }) => blocks);
  const enforced = blocking.filter(({ gate }) => gate.enforced);
  return {
    apiVersion: MATRIX_API_VERSION,
    kind: "ConformanceMatrix",
    decision: blocking.length > 0 || partial ? "block" : "pass",
    exitCode: enforced.some(({ gate }) => !gate.unclear) ? 1 : enforced.length > 0 || partial ? 3 : 0,
    specs: specNames.filter((spec) => rows.some((row) => row.specs.some((one) => one.spec === spec))),
    rows,
    problems,
    reports: sources.map(describeSource),
  };
}
