/** What the runner says of the event that started the workflow. */
import { readFile } from "node:fs/promises";
import type { WorkflowEvent } from "../../domain/github/workflow-event.ts";
import { ConfigurationError } from "../../errors.ts";

const REMEDY = "A runner sets it for each step; a container or a shell that starts the action must pass it on.";

/** What the runner's own variables say of the run; nothing that a step has saved can change it. */
export type RunnerFacts = Pick<WorkflowEvent, "repository" | "runId" | "attempt" | "serverUrl" | "apiUrl">;

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value === undefined || value === "") throw new ConfigurationError(name, "is not set", REMEDY);
  return value;
}

/** @throws ConfigurationError that names the variable which is missing or not as a runner sets it */
export function readRunnerFacts(env: NodeJS.ProcessEnv): RunnerFacts {
  const repository = required(env, "GITHUB_REPOSITORY");
  if (!/^[^/\s]+\/[^/\s]+$/.test(repository))
    throw new ConfigurationError("GITHUB_REPOSITORY", `"${repository}" is not owner/name`, REMEDY);
  return {
    repository,
    runId: required(env, "GITHUB_RUN_ID"),
    attempt: Number(env.GITHUB_RUN_ATTEMPT) >= 1 ? Number(env.GITHUB_RUN_ATTEMPT) : 1,
    serverUrl: env.GITHUB_SERVER_URL || "https://github.com",
    apiUrl: env.GITHUB_API_URL || "https://api.github.com",
  };
}

/** Undefined outside of a workflow. @throws ConfigurationError that names the variable which is missing or cannot be read */
export async function readEvent(env: NodeJS.ProcessEnv): Promise<WorkflowEvent | undefined> {
  if (env.GITHUB_ACTIONS !== "true") return undefined;
  const facts = readRunnerFacts(env);
  return {
    ...facts,
    name: required(env, "GITHUB_EVENT_NAME"),
    payload: await readPayload(required(env, "GITHUB_EVENT_PATH")),
    sha: required(env, "GITHUB_SHA"),
    ref: env.GITHUB_REF ?? "",
    job: env.GITHUB_JOB ?? "",
    actor: env.GITHUB_ACTOR ?? "",
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
