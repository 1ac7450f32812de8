/**
 * Merges report files into the matrix. Nothing is lost: each file is in a row, or named as a problem. The order of the
 * files has no say, and the same files make the same bytes.
 */

import { readReport } from "../report/read-report.ts";
import { shardText } from "../report/shard.ts";
import { runVerdict } from "../report/verdict.ts";
import { specNames } from "../smi/kinds.ts";
import { type BaselineRow, chooseBaseline, hasPass } from "./baseline.ts";
import { type BaselineFile, baselineRows } from "./baseline-source.ts";
import {
  type ConformanceMatrix,
  MATRIX_API_VERSION,
  type MatrixProblem,
  type MatrixRow,
  problemKinds,
} from "./matrix.ts";
import { byText, byVersion } from "./order.ts";
import { joinRow, type Merged, placeOf, rowKey } from "./row.ts";
import type { FoundFile } from "./source.ts";

interface Source extends Merged {
  readonly paths: readonly string[];
}

const few = (names: readonly string[]) =>
  names.length <= 5 ? names.join(", ") : `${names.slice(0, 5).join(", ")} and ${names.length - 5} more`;

const problem = (
  kind: MatrixProblem["kind"],
  text: string,
  paths: readonly string[],
  { blocks = true, ids = [] }: { readonly blocks?: boolean; readonly ids?: readonly string[] } = {},
): MatrixProblem => ({ kind, text, blocks, paths: [...paths], ids: [...ids] });

function readFiles(files: readonly FoundFile[]): {
  readonly sources: readonly Source[];
  readonly problems: readonly MatrixProblem[];
} {
  const sources = new Map<string, Source>();
  const problems = new Map<string, MatrixProblem>();
  const note = (path: string, given: MatrixProblem) => problems.set(`${path}\0${given.kind}`, given);
  for (const file of files) {
    const { path } = file;
    if ("unreadable" in file) {
      note(path, problem("unreadable", `cannot be read: ${file.unreadable}`, [path]));
      continue;
    }
    const read = readReport(file.text);
    if ("report" in read) {
      const known = sources.get(file.sha256)?.paths ?? [];
      const paths = [...new Set([...known, path])].sort(byText);
      sources.set(file.sha256, { report: read.report, sha256: file.sha256, paths });
    } else if (read.kind === "no-report" && !file.named && !/(?:^|[\\/])report\.json$/.test(path))
      note(path, problem("ignored", `is no report: ${read.why}`, [path], { blocks: false }));
    else {
      const what = { truncated: "is cut off", "no-report": "is no report", "older-schema": "cannot be merged" }[
        read.kind
      ];
      note(path, problem(read.kind, `${what}: ${read.why}`, [path]));
    }
  }
  return {
    sources: [...sources.values()].sort((one, other) => byText(one.sha256, other.sha256)),
    problems: [...problems.values()],
  };
}

function sourceProblems({ report, paths }: Source): readonly MatrixProblem[] {
  const shown = report.error === undefined ? runVerdict(report.assertions) : "error";
  const ids = report.assertions.map(({ id }) => id);
  const twice = [...new Set(ids.filter((id, n) => ids.indexOf(id) !== n))];
  return [
    ...(paths.length > 1
      ? [problem("duplicate", "is there several times, byte for byte, and counts once", paths, { blocks: false })]
      : []),
    ...(shown === report.verdict
      ? []
      : [
          problem(
            "inconsistent",
            `says ${report.verdict}, and its rows make ${shown}, which is what counts here`,
            paths,
          ),
        ]),
    ...(twice.length === 0
      ? []
      : [
          problem("inconsistent", `has more than one result of ${few(twice)}; the worst counts`, paths, { ids: twice }),
        ]),
  ];
}

/** `Traefik Mesh 1.4.8 on kind, Kubernetes v1.34.4`. */
export function rowName(row: Pick<MatrixRow, "title" | "version" | "provider" | "kubernetes">): string {
  const cluster = row.provider === "existing" ? "an existing cluster" : row.provider;
  return `${row.title} ${row.version} on ${cluster}${row.kubernetes === null ? "" : `, Kubernetes ${row.kubernetes}`}`;
}

function rowProblems(row: MatrixRow, pathOf: (sha256: string) => string): readonly MatrixProblem[] {
  const paths = row.reports.map(pathOf);
  const { shards, assertions, unnamed } = row.missing;
  const clashing = row.results.filter(({ reports }) => new Set(reports.map(({ verdict }) => verdict)).size > 1);
  const told = clashing.map(
    ({ id, reports }) =>
      `${id} is ${reports.map(({ verdict, sha256 }) => `${verdict} in ${pathOf(sha256)}`).join(" and ")}`,
  );
  const name = rowName(row);
  return [
    ...(shards.length === 0
      ? []
      : [problem("missing-shard", `${name}: no report of shard ${shards.join(", ")}`, paths)]),
    ...(assertions.length === 0
      ? []
      : [
          problem(
            "missing-rows",
            `${name}: ${assertions.length} that were to run have no result: ${few(assertions)}`,
            paths,
            {
              ids: assertions,
            },
          ),
        ]),
    ...(unnamed === 0 ? [] : [problem("missing-rows", `${name}: ${unnamed} that were to run have no result`, paths)]),
    ...(clashing.length === 0
      ? []
      : [
          problem("conflict", `${name}: the reports disagree, and the worst counts: ${few(told)}`, paths, {
            blocks: false,
            ids: clashing.map(({ id }) => id),
          }),
        ]),
  ];
}

/** A row and what it was compared with, of the baselines that there are; undefined for none. */
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

/** Each row of a baseline is compared with, or named. That nothing of a mesh is left is the worst that can become of it. */
function baselineProblems(baselines: readonly BaselineRow[], joined: readonly Joined[]): readonly MatrixProblem[] {
  const meshes = new Set(joined.map(({ row }) => row.mesh));
  const chosen = new Set(joined.map(({ baseline }) => baseline));
  return baselines.flatMap((one) => {
    if (chosen.has(one)) return [];
    const name = rowName(one);
    const sources = one.files.map(({ source }) => source);
    const told = (text: string) => [problem("baseline", `${name}: ${text}`, sources, { blocks: false })];
    if (!hasPass(one)) return told("nothing passed in this baseline, so nothing could get worse");
    if (meshes.has(one.mesh)) return told("no row is compared with this baseline: each has one that is nearer");
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

const byProblem = (one: MatrixProblem, other: MatrixProblem) =>
  problemKinds.indexOf(one.kind) - problemKinds.indexOf(other.kind) ||
  byText(one.paths.join("\n"), other.paths.join("\n")) ||
  byText(one.text, other.text);

export interface MergeOptions {
  /** How many reports there have to be; undefined for any number. */
  readonly expected?: number | undefined;
  /** What passed there has to pass now, in each row of the same mesh. */
  readonly baselines?: readonly BaselineFile[];
}

export function mergeReports(
  files: readonly FoundFile[],
  { expected, baselines: given = [] }: MergeOptions = {},
): ConformanceMatrix {
  const { sources, problems: unread } = readFiles(files);
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
    ...(sources.length < (expected ?? 1)
      ? [problem("too-few", `${sources.length} of ${expected ?? "at least 1"} reports are there`, [])]
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
    reports: sources.map(({ report, sha256, paths: found }) => ({
      sha256,
      paths: [...found],
      startedAt: report.startedAt,
      verdict: report.verdict,
      shard: report.suite.shard === undefined ? null : shardText(report.suite.shard),
      workflow: report.provenance?.workflow?.url ?? report.runner.workflow,
    })),
  };
}
