/** What is told to GitHub. */
import { artifactNameProblem } from "../domain/github/artifact-name.ts";
import { contextProblem } from "../domain/github/commit-status.ts";
import { shaProblem } from "../domain/github/status-sha.ts";
import type { InputName } from "./definitions/index.ts";
import { publishInputs } from "./definitions/publish.ts";
import type { InputReader } from "./reader.ts";

export interface PublishInputs {
  /** A secret: never shown, never in a report. */
  readonly token: string | undefined;
  readonly commitStatus: boolean;
  readonly statusContext: string | undefined;
  /** 40 hexadecimal digits, lower case; undefined for the commit of the event. */
  readonly statusSha: string | undefined;
  /** http or https; undefined for the workflow run. */
  readonly targetUrl: string | undefined;
  readonly upload: boolean;
  readonly artifactName: string | undefined;
  /** 1 to 90; undefined for the repository's own setting. */
  readonly retentionDays: number | undefined;
  readonly failOnUploadError: boolean;
}

/**
 * Inputs that only make sense in the workflow that they were given in: no part of a command for a shell. What is secret
 * is among them.
 */
export const workflowOnly: ReadonlySet<InputName> = new Set([
  ...publishInputs.map(({ name }) => name),
  "baseline-run",
  "baseline-artifact",
]);

const isWebAddress = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === "https:" || protocol === "http:") && username === "" && password === "";
};

/** A problem that begins with the value, whether or not it did so by itself. */
const quoted = (value: string | undefined, problem: string): string =>
  problem.startsWith('"') ? problem : `${JSON.stringify(value)} ${problem}`;

export function readPublishInputs(read: InputReader): PublishInputs {
  const token = read.optional("token");
  // Its value is in no message: this one is about a secret.
  if (token !== undefined && /\s/.test(token))
    read.note(
      "token",
      "it holds white space, which no token does",
      `Give the token alone, for example \${{ github.token }} in a workflow.`,
    );
  const context = read.optional("status-context");
  const wrongContext = context === undefined ? undefined : contextProblem(context);
  if (wrongContext !== undefined)
    read.note(
      "status-context",
      quoted(context, wrongContext),
      "Give a short name on one line, for example smi-conformance/nightly.",
    );
  const sha = read.optional("status-sha")?.toLowerCase();
  const wrongSha = sha === undefined ? undefined : shaProblem(sha);
  if (wrongSha !== undefined)
    read.note(
      "status-sha",
      wrongSha,
      `Give all 40 hexadecimal digits, for example \${{ github.event.workflow_run.head_sha }}.`,
    );
  const url = read.optional("target-url");
  if (url !== undefined && !isWebAddress(url))
    read.note(
      "target-url",
      `"${url}" is not an address of a page`,
      "Give an address that begins with https:// or http://, without a name and password in it.",
    );
  const artifactName = read.optional("artifact-name");
  const wrongName = artifactName === undefined ? undefined : artifactNameProblem(artifactName);
  if (wrongName !== undefined)
    read.note("artifact-name", quoted(artifactName, wrongName), "Give letters, digits, dots, dashes and underscores.");
  return {
    token,
    commitStatus: read.flag("commit-status"),
    statusContext: context,
    statusSha: sha,
    targetUrl: url,
    upload: read.flag("upload"),
    artifactName,
    retentionDays: read.number("retention-days", { low: 1, high: 90, unit: "days" }),
    failOnUploadError: read.flag("fail-on-upload-error"),
  };
}
