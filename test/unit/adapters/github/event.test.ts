import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readEvent } from "../../../../src/adapters/github/event.ts";
import { ConfigurationError } from "../../../../src/errors.ts";
import { testFolder } from "../../../fakes/fake-program.ts";

async function environment(payload: string): Promise<NodeJS.ProcessEnv> {
  const path = join(await testFolder(), "event.json");
  await writeFile(path, payload);
  return {
    GITHUB_ACTIONS: "true",
    GITHUB_EVENT_NAME: "pull_request",
    GITHUB_EVENT_PATH: path,
    GITHUB_SHA: "a".repeat(40),
    GITHUB_REF: "refs/pull/1/merge",
    GITHUB_REPOSITORY: "o/r",
    GITHUB_RUN_ID: "7",
    GITHUB_RUN_ATTEMPT: "2",
    GITHUB_JOB: "conformance",
    GITHUB_ACTOR: "me",
  };
}

describe("the event of a run", () => {
  it("is read from what the runner says", async () => {
    const env = await environment('{"pull_request": {"number": 1}}');
    expect(await readEvent(env)).toEqual({
      name: "pull_request",
      payload: { pull_request: { number: 1 } },
      sha: "a".repeat(40),
      ref: "refs/pull/1/merge",
      repository: "o/r",
      runId: "7",
      attempt: 2,
      job: "conformance",
      actor: "me",
      serverUrl: "https://github.com",
      apiUrl: "https://api.github.com",
    });
    const servers = { GITHUB_SERVER_URL: "https://ghe.example", GITHUB_API_URL: "https://ghe.example/api/v3" };
    expect(await readEvent({ ...env, ...servers, GITHUB_RUN_ATTEMPT: undefined })).toMatchObject({
      attempt: 1,
      serverUrl: "https://ghe.example",
      apiUrl: "https://ghe.example/api/v3",
    });
  });

  it("is none outside of a workflow", async () => {
    expect(await readEvent({ GITHUB_EVENT_NAME: "push" })).toBeUndefined();
  });

  it.each([
    ["GITHUB_EVENT_NAME", { GITHUB_EVENT_NAME: "" }, "is not set"],
    ["GITHUB_SHA", { GITHUB_SHA: undefined }, "is not set"],
    ["GITHUB_REPOSITORY", { GITHUB_REPOSITORY: "r" }, '"r" is not owner/name'],
    ["GITHUB_EVENT_PATH", { GITHUB_EVENT_PATH: "/nowhere/event.json" }, "/nowhere/event.json cannot be read: ENOENT"],
  ])("names %s where it is %j", async (input, part, problem) => {
    const failure = readEvent({ ...(await environment("{}")), ...part });
    await expect(failure).rejects.toBeInstanceOf(ConfigurationError);
    await expect(failure).rejects.toMatchObject({ input, message: expect.stringContaining(problem) });
  });

  it.each([
    ["{", "is not JSON"],
    ["[]", "holds no JSON object"],
    ["null", "holds no JSON object"],
  ])("names the payload %j", async (payload, problem) => {
    await expect(environment(payload).then(readEvent)).rejects.toMatchObject({
      input: "GITHUB_EVENT_PATH",
      message: expect.stringContaining(problem),
    });
  });
});
