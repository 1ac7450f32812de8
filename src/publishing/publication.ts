/** What a run publishes at GitHub: a commit status from pending to its final state, and the files of the report as an artifact. */

import type { GatedReport } from "../domain/gate/gate.ts";
import { gateState } from "../domain/gate/gate-outcome.ts";
import { type UploadOutcome, type UploadRequest, whyNoArtifact } from "../domain/github/artifact.ts";
import { defaultArtifactName } from "../domain/github/artifact-name.ts";
import { reportDescription } from "../domain/github/commit-status.ts";
import { runUrl, type WorkflowEvent } from "../domain/github/workflow-event.ts";
import type { ArtifactStore, Log, OwnReportFolder, RunState, StatusPublisher } from "../ports.ts";
import { planStatus, type RunSubject, runStatus, type StatusOptions } from "./commit-status.ts";

/** What the user asks for. */
export interface PublicationOptions extends StatusOptions {
  readonly upload: boolean;
  /** undefined for the default, which is made of the run's identity. */
  readonly artifactName: string | undefined;
  /** 1 to 90; undefined for the repository's own setting. */
  readonly retentionDays: number | undefined;
  readonly failOnUploadError: boolean;
}

/** The workflow that the run is a step of. */
export interface PublishingWorkflow {
  readonly event: WorkflowEvent;
  readonly publisher: StatusPublisher;
  readonly artifacts: ArtifactStore;
  readonly state: RunState;
}

/** The outcome, for the outputs and the summary. */
export interface Published {
  readonly outputs: Readonly<Record<"artifact-id" | "artifact-url" | "artifact-digest" | "status-url", string>>;
  /** What was not published, and why, for people. */
  readonly missing: readonly string[];
  /** The artifact is missing, and fail-on-upload-error asks for more than a warning. */
  readonly fails: boolean;
}

export interface Publication {
  /** Sets the status to pending, while the run goes on. Never rejects. */
  begin(signal: AbortSignal): void;
  /** Uploads the folder and sets the status to its final state. */
  end(report: GatedReport, signal: AbortSignal): Promise<Published>;
}

type ArtifactFolder = Pick<OwnReportFolder, "path" | "run" | "files">;

type Uploaded = Extract<UploadOutcome, { id: number }>;

/**
 * @param folder what this run writes to
 * @param workflow undefined outside of one: then nothing is published
 */
export function preparePublication(
  options: PublicationOptions,
  subject: RunSubject,
  folder: ArtifactFolder,
  workflow: PublishingWorkflow | undefined,
  log: Pick<Log, "info" | "warn">,
): Publication {
  const status = workflow && prepareStatus(options, subject, workflow, log);
  const artifact = workflow && options.upload ? prepareArtifact(options, subject, folder, workflow) : undefined;
  let begun: Promise<void> = Promise.resolve();

  /** undefined: there is no artifact, and why is among the missing. */
  async function upload(signal: AbortSignal, missing: string[]): Promise<Uploaded | undefined> {
    if (workflow === undefined || artifact === undefined) return undefined;
    const outcome = await workflow.artifacts.upload({ ...artifact, files: folder.files() }, signal);
    // Cancelled in the middle: post tries again.
    if (!signal.aborted) workflow.state.saveArtifact(undefined);
    if ("id" in outcome) {
      log.info(`uploaded ${artifact.name}: ${outcome.url}`);
      return outcome;
    }
    const why = whyNoArtifact(outcome);
    missing.push(`No artifact: ${why}`);
    log.warn(`no artifact: ${why}`);
    return undefined;
  }

  return {
    begin(signal) {
      if (status !== undefined) begun = status.begin(signal);
    },
    async end(report, signal) {
      const missing: string[] = [];
      const uploaded = await upload(signal, missing);
      if (status !== undefined) {
        await begun;
        await status.end(gateState(report.gate), reportDescription(report));
        workflow?.state.saveStatus(undefined);
        if (status.missing !== undefined) missing.push(`No commit status: ${status.missing}`);
      }
      return {
        outputs: {
          "artifact-id": uploaded === undefined ? "" : String(uploaded.id),
          "artifact-url": uploaded?.url ?? "",
          "artifact-digest": uploaded?.digest ?? "",
          "status-url": status?.url ?? "",
        },
        missing,
        fails: options.failOnUploadError && artifact !== undefined && uploaded === undefined,
      };
    },
  };
}

/** Its record is for post, where main is killed before the status has its final state. */
function prepareStatus(
  options: StatusOptions,
  subject: RunSubject,
  { event, publisher, state }: PublishingWorkflow,
  log: Pick<Log, "info" | "warn">,
) {
  const plan = planStatus(options, subject, event, log);
  if (plan === undefined) return undefined;
  state.saveStatus(plan);
  return runStatus(plan, publisher, event, log);
}

function prepareArtifact(
  { artifactName, retentionDays }: PublicationOptions,
  { identity }: RunSubject,
  { path, run }: ArtifactFolder,
  { event, state }: PublishingWorkflow,
): Omit<UploadRequest, "files"> {
  const { job, attempt } = event;
  const name = artifactName ?? defaultArtifactName({ ...identity, job, attempt });
  state.saveArtifact({ name, run, retentionDays: retentionDays ?? null });
  return { name, folder: path, retentionDays, runUrl: runUrl(event) };
}
