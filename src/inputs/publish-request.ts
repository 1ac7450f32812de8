/** What publish/action.yml is given: which run's report, and which commit and context its status is for. */
import type { CommitStatus } from "../domain/github/commit-status.ts";
import { isRunId } from "../domain/github/run-id.ts";
import { InputErrors } from "../errors.ts";
import type { RawOf } from "./definitions/definition.ts";
import { type PublishInputName, publishActionInputs } from "./definitions/publish-action.ts";
import { readArtifactName, readContext, readSha, readTargetUrl } from "./publish.ts";
import { createInputReader } from "./reader.ts";

export interface PublishRequest {
  /** Digits. */
  readonly runId: string;
  readonly artifactName: string;
  readonly token: string;
  readonly status: Pick<CommitStatus, "sha" | "context" | "targetUrl">;
}

const remedies = {
  "run-id": "Give github.event.workflow_run.id.",
  "artifact-name": "Give the artifact-name that the other workflow gives to the action.",
  "status-sha": "Give github.event.workflow_run.head_sha.",
  "status-context": "Give a short name on one line, for example smi-conformance/linkerd.",
  token: "Leave it out for the token of the workflow run.",
} as const;

/** @throws InputErrors with every mistake */
export function readPublishRequest(raw: RawOf<PublishInputName>): PublishRequest {
  const read = createInputReader(raw, publishActionInputs);
  const required = <Name extends keyof typeof remedies>(name: Name): string => {
    const value = read.optional(name);
    if (value === undefined) read.note(name, "it is required and empty", remedies[name]);
    return value ?? "";
  };
  const runId = required("run-id");
  if (runId !== "" && !isRunId(runId))
    read.note("run-id", `"${runId}" is not the id of a workflow run`, remedies["run-id"]);
  const request: PublishRequest = {
    runId,
    artifactName: required("artifact-name") && (readArtifactName(read) ?? ""),
    token: required("token"),
    status: {
      sha: required("status-sha") && (readSha(read) ?? ""),
      context: required("status-context") && (readContext(read) ?? ""),
      targetUrl: readTargetUrl(read),
    },
  };
  if (read.errors.length > 0) throw new InputErrors(read.errors);
  return request;
}
