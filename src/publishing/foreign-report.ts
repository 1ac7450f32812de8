/** The report that another run left in its artifact. What can't be read is no report: nothing of it is run, and none of it is trusted. */
import { join } from "node:path";
import { newestArtifacts } from "../domain/github/newest-artifacts.ts";
import { disagreements, type ForeignReport } from "../domain/github/published-status.ts";
import { payloadAt, type WorkflowEvent } from "../domain/github/workflow-event.ts";
import type { FoundFile } from "../domain/matrix/source.ts";
import { readReport } from "../domain/report/read-report.ts";
import type { ArtifactStore, WithTempFolder } from "../ports.ts";

export interface ForeignRun {
  readonly token: string;
  /** Digits. */
  readonly runId: string;
  readonly artifactName: string;
}

export interface ForeignReportDeps {
  readonly artifacts: ArtifactStore;
  readonly withTempFolder: WithTempFolder;
  readonly readFile: (path: string) => Promise<FoundFile>;
}

/** @throws InfrastructureError("download" | "digest-mismatch") */
export async function readForeignReport(
  { token, runId, artifactName }: ForeignRun,
  event: WorkflowEvent,
  { artifacts, withTempFolder, readFile }: ForeignReportDeps,
): Promise<ForeignReport> {
  const run = { token, runId, repository: event.repository };
  const [artifact] = newestArtifacts(await artifacts.list(run), (name) => name === artifactName);
  if (artifact === undefined) {
    const conclusion = payloadAt(event, "workflow_run.conclusion");
    const ended = typeof conclusion === "string" ? `the run ended as ${conclusion}` : "the run ended";
    return { missing: `${ended} and left no artifact ${artifactName}` };
  }
  return withTempFolder(async (folder): Promise<ForeignReport> => {
    await artifacts.download(artifact, folder, run);
    const found = await readFile(join(folder, "report.json"));
    if ("text" in found) return parse(found.text);
    return found.unreadable === "ENOENT"
      ? { missing: `the artifact ${artifactName} holds no report.json` }
      : { missing: `its report.json can't be read: ${found.unreadable}` };
  });
}

function parse(text: string): ForeignReport {
  const read = readReport(text);
  if (!("report" in read)) return { missing: `its report.json is not a report that can be read: ${read.why}` };
  return { report: read.report, mismatches: disagreements(read.report) };
}
