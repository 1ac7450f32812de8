/** The commit status of this run: which commit and context, pending before anything is made, and its end. */
import {
  type CommitStatus,
  defaultContext,
  pendingDescription,
  type StatusOutcome,
  type StatusPublisher,
  type StatusState,
} from "../domain/github/commit-status.ts";
import { statusSha } from "../domain/github/status-sha.ts";
import { readOnlyBecause, runUrl, type WorkflowEvent } from "../domain/github/workflow-event.ts";
import type { Inputs } from "../inputs/inputs.ts";
import { type IdentityInputs, runIdentityOf } from "../inputs/run-identity.ts";
import type { Log } from "../ports.ts";

/** What is known of the status before the run. */
export type StatusPlan = Pick<CommitStatus, "sha" | "context" | "targetUrl"> & {
  /** Of the mesh, for people. */
  readonly title: string;
  readonly version: string;
};

/** Undefined where no status is to be set: outside of a workflow, as commit-status says, or for want of a commit. */
export function planStatus(
  inputs: Pick<Inputs, "publish"> & IdentityInputs,
  mesh: { readonly name: string; readonly title: string },
  event: WorkflowEvent | undefined,
  log: Pick<Log, "info" | "warn">,
): StatusPlan | undefined {
  const { publish } = inputs;
  if (event === undefined || !publish.commitStatus) return undefined;
  const context = publish.statusContext ?? defaultContext(runIdentityOf(inputs, mesh.name));
  const found = statusSha(event, publish.statusSha);
  if ("problem" in found) {
    log.warn(`no commit status is set: ${found.problem}. ${found.remedy}`);
    return undefined;
  }
  log.info(`commit status "${context}" on ${found.sha} (${found.why})`);
  return {
    sha: found.sha,
    context,
    targetUrl: publish.targetUrl ?? runUrl(event),
    title: mesh.title,
    version: inputs.meshVersion,
  };
}

export interface StatusRun {
  /** Sets it to pending. Never rejects. */
  begin(signal: AbortSignal): Promise<void>;
  /** Sets what came of the run; says so in words where it could not be set. */
  end(state: StatusState, description: string): Promise<void>;
  /** Address of the status at the API, once one was set. */
  readonly url: string | undefined;
  /** Why there is none, for the summary. */
  readonly missing: string | undefined;
}

/** A status that cannot be set is a warning and never changes the verdict. */
export function runStatus(
  plan: StatusPlan,
  publisher: StatusPublisher,
  event: Pick<WorkflowEvent, "name" | "payload" | "repository" | "actor">,
  log: Pick<Log, "info" | "warn">,
): StatusRun {
  let url: string | undefined;
  let missing: string | undefined;
  let readOnly = false;

  function take(outcome: StatusOutcome): void {
    if ("set" in outcome) {
      url = outcome.set;
      missing = undefined;
      return;
    }
    const why = "readOnly" in outcome ? (readOnlyBecause(event) ?? outcome.readOnly) : outcome.failed;
    readOnly ||= "readOnly" in outcome;
    missing = `${why}. ${outcome.next}`;
    log.warn(`no commit status: ${missing}`);
  }

  const { sha, context, targetUrl } = plan;
  const publish = async (state: StatusState, description: string, signal?: AbortSignal) =>
    take(await publisher.publish({ sha, context, targetUrl, state, description }, signal));
  return {
    begin: (signal) => publish("pending", pendingDescription(plan.title, plan.version), signal),
    async end(state, description) {
      // A token that could not write a moment ago is not asked again.
      if (!readOnly) await publish(state, description);
    },
    get url() {
      return url;
    },
    get missing() {
      return missing;
    },
  };
}
