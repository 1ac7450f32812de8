/** Sets the status of a run that could not set it itself, from the report that it left. */
import { type CommitStatus, whyNoStatus } from "../domain/github/commit-status.ts";
import { type ForeignReport, publishedStatus } from "../domain/github/published-status.ts";
import { runUrl, type WorkflowEvent } from "../domain/github/workflow-event.ts";
import { InfrastructureError } from "../errors.ts";
import type { Log, StatusPublisher, StepReport } from "../ports.ts";
import { code, text } from "../render/text/gfm.ts";
import { type ForeignReportDeps, type ForeignRun, readForeignReport } from "./foreign-report.ts";

export interface StatusRequest extends ForeignRun {
  readonly status: Pick<CommitStatus, "sha" | "context" | "targetUrl">;
}

export interface ForeignStatusDeps extends ForeignReportDeps {
  readonly publisher: StatusPublisher;
  readonly step: StepReport;
  readonly log: Pick<Log, "info">;
}

/** @returns exit code: 0 where the status was set from what the run left, 3 where that could not be fetched or set. */
export async function publishForeignStatus(
  request: StatusRequest,
  event: WorkflowEvent,
  deps: ForeignStatusDeps,
): Promise<number> {
  const { publisher, step, log } = deps;
  const { status, runId } = request;
  let exitCode = 0;
  const foreign = await readForeignReport(request, event, deps).catch((error: unknown): ForeignReport => {
    if (!(error instanceof InfrastructureError)) throw error;
    exitCode = 3;
    step.fail(`${error.message}. ${error.advice}`);
    // A required status that nobody sets holds up the pull request without a word.
    return { missing: "its report could not be fetched" };
  });
  const { state, description } = publishedStatus(foreign);
  const targetUrl = status.targetUrl ?? runUrl({ ...event, runId, attempt: 1 });
  const outcome = await publisher.publish({ ...status, targetUrl, state, description });
  if (!("set" in outcome)) {
    step.fail(whyNoStatus(outcome));
    return 3;
  }
  log.info(`commit status "${status.context}" on ${status.sha}: ${state}, ${description}`);
  step.writeOutputs({ state, "status-url": outcome.set });
  await step.writeSummary(
    `## Commit status set: ${state}\n\n${code(status.context)} on ${code(status.sha)}, for run ${text(runId)}.\n`,
  );
  return exitCode;
}
