/** What publish/action.yml is given: which run's report, and where its status goes. */
import { type CommitStatus, contextProblem } from "../domain/github/commit-status.ts";
import { shaProblem } from "../domain/github/status-sha.ts";
import { ConfigurationError, InputErrors } from "../errors.ts";

export const publishRequestInputs = [
  "run-id",
  "artifact-name",
  "status-sha",
  "status-context",
  "target-url",
  "token",
] as const;
type Name = (typeof publishRequestInputs)[number];

export interface PublishRequest {
  /** Digits. */
  readonly runId: string;
  readonly artifactName: string;
  readonly token: string;
  readonly status: Pick<CommitStatus, "sha" | "context" | "targetUrl">;
}

const isWebAddress = (text: string) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/** @throws InputErrors with every mistake */
export function readPublishRequest(raw: Partial<Record<Name, string>>): PublishRequest {
  const given = (name: Name) => raw[name]?.trim() ?? "";
  const sha = given("status-sha");
  const context = given("status-context");
  const targetUrl = given("target-url");
  const problems: readonly (readonly [Name, string | undefined | false, string])[] = [
    [
      "run-id",
      !/^[1-9]\d*$/.test(given("run-id")) && `"${given("run-id")}" is not the id of a workflow run`,
      "Give github.event.workflow_run.id.",
    ],
    [
      "artifact-name",
      given("artifact-name") === "" && "is empty",
      "Give the artifact-name that the other workflow gives to the action.",
    ],
    ["status-sha", shaProblem(sha), "Give github.event.workflow_run.head_sha."],
    ["status-context", contextProblem(context), "Give a short name on one line, for example smi-conformance/linkerd."],
    [
      "target-url",
      targetUrl !== "" && !isWebAddress(targetUrl) && `"${targetUrl}" is not an address of a page`,
      "Give an address that begins with https://, or leave it out.",
    ],
    ["token", given("token") === "" && "is empty", "Leave it out for the token of the workflow run."],
  ];
  const errors = problems.flatMap(([name, problem, remedy]) =>
    problem ? [new ConfigurationError(name, problem, remedy)] : [],
  );
  if (errors.length > 0) throw new InputErrors(errors);
  return {
    runId: given("run-id"),
    artifactName: given("artifact-name"),
    token: given("token"),
    status: { sha: sha.toLowerCase(), context, targetUrl: targetUrl || undefined },
  };
}
