/** What matrix/action.yml does: reads the reports of this run's matrix jobs, merges them, and decides for all of them together. */
import { join } from "node:path";
import type { StoredArtifact } from "../domain/github/artifact.ts";
import { newestArtifacts } from "../domain/github/newest-artifacts.ts";
import type { MatrixRequest } from "../inputs/matrix-request.ts";
import type { Log } from "../ports.ts";

export interface MergeDeps {
  /** Artifacts of this very run. */
  readonly list: () => Promise<readonly StoredArtifact[]>;
  /** Unpacks one; whether there is a report in it. */
  readonly download: (artifact: StoredArtifact, folder: string) => Promise<boolean>;
  /** Writes the matrix of these files and folders to `out`; 0 if every row passes and nothing is missing, else 1 or 3. */
  readonly merge: (paths: readonly string[], out: string, expect: number) => Promise<0 | 1 | 3>;
  readonly log: Pick<Log, "info">;
}

export interface MatrixOutcome {
  readonly gate: "pass" | "block";
  /** Of the step: 0 where the gate passes or is not enforced. */
  readonly exitCode: 0 | 1 | 3;
  /** What the table can't show. */
  readonly problems: readonly string[];
}

/** @param folder where artifacts are unpacked */
export async function mergeArtifacts(request: MatrixRequest, folder: string, deps: MergeDeps): Promise<MatrixOutcome> {
  const { prefix, reports, expect, gate, out } = request;
  const found = prefix === undefined ? [] : newestArtifacts(await deps.list(), (name) => name.startsWith(prefix));
  const problems: string[] = [];
  const paths: string[] = [];
  for (const artifact of found) {
    const to = join(folder, artifact.name);
    // Its job died before it wrote one. The others are merged all the same, and the number expected reveals it.
    if (!(await deps.download(artifact, to))) problems.push(`artifact ${artifact.name} contains no report.json`);
    else {
      deps.log.info(`read artifact ${artifact.name}`);
      paths.push(to);
    }
  }
  paths.push(...reports);
  if (paths.length === 0)
    problems.push(`there is no report${prefix === undefined ? "" : ` in an artifact ${prefix}*`}`);
  const code = paths.length === 0 ? 3 : await deps.merge(paths, out, expect);
  return { gate: code === 0 ? "pass" : "block", exitCode: gate ? code : 0, problems };
}
