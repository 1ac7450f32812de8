/** What a run tells GitHub: a commit status from pending to its end, and the report folder as an artifact. */

import { createStatusPublisher } from "../adapters/github/status.ts";
import { gateState } from "../domain/gate/gate.ts";
import { type UploadOutcome, whyNoArtifact } from "../domain/github/artifact.ts";
import { defaultArtifactName } from "../domain/github/artifact-name.ts";
import { reportDescription } from "../domain/github/commit-status.ts";
import { runUrl, type WorkflowEvent } from "../domain/github/workflow-event.ts";
import type { Inputs } from "../inputs/inputs.ts";
import { runIdentityOf } from "../inputs/run-identity.ts";
import type { ArtifactStore, Clock, Log, RunState } from "../ports.ts";
import type { GatedReport } from "../setup/gating.ts";
import { planStatus, runStatus, type StatusRun } from "./commit-status.ts";

export interface PublicationDeps {
  readonly event: WorkflowEvent | undefined;
  readonly mesh: { readonly name: string; readonly title: string };
  /** Absolute path of the report folder. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Where post finds what this run could not end. */
  readonly state: RunState;
  readonly artifacts: ArtifactStore;
}

/** What came of it, for the outputs and the summary. */
export interface Published {
  readonly outputs: Readonly<Record<"artifact-id" | "artifact-url" | "artifact-digest" | "status-url", string>>;
  /** What was not published, and why, for people. */
  readonly missing: readonly string[];
  /** The artifact is missing, and fail-on-upload-error asks for more than a warning. */
  readonly fails: boolean;
}

export interface Publication {
  /** Sets the status to pending; goes on beside the run. Never rejects. */
  begin(signal: AbortSignal): void;
  /** Uploads the folder and ends the status. */
  end(report: GatedReport, signal: AbortSignal): Promise<Published>;
}

type Uploaded = Extract<UploadOutcome, { id: number }>;

export function preparePublication(inputs: Inputs, deps: PublicationDeps): Publication {
  const { event, log, clock, state, artifacts } = deps;
  const { publish } = inputs;
  const named = publish.artifactName;
  const plan = planStatus(inputs, deps.mesh, event, log);
  const status = openStatus();
  const artifact = event && publish.upload ? planArtifact(event) : undefined;
  let begun: Promise<void> = Promise.resolve();

  function openStatus(): StatusRun | undefined {
    if (plan === undefined || event === undefined) return undefined;
    const { repository, apiUrl } = event;
    const publisher = createStatusPublisher({ token: publish.token ?? "", repository, apiUrl, clock, log });
    state.saveStatus({ ...plan, repository, apiUrl, targetUrl: plan.targetUrl ?? runUrl(event) });
    return runStatus(plan, publisher, event, log);
  }

  function planArtifact(running: WorkflowEvent) {
    const request = {
      name:
        named ??
        defaultArtifactName({ ...runIdentityOf(inputs, deps.mesh.name), job: running.job, attempt: running.attempt }),
      folder: deps.folder,
      retentionDays: publish.retentionDays,
      runUrl: runUrl(running),
    };
    state.saveArtifact({ ...request, retentionDays: publish.retentionDays ?? null });
    return request;
  }

  return {
    begin(signal) {
      if (status !== undefined) begun = status.begin(signal);
    },
    async end(report, signal) {
      const missing: string[] = [];
      let uploaded: Uploaded | undefined;
      if (artifact !== undefined) {
        const outcome = await artifacts.upload(artifact, signal);
        if ("id" in outcome) {
          uploaded = outcome;
          log.info(`uploaded ${artifact.name}: ${outcome.url}`);
        } else {
          const why = whyNoArtifact(outcome);
          missing.push(`No artifact: ${why}`);
          log.warn(`no artifact: ${why}`);
        }
        // Cancelled in the middle: post tries again.
        if (!signal.aborted) state.saveArtifact(undefined);
      }
      if (status !== undefined) {
        await begun;
        await status.end(gateState(report.gate), reportDescription(report));
        state.saveStatus(undefined);
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
        fails: publish.failOnUploadError && artifact !== undefined && uploaded === undefined,
      };
    },
  };
}
