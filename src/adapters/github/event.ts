/** What the runner says of the event that started the workflow. */
import { readFile } from "node:fs/promises";
import type { WorkflowEvent } from "../../domain/github/workflow-event.ts";
import { ConfigurationError } from "../../errors.ts";

const REMEDY = "A runner sets it for each step; a container or a shell that starts the action must pass it on.";

/** Undefined outside of a workflow. @throws ConfigurationError that names the variable which is missing or cannot be read */
export async function readEvent(env: NodeJS.ProcessEnv): Promise<WorkflowEvent | undefined> {
  if (env.GITHUB_ACTIONS !== "true") return undefined;
  const required = (name: string) => {
    const value = env[name];
    if (value === undefined || value === "") throw new ConfigurationError(name, "is not set", REMEDY);
    return value;
  };
  const repository = required("GITHUB_REPOSITORY");
  if (!/^[^/\s]+\/[^/\s]+$/.test(repository))
    throw new ConfigurationError("GITHUB_REPOSITORY", `"${repository}" is not owner/name`, REMEDY);
  return {
    name: required("GITHUB_EVENT_NAME"),
    payload: await readPayload(required("GITHUB_EVENT_PATH")),
    sha: required("GITHUB_SHA"),
    ref: env.GITHUB_REF ?? "",
    repository,
    runId: required("GITHUB_RUN_ID"),
    attempt: Number(env.GITHUB_RUN_ATTEMPT) >= 1 ? Number(env.GITHUB_RUN_ATTEMPT) : 1,
    job: env.GITHUB_JOB ?? "",
    actor: env.GITHUB_ACTOR ?? "",
    serverUrl: env.GITHUB_SERVER_URL || "https://github.com",
    apiUrl: env.GITHUB_API_URL || "https://api.github.com",
  };
}

async function readPayload(path: string): Promise<WorkflowEvent["payload"]> {
  const input = "GITHUB_EVENT_PATH";
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new ConfigurationError(input, `${path} cannot be read: ${(cause as Error).message}`, REMEDY, { cause });
  }
  let payload: unknown;
  try {
    payload = JSON.parse(text);
  } catch (cause) {
    throw new ConfigurationError(input, `${path} is not JSON: ${(cause as Error).message}`, REMEDY, { cause });
  }
  if (typeof payload !== "object" || payload === null || Array.isArray(payload))
    throw new ConfigurationError(input, `${path} holds no JSON object`, REMEDY);
  return payload as WorkflowEvent["payload"];
}
