import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it, onTestFinished } from "vitest";
import { type FakeGitHubOptions, startFakeGitHub } from "../../fakes/github.ts";

const SHA = "a".repeat(40);
const GOOD = { state: "success", context: "gate", description: "all is well", target_url: "https://example.com/1" };

async function start(options: FakeGitHubOptions = {}) {
  const github = await startFakeGitHub(options);
  onTestFinished(() => github.close());
  return github;
}

interface Sent {
  readonly sha?: string;
  readonly repository?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly text?: string;
}

async function send(
  url: string,
  { sha = SHA, repository = "o/r", token = "write-token", headers, body = GOOD, text }: Sent,
) {
  const answer = await fetch(`${url}/repos/${repository}/statuses/${sha}`, {
    method: "POST",
    headers: { ...(token === "" ? {} : { authorization: `token ${token}` }), "user-agent": "test", ...headers },
    body: text ?? JSON.stringify(body),
  });
  const reply = (await answer.json()) as { message?: string; errors?: readonly { field?: string; message: string }[] };
  return { ...reply, status: answer.status, headers: answer.headers };
}

describe("the fake GitHub", () => {
  it("takes what GitHub takes, and keeps it in order", async () => {
    const github = await start();
    for (const state of ["pending", "error", "failure", "success"])
      expect(await send(github.url, { body: { ...GOOD, state } })).toMatchObject({ status: 201 });
    expect(await send(github.url, { body: { state: "success" } })).toMatchObject({ status: 201 });
    expect(await send(github.url, { body: { state: "error", description: null, target_url: null } })).toMatchObject({
      status: 201,
    });
    expect(github.statuses.map(({ state, context }) => [state, context])).toEqual([
      ["pending", "gate"],
      ["error", "gate"],
      ["failure", "gate"],
      ["success", "gate"],
      ["success", "default"],
      ["error", "default"],
    ]);
    expect(github.statuses[0]).toEqual({
      sha: SHA,
      state: "pending",
      context: "gate",
      description: "all is well",
      targetUrl: "https://example.com/1",
    });
    const headers = { authorization: "Bearer read-token", "user-agent": "test" };
    const list = await fetch(`${github.url}/repos/o/r/commits/${SHA}/statuses`, { headers });
    expect(((await list.json()) as { state: string }[]).map(({ state }) => state)).toEqual([
      "error",
      "success",
      "success",
      "failure",
      "error",
      "pending",
    ]);
  });

  it.each<[string, Sent, number, string]>([
    ["no state", { body: { context: "gate" } }, 422, "must have required property 'state'"],
    ["an unknown state", { body: { state: "passed" } }, 422, "/state must be equal to one of the allowed values"],
    ["a number as description", { body: { ...GOOD, description: 5 } }, 422, "/description must be string"],
    ["null as context", { body: { ...GOOD, context: null } }, 422, "/context must be string"],
    ["a list", { body: [GOOD] }, 422, "must be object"],
    ["an unknown property", { body: { ...GOOD, targetUrl: "https://example.com" } }, 422, "no targetUrl"],
    ["no JSON", { text: "state=success" }, 400, "Problems parsing JSON"],
    ["141 characters", { body: { ...GOOD, description: "é".repeat(141) } }, 422, "too long (maximum is 140"],
    ["an emoji", { body: { ...GOOD, description: "well 🎉" } }, 422, "4-byte Unicode"],
    ["256 characters of context", { body: { ...GOOD, context: "x".repeat(256) } }, 422, "maximum is 255"],
    ["another scheme", { body: { ...GOOD, target_url: "ftp://example.com" } }, 422, "http(s) scheme"],
    ["a short SHA", { sha: "a9fc900" }, 422, "40 character SHA1"],
    ["a commit that it has not", { sha: "b".repeat(40) }, 422, `No commit found for SHA: ${"b".repeat(40)}`],
    ["a token that only reads", { token: "read-token" }, 403, "Resource not accessible by integration"],
    ["a wrong token", { token: "x" }, 401, "Bad credentials"],
    ["no token", { token: "" }, 401, "Requires authentication"],
    ["another repository", { repository: "o/other" }, 404, "Not Found"],
  ])("refuses %s", async (_, sent, status, message) => {
    const github = await start({ commits: [SHA] });
    const reply = await send(github.url, sent);
    const words = [reply.message, ...(reply.errors ?? []).map((one) => one.message)].join(" ");
    expect([reply.status, words]).toEqual([status, expect.stringContaining(message)]);
    expect(github.statuses).toEqual([]);
    expect(github.requests).toMatchObject([{ method: "POST", status }]);
  });

  it("takes 140 characters, in any script", async () => {
    const github = await start();
    expect(await send(github.url, { body: { ...GOOD, description: "é".repeat(140) } })).toMatchObject({ status: 201 });
  });

  it("refuses one more status than a commit and context may have, whatever the case of the context", async () => {
    const github = await start({ maxPerContext: 2 });
    await send(github.url, {});
    await send(github.url, { body: { ...GOOD, context: "GATE" } });
    const reply = await send(github.url, {});
    expect(reply).toMatchObject({
      status: 422,
      errors: [{ message: expect.stringContaining("maximum number of statuses") }],
    });
    expect(await send(github.url, { body: { ...GOOD, context: "other" } })).toMatchObject({ status: 201 });
    expect(await send(github.url, { sha: "b".repeat(40) })).toMatchObject({ status: 201 });
  });

  it("asks to wait, and counts who does not", async () => {
    let now = Date.UTC(2026, 0, 1);
    const github = await start({ now: () => now });
    github.fail({ kind: "secondary-limit", status: 403, retryAfter: 30 });
    const first = await send(github.url, {});
    expect([first.status, first.message, first.headers.get("retry-after")]).toEqual([
      403,
      expect.stringContaining("secondary rate limit"),
      "30",
    ]);
    now += 29_000;
    expect(await send(github.url, {})).toMatchObject({ status: 403 });
    expect(github.tooEarly).toBe(1);
    now += 1_000;
    expect(await send(github.url, {})).toMatchObject({ status: 201 });
    github.fail({ kind: "primary-limit", resetsIn: 10 });
    const last = await send(github.url, {});
    expect([last.status, last.headers.get("x-ratelimit-remaining"), last.headers.get("x-ratelimit-reset")]).toEqual([
      403,
      "0",
      String(now / 1000 + 10),
    ]);
    expect(github.statuses).toHaveLength(1);
  });

  it("fails as it is told, once for each fault", async () => {
    const github = await start();
    github.fail({ kind: "status", status: 502 }, { kind: "cut" }, { kind: "cut", after: true });
    expect(await send(github.url, {})).toMatchObject({ status: 502 });
    await expect(send(github.url, {})).rejects.toThrow();
    expect(github.statuses).toEqual([]);
    await expect(send(github.url, {})).rejects.toThrow();
    expect(github.statuses).toHaveLength(1);
    expect(await send(github.url, {})).toMatchObject({ status: 201 });
    expect(github.requests.map(({ status }) => status)).toEqual([502, null, null, 201]);
  });

  it("serves another process, and tells it what it took", async () => {
    const program = join(import.meta.dirname, "../../fakes/github-server.ts");
    const child = spawn(
      process.execPath,
      [program, "--repository", "me/mesh", "--commit", SHA, "--token", "secret=write"],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    onTestFinished(() => void child.kill("SIGKILL"));
    const [url] = (await once(createInterface(child.stdout), "line")) as [string];
    await fetch(`${url}/_fake/faults`, { method: "POST", body: JSON.stringify([{ kind: "status", status: 503 }]) });
    const sent = { repository: "me/mesh", token: "secret" };
    expect(await send(url, sent)).toMatchObject({ status: 503 });
    expect(await send(url, sent)).toMatchObject({ status: 201 });
    const state = (await (await fetch(`${url}/_fake/state`)).json()) as object;
    expect(state).toMatchObject({
      statuses: [{ sha: SHA, state: "success" }],
      requests: [{ status: 503 }, { status: 201 }],
    });
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });
});
