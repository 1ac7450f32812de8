/** GitHub as publishing sees it: ports that keep what they are given, and answer as a test says. */
import type { UploadOutcome, UploadRequest } from "../../src/domain/github/artifact.ts";
import type { CommitStatus, StatusOutcome } from "../../src/domain/github/commit-status.ts";
import type { UnfinishedArtifact, UnfinishedStatus } from "../../src/domain/github/unfinished.ts";
import type { WorkflowEvent } from "../../src/domain/github/workflow-event.ts";
import type { PublicationOptions } from "../../src/publishing/publication.ts";

export const options: PublicationOptions = {
  ...{ commitStatus: true, statusContext: undefined, statusSha: undefined, targetUrl: undefined },
  ...{ upload: true, artifactName: undefined, retentionDays: 7, failOnUploadError: false },
};

export const event: WorkflowEvent = {
  ...{ name: "push", payload: { after: "a".repeat(40) }, sha: "b".repeat(40), ref: "refs/heads/main" },
  ...{ repository: "octo/mesh", runId: "17", attempt: 2, job: "conformance", actor: "octocat" },
  ...{ serverUrl: "https://github.com", apiUrl: "https://api.github.com" },
};
export const RUN_URL = "https://github.com/octo/mesh/actions/runs/17/attempts/2";

export interface World {
  /** In the order in which they were published. */
  readonly statuses: CommitStatus[];
  readonly uploads: UploadRequest[];
  /** What post would find, the last save of each. */
  readonly left: { status: UnfinishedStatus | undefined; artifact: UnfinishedArtifact | undefined };
}

/** @param answers how GitHub answers; a status is set and an upload succeeds where nothing else is said */
export function createWorld(
  answers: {
    readonly status?: (status: CommitStatus) => Promise<StatusOutcome> | StatusOutcome;
    readonly upload?: (request: UploadRequest) => Promise<UploadOutcome> | UploadOutcome;
  } = {},
) {
  const world: World = { statuses: [], uploads: [], left: { status: undefined, artifact: undefined } };
  const set = (): StatusOutcome => ({ set: `https://api.github.com/statuses/${world.statuses.length}` });
  const stored = ({ name }: UploadRequest): UploadOutcome => ({
    ...{ id: 42, name, digest: "d".repeat(64), url: "https://github.com/octo/mesh/artifacts/42", bytes: 9 },
  });
  const never = async () => Promise.reject(new Error("publishing reads no artifact"));
  return {
    ...world,
    workflow: {
      event,
      publisher: {
        async publish(status: CommitStatus) {
          world.statuses.push(status);
          return (answers.status ?? set)(status);
        },
      },
      artifacts: {
        async upload(request: UploadRequest) {
          world.uploads.push(request);
          return (answers.upload ?? stored)(request);
        },
        list: never,
        download: never,
      },
      state: {
        saveCluster() {},
        saveStatus: (status: UnfinishedStatus | undefined) => void Object.assign(world.left, { status }),
        saveArtifact: (artifact: UnfinishedArtifact | undefined) => void Object.assign(world.left, { artifact }),
        read: () => ({ cluster: undefined, unreadable: [], ...world.left }),
      },
    },
  };
}
