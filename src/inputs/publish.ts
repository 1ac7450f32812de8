/** What is published at GitHub. */
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
  /** 1 to 400; undefined for the repository's own setting, which 0 asks for too. */
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

/** What is wrong with the address of a page. Credentials in one are not repeated: whoever sees the message would have them. */
function addressProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return `"${text}" is not the address of a page`;
  const { protocol, username, password } = new URL(text);
  if (username !== "" || password !== "") return "it contains a user name or a password";
  return protocol === "https:" || protocol === "http:" ? undefined : `"${text}" is not the address of a page`;
}

/** A problem that begins with the value, whether or not it does so already. */
const quoted = (value: string | undefined, problem: string): string =>
  problem.startsWith('"') ? problem : `${JSON.stringify(value)} ${problem}`;

/** 40 hexadecimal digits, lower case. */
export function readSha(read: InputReader<"status-sha">): string | undefined {
  const sha = read.optional("status-sha")?.toLowerCase();
  const problem = sha === undefined ? undefined : shaProblem(sha);
  if (problem !== undefined)
    read.note(
      "status-sha",
      problem,
      `Give all 40 hexadecimal digits, for example \${{ github.event.workflow_run.head_sha }}.`,
    );
  return sha;
}

export function readContext(read: InputReader<"status-context">): string | undefined {
  const context = read.optional("status-context");
  const problem = context === undefined ? undefined : contextProblem(context);
  if (problem !== undefined)
    read.note(
      "status-context",
      quoted(context, problem),
      "Give a short name on one line, for example smi-conformance/nightly.",
    );
  return context;
}

/** http or https, without credentials: whoever sees the status sees the address. */
export function readTargetUrl(read: InputReader<"target-url">): string | undefined {
  const url = read.optional("target-url");
  const problem = url === undefined ? undefined : addressProblem(url);
  if (problem !== undefined)
    read.note(
      "target-url",
      problem,
      "Give an address that begins with https:// or http://, without a user name and password in it.",
    );
  return url;
}

export function readArtifactName(read: InputReader<"artifact-name">): string | undefined {
  const name = read.optional("artifact-name");
  const problem = name === undefined ? undefined : artifactNameProblem(name);
  if (problem !== undefined)
    read.note("artifact-name", quoted(name, problem), "Give letters, digits, dots, dashes and underscores.");
  return name;
}

export function readPublishInputs(read: InputReader): PublishInputs {
  const token = read.optional("token");
  // The message does not contain the value: it is a secret.
  if (token !== undefined && /\s/.test(token))
    read.note(
      "token",
      "it contains white space, which no token does",
      `Give the token alone, for example \${{ github.token }} in a workflow.`,
    );
  return {
    token,
    commitStatus: read.flag("commit-status"),
    statusContext: readContext(read),
    statusSha: readSha(read),
    targetUrl: readTargetUrl(read),
    upload: read.flag("upload"),
    artifactName: readArtifactName(read),
    retentionDays: read.number("retention-days", { low: 0, high: 400, unit: "days" }) || undefined,
    failOnUploadError: read.flag("fail-on-upload-error"),
  };
}
