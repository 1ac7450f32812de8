/** The earlier report that a run is compared with, read and checked before anything is created. */
import { createHash } from "node:crypto";
import { readStored } from "../adapters/files/stored-file.ts";
import { type Baseline, readBaseline } from "../domain/report/baseline.ts";
import { ConfigurationError } from "../errors.ts";

/** An earlier report as it was stored, and where it is from. */
export interface StoredReport {
  readonly text: string;
  readonly source: string;
}

/**
 * Gets the report of an earlier workflow run.
 * @param mesh name of the profile of the mesh that is tested, which the artifact of its job is named after
 */
export type FetchRun = (runId: string, mesh: string) => Promise<StoredReport>;

function baselineFrom(input: "baseline" | "baseline-run", { text, source }: StoredReport): Baseline {
  const read = readBaseline(text);
  if ("problem" in read)
    throw new ConfigurationError(input, `"${source}" ${read.problem}`, "Give a report.json that this action wrote.");
  return { report: read.report, sha256: createHash("sha256").update(text).digest("hex"), source };
}

/**
 * @param mesh name of the profile of the mesh under test; undefined where that is not known
 * @throws ConfigurationError for what is not a report, and for one of another mesh, which would block only at the end of the run
 */
function readBaselineOf(input: "baseline" | "baseline-run", stored: StoredReport, mesh: string | undefined): Baseline {
  const baseline = baselineFrom(input, stored);
  const { name, title } = baseline.report.mesh;
  if (mesh !== undefined && name !== mesh)
    throw new ConfigurationError(
      input,
      `"${baseline.source}" is a report of ${title}, and this run tests ${mesh}`,
      "Give a report of the same mesh.",
    );
  return baseline;
}

/** The report at a path. @throws ConfigurationError */
export async function baselineAt(path: string, mesh: string | undefined): Promise<Baseline> {
  const { path: source, text } = await readStored("baseline", path);
  return readBaselineOf("baseline", { text, source }, mesh);
}

/** The report of an earlier workflow run. @throws ConfigurationError, and what `fetchRun` throws */
export async function baselineOfRun(runId: string, mesh: string, fetchRun: FetchRun): Promise<Baseline> {
  return readBaselineOf("baseline-run", await fetchRun(runId, mesh), mesh);
}
