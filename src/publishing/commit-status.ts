/** The commit status of this run: which commit and context, pending before anything is created, and its final state. */
import {
  type CommitStatus,
  defaultContext,
  pendingDescription,
  type StatusOutcome,
  type StatusState,
} from "../domain/github/commit-status.ts";
import { statusSha } from "../domain/github/status-sha.ts";
import { readOnlyBecause, runUrl, type WorkflowEvent } from "../domain/github/workflow-event.ts";
import type { RunIdentity } from "../domain/matrix/run-identity.ts";
import type { Log, StatusPublisher } from "../ports.ts";

/** What the user asks for. */
export interface StatusOptions {
  readonly commitStatus: boolean;
  /** undefined for the default, which is made of the run's identity. */
  readonly statusContext: string | undefined;
  /** 40 hexadecimal digits; undefined for the commit of the event. */
  readonly statusSha: string | undefined;
  /** undefined for the page of the workflow run. */
  readonly targetUrl: string | undefined;
}

/** What a run is about, known before it begins. */
export interface RunSubject {
  readonly identity: RunIdentity;
  /** Of the mesh, for people. */
  readonly title: string;
}

/** What is known of the status before the run. */
export type StatusPlan = Pick<CommitStatus, "sha" | "context"> & {
  readonly targetUrl: string;
  /** Of the mesh, for people. */
  readonly title: string;
  readonly version: string;
};

/** Undefined where no status is to be set: because none is asked for, or because its commit is not known. */
export function planStatus(
  options: StatusOptions,
  { identity, title }: RunSubject,
  event: WorkflowEvent,
  log: Pick<Log, "info" | "warn">,
): StatusPlan | undefined {
  if (!options.commitStatus) return undefined;
  const context = options.statusContext ?? defaultContext(identity);
  const found = statusSha(event, options.statusSha);
  if ("problem" in found) {
    log.warn(`no commit status is set: ${found.problem}. ${found.remedy}`);
    return undefined;
  }
  log.info(`commit status "${context}" on ${found.sha} (${found.why})`);
  const targetUrl = options.targetUrl ?? runUrl(event);
  return { sha: found.sha, context, targetUrl, title, version: identity.version };
}

export interface StatusRun {
  /** Sets it to pending. Never rejects. */
  begin(signal: AbortSignal): Promise<void>;
  /** Sets the final state, and warns where it could not be set. */
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

  function note(outcome: StatusOutcome): void {
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
    note(await publisher.publish({ sha, context, targetUrl, state, description }, signal));
  return {
    begin: (signal) => publish("pending", pendingDescription(plan.title, plan.version), signal),
    async end(state, description) {
      // A token that could not write a moment ago is not tried again.
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
