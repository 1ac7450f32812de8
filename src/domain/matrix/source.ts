/** The files that a matrix is merged from: which of them are reports, and what is wrong with the others. */
import { few } from "../report/name-list.ts";
import { readReport } from "../report/read-report.ts";
import type { ConformanceReport } from "../report/report.ts";
import { runVerdict } from "../report/verdict.ts";
import type { MatrixProblem } from "./matrix.ts";
import { byText } from "./order.ts";
import { problem } from "./problem.ts";

/** One file as it was found. */
export type FoundFile = {
  readonly path: string;
  /** false: it was found in a folder, where files of other kinds are no mistake. */
  readonly named: boolean;
} & ({ readonly text: string; readonly sha256: string } | { readonly unreadable: string });

/** A report, and where it was found. */
export interface Source {
  readonly report: ConformanceReport;
  /** Of its bytes, which stands for it. */
  readonly sha256: string;
  /** Several for copies of it; sorted. */
  readonly paths: readonly string[];
}

const faults = {
  truncated: "is truncated",
  "no-report": "is not a report",
  "older-schema": "cannot be merged",
} as const;

/** What a file is, where it is no report that can be merged. */
function faultOf({ path, named }: FoundFile, kind: keyof typeof faults, why: string): MatrixProblem {
  if (kind === "no-report" && !named && !/(?:^|[\\/])report\.json$/.test(path))
    return problem("ignored", `is not a report: ${why}`, [path], { blocks: false });
  return problem(kind, `${faults[kind]}: ${why}`, [path]);
}

/** @returns each report once, sorted by digest, and one problem of a kind for each path */
export function readSources(files: readonly FoundFile[]): {
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
    } else note(path, faultOf(file, read.kind, read.why));
  }
  return {
    sources: [...sources.values()].sort((one, other) => byText(one.sha256, other.sha256)),
    problems: [...problems.values()],
  };
}

/** What is wrong with a report that is merged all the same. */
export function sourceProblems({ report, paths }: Source): readonly MatrixProblem[] {
  const shown = report.error === undefined ? runVerdict(report.assertions) : "error";
  const ids = report.assertions.map(({ id }) => id);
  const twice = [...Map.groupBy(ids, (id) => id)].flatMap(([id, same]) => (same.length > 1 ? [id] : []));
  const inconsistent = (text: string, about: readonly string[] = []) =>
    problem("inconsistent", text, paths, { ids: about });
  return [
    ...(paths.length > 1
      ? [problem("duplicate", "is present several times, byte for byte, and counts once", paths, { blocks: false })]
      : []),
    ...(shown === report.verdict
      ? []
      : [inconsistent(`says ${report.verdict}, but its results make ${shown}, which is what counts here`)]),
    ...(twice.length === 0 ? [] : [inconsistent(`has more than one result of ${few(twice)}; the worst counts`, twice)]),
  ];
}
