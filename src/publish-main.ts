/** The step of publish/action.yml: sets the status of a run that could not set it, from the report in that run's artifact. */
import { join } from "node:path";
import { systemClock } from "./adapters/clock.ts";
import { withTempFolder } from "./adapters/files/folders.ts";
import { readReportFile } from "./adapters/files/report-files.ts";
import { actionsLog, fail, readInputs, writeOutputs, writeSummary } from "./adapters/github/actions.ts";
import { createArtifactStore } from "./adapters/github/artifact-store.ts";
import { readEvent } from "./adapters/github/event.ts";
import { createStatusPublisher } from "./adapters/github/status.ts";
import { whyNoStatus } from "./domain/github/commit-status.ts";
import { newestArtifacts } from "./domain/github/newest-artifacts.ts";
import { disagreements, type ForeignReport, publishedStatus } from "./domain/github/published-status.ts";
import { payloadAt, runUrl, type WorkflowEvent } from "./domain/github/workflow-event.ts";
import { readReport } from "./domain/report/read-report.ts";
import { ConfigurationError, InfrastructureError } from "./errors.ts";
import { type PublishRequest, publishRequestInputs, readPublishRequest } from "./inputs/publish-request.ts";
import { runStep } from "./publishing/step-failure.ts";

/** What the other run left. A report that can't be read is no report: nothing of it is run, and none of it is trusted. */
async function readForeign(request: PublishRequest, event: WorkflowEvent): Promise<ForeignReport> {
  const { token, runId, artifactName } = request;
  const run = { token, runId, repository: event.repository };
  const store = createArtifactStore({ clock: systemClock, withTempFolder });
  const [artifact] = newestArtifacts(await store.list(run), (name) => name === artifactName);
  if (artifact === undefined) {
    const conclusion = payloadAt(event, "workflow_run.conclusion");
    const ended = typeof conclusion === "string" ? `the run ended as ${conclusion}` : "the run ended";
    return { missing: `${ended} and left no artifact ${artifactName}` };
  }
  return withTempFolder(async (folder): Promise<ForeignReport> => {
    await store.download(artifact, folder, run);
    const found = await readReportFile(join(folder, "report.json"), true);
    if ("text" in found) return foreignReport(found.text);
    return found.unreadable === "ENOENT"
      ? { missing: `the artifact ${artifactName} holds no report.json` }
      : { missing: `its report.json can't be read: ${found.unreadable}` };
  });
}

function foreignReport(text: string): ForeignReport {
  const read = readReport(text);
  if (!("report" in read)) return { missing: `its report.json is not a report that can be read: ${read.why}` };
  return { report: read.report, mismatches: disagreements(read.report) };
}

async function run(): Promise<number> {
  const raw = readInputs(publishRequestInputs);
  if (raw.token) actionsLog.mask(raw.token);
  const request = readPublishRequest(raw);
  const event = await readEvent(process.env);
  if (event === undefined)
    throw new ConfigurationError("GITHUB_ACTIONS", "is not set", "This is a step of a workflow, and no program.");
  const { status, token, runId } = request;
  let code = 0;
  const foreign = await readForeign(request, event).catch((error: unknown): ForeignReport => {
    if (!(error instanceof InfrastructureError)) throw error;
    code = 3;
    fail(`${error.message}. ${error.advice}`);
    // A required status that nobody sets holds up the pull request without a word.
    return { missing: "its report could not be fetched" };
  });
  const { state, description } = publishedStatus(foreign);
  const publisher = createStatusPublisher({
    ...{ token, repository: event.repository, apiUrl: event.apiUrl, clock: systemClock, log: actionsLog },
  });
  const targetUrl = status.targetUrl ?? runUrl({ ...event, runId, attempt: 1 });
  const outcome = await publisher.publish({ ...status, targetUrl, state, description });
  if (!("set" in outcome)) {
    fail(whyNoStatus(outcome));
    return 3;
  }
  actionsLog.info(`commit status "${status.context}" on ${status.sha}: ${state}, ${description}`);
  writeOutputs({ state, "status-url": outcome.set });
  await writeSummary(
    `## Commit status set: ${state}\n\n\`${status.context}\` on \`${status.sha}\`, for run ${runId}.\n`,
  );
  return code;
}

runStep(run, fail);
