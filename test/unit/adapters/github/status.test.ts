import { execFile } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { createStatusPublisher, type StatusOptions } from "../../../../src/adapters/github/status.ts";
import type { CommitStatus } from "../../../../src/domain/github/commit-status.ts";
import type { Clock } from "../../../../src/ports.ts";
import { recordingLog, testFolder } from "../../../fakes/fake-program.ts";
import { type FakeGitHubOptions, type Fault, startFakeGitHub } from "../../../fakes/github.ts";
import { heldClock } from "../../../fakes/held-clock.ts";

const SHA = "a".repeat(40);
const status: CommitStatus = {
  sha: SHA,
  state: "failure",
  context: "smi-conformance/traefik-mesh/1.4.8",
  description: "Traefik Mesh v1.4.8: 61/66 MUST, access FULL, split HALF",
  targetUrl: "https://github.com/o/r/actions/runs/7",
};

/** Time passes by waiting alone, and deadlines when the test says so. */
function virtualClock() {
  let ms = Date.UTC(2026, 0, 1);
  const waits: number[] = [];
  const { deadline, deadlines, expire } = heldClock();
  const clock: Clock = {
    deadline,
    now: () => ms,
    timestamp: () => new Date(ms).toISOString(),
    wait: async (pause, signal) => {
      signal?.throwIfAborted();
      waits.push(pause);
      ms += pause;
    },
  };
  return { clock, waits, deadlines, expire };
}

async function setUp(github: FakeGitHubOptions = {}, given: Partial<StatusOptions> = {}) {
  const { clock, ...time } = virtualClock();
  const fake = await startFakeGitHub({ now: () => clock.now(), ...github });
  onTestFinished(() => fake.close());
  const log = recordingLog();
  const options = { token: "write-token", repository: "o/r", apiUrl: fake.url, clock, log, ...given };
  return { fake, ...time, log, publisher: createStatusPublisher(options) };
}

describe("a commit status", () => {
  it("is set as it was given", async () => {
    const { fake, publisher, waits } = await setUp();
    expect(await publisher.publish({ ...status, state: "pending", targetUrl: undefined })).toEqual({
      set: `${fake.url}/repos/o/r/statuses/${SHA}`,
    });
    expect(await publisher.publish(status)).toMatchObject({ set: expect.any(String) });
    expect(fake.statuses).toEqual([{ ...status, state: "pending", targetUrl: null }, status]);
    expect(waits).toEqual([]);
  });

  it("goes to an Enterprise Server where the API is one's", async () => {
    const { fake, publisher } = await setUp({}, {});
    const paths: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url);
      void fetch(`${fake.url}${request.url?.replace("/api/v3", "")}`, {
        method: "POST",
        headers: { authorization: request.headers.authorization ?? "", "user-agent": "proxy" },
        body: JSON.stringify({ state: "success" }),
      }).then(async (answer) => {
        response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
      });
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3/`;
    const { clock } = virtualClock();
    const other = createStatusPublisher({
      token: "write-token",
      repository: "o/r",
      apiUrl,
      clock,
      log: recordingLog(),
    });
    expect(await other.publish(status)).toMatchObject({ set: expect.any(String) });
    expect(paths).toEqual([`/api/v3/repos/o/r/statuses/${SHA}`]);
    expect(await publisher.publish(status)).toMatchObject({ set: expect.stringContaining(fake.url) });
  });

  it.each<[string, readonly Fault[], readonly number[]]>([
    ["a server error", [{ kind: "status", status: 500 }], [1000]],
    ["server errors", [502, 503, 504].map((code) => ({ kind: "status", status: code })), [1000, 2000, 4000]],
    ["a connection that is cut", [{ kind: "cut" }], [1000]],
    ["a secondary limit with retry-after", [{ kind: "secondary-limit", status: 403, retryAfter: 30 }], [30_000]],
    ["the same as 429", [{ kind: "secondary-limit", status: 429, retryAfter: 2 }], [2000]],
    ["a secondary limit without", [{ kind: "secondary-limit", status: 403 }], [60_000]],
    ["the same as 429", [{ kind: "secondary-limit", status: 429 }], [60_000]],
    ["the hourly limit", [{ kind: "primary-limit", resetsIn: 45 }], [45_000]],
    [
      "one after the other",
      [
        { kind: "status", status: 502 },
        { kind: "secondary-limit", status: 429, retryAfter: 5 },
      ],
      [1000, 5000],
    ],
  ])("is set after %s", async (_, faults, pauses) => {
    const { fake, publisher, waits, log } = await setUp();
    fake.fail(...faults);
    expect(await publisher.publish(status)).toMatchObject({ set: expect.any(String) });
    expect(waits).toEqual(pauses);
    expect(fake.statuses).toEqual([status]);
    expect(fake.tooEarly).toBe(0);
    expect(log.lines.filter((line) => line.includes("asking again in"))).toHaveLength(pauses.length);
  });

  it("is the last one, where the answer to the first was lost", async () => {
    const { fake, publisher } = await setUp();
    fake.fail({ kind: "cut", after: true });
    expect(await publisher.publish(status)).toMatchObject({ set: expect.any(String) });
    expect(fake.statuses).toEqual([status, status]);
  });

  it("is not set by a token that only reads, which is told apart", async () => {
    const { fake, publisher, waits } = await setUp({}, { token: "read-token" });
    expect(await publisher.publish(status)).toEqual({
      readOnly: expect.stringContaining("Resource not accessible by integration"),
      next: expect.stringMatching(/statuses: write.*workflow_run/),
    });
    expect([fake.requests.length, waits]).toEqual([1, []]);
  });

  it.each<[string, FakeGitHubOptions, Partial<StatusOptions>, Partial<CommitStatus>, RegExp, RegExp]>([
    ["a wrong token", {}, { token: "x" }, {}, /401: Bad credentials/, /input token/],
    ["another repository", {}, { repository: "o/else" }, {}, /404: Not Found/, /o\/else exists/],
    ["a commit that is not there", { commits: [] }, {}, {}, /422: No commit found/, /force push/],
    ["too many statuses", { maxPerContext: 0 }, {}, {}, /maximum number of statuses/, /status-context/],
    ["a line that is too long", {}, {}, { description: "x".repeat(141) }, /maximum is 140/, /inputs status-context/],
  ])("is not set for %s, and says what to do", async (_, github, given, part, failed, next) => {
    const { fake, publisher, waits } = await setUp(github, given);
    const outcome = await publisher.publish({ ...status, ...part });
    expect(outcome).toEqual({ failed: expect.stringMatching(failed), next: expect.stringMatching(next) });
    expect([fake.requests.length, waits, fake.statuses]).toEqual([1, [], []]);
  });

  it.each<[string, number, readonly string[]]>([
    ["a person's token without the right", 403, ["Resource not accessible by personal access token"]],
    ["an archived repository", 403, ["Repository was archived so is read-only."]],
    ["a blocked repository", 451, ["Repository access blocked"]],
    ["a proxy that refuses, in HTML", 403, []],
  ])("is not set for %s", async (_, code, words) => {
    const server = createServer((_request, response) => {
      if (words.length === 0) response.writeHead(code, { "content-type": "text/html" }).end("<h1>Blocked</h1>");
      else response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify({ message: words[0] }));
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const { publisher } = await setUp({}, { apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    const outcome = await publisher.publish(status);
    expect(outcome).toEqual({
      failed: expect.stringContaining([`${code}`, ...words].join(": ")),
      next: expect.any(String),
    });
    expect(JSON.stringify(outcome)).not.toContain("<h1>");
  });

  it("is not set where a redirect has made another request of it", async () => {
    const server = createServer((request, response) => {
      if (request.method === "POST") response.writeHead(301, { location: "/repositories/1/statuses" }).end();
      else response.writeHead(200, { "content-type": "application/json" }).end("[]");
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const { publisher } = await setUp({}, { apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    expect(await publisher.publish(status)).toMatchObject({ failed: expect.stringContaining("(200: not the answer") });
  });

  it("is given up after some tries, and before a wait that is longer than its time", async () => {
    const { fake, publisher, waits } = await setUp();
    fake.fail(...Array.from({ length: 6 }, (): Fault => ({ kind: "status", status: 503 })));
    expect(await publisher.publish(status)).toEqual({
      failed: expect.stringMatching(/GitHub failed \(503: Server Error\), asked 6 times/),
      next: expect.any(String),
    });
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000]);
    fake.fail({ kind: "primary-limit", resetsIn: 3000 });
    expect(await publisher.publish(status)).toMatchObject({ failed: expect.stringMatching(/asked once.*3000 s more/) });
    expect([waits.length, fake.statuses]).toEqual([5, []]);
  });

  it("is given up where nobody answers in time", async () => {
    const { fake, publisher, deadlines, expire } = await setUp({}, { deadlineMs: 150 });
    fake.fail({ kind: "hang" });
    const published = publisher.publish(status);
    await expect.poll(() => fake.requests).toHaveLength(1);
    expect(deadlines).toEqual([150]);
    expire(150);
    expect(await published).toMatchObject({ failed: expect.stringContaining("no answer within 1 s") });
    expect(fake.statuses).toEqual([]);
  });

  it("is given up where nobody listens", async () => {
    const { fake, publisher, waits } = await setUp();
    await fake.close();
    expect(await publisher.publish(status)).toMatchObject({
      failed: expect.stringMatching(/did not answer: .*ECONNREFUSED/),
    });
    expect(waits).toHaveLength(5);
  });

  it("ends at once when the run is cancelled, while GitHub is silent and while it has to wait", async () => {
    const { fake, publisher } = await setUp();
    fake.fail({ kind: "hang" });
    const silent = new AbortController();
    const asked = publisher.publish(status, silent.signal);
    await expect.poll(() => fake.requests).toHaveLength(1);
    silent.abort(new Error("cancelled"));
    expect(await asked).toMatchObject({ failed: expect.stringContaining("cancelled") });
    expect(await publisher.publish(status, AbortSignal.abort())).toMatchObject({ failed: expect.any(String) });

    const waiting = new AbortController();
    const clock: Clock = {
      ...virtualClock().clock,
      wait: async (_ms, signal) => {
        waiting.abort(new Error("cancelled"));
        signal?.throwIfAborted();
      },
    };
    const other = createStatusPublisher({
      token: "write-token",
      repository: "o/r",
      apiUrl: fake.url,
      clock,
      log: recordingLog(),
    });
    fake.fail({ kind: "status", status: 500 });
    expect(await other.publish(status, waiting.signal)).toMatchObject({ failed: expect.stringContaining("cancelled") });
    expect([fake.requests.length, fake.statuses]).toEqual([2, []]);
  });

  it("is not set where the client cannot start, and says why", async () => {
    const folder = await testFolder();
    await writeFile(join(folder, "event.json"), "{");
    // The client reads the event when it is imported, once for each process.
    const source = `
      const { createStatusPublisher } = await import(${JSON.stringify(join(import.meta.dirname, "../../../../src/adapters/github/status.ts"))});
      const clock = { now: () => 0 };
      const publisher = createStatusPublisher({ token: "t", repository: "o/r", apiUrl: "http://127.0.0.1:1", clock, log: {} });
      console.log(JSON.stringify(await publisher.publish(${JSON.stringify(status)})));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", source], {
      env: { ...process.env, GITHUB_EVENT_PATH: join(folder, "event.json") },
    });
    expect(JSON.parse(stdout)).toEqual({
      failed: expect.stringContaining("JSON"),
      next: expect.stringContaining("GITHUB_EVENT_PATH"),
    });
  });

  it("is not asked for without a token", async () => {
    const { fake, publisher } = await setUp({}, { token: "" });
    expect(await publisher.publish(status)).toMatchObject({ failed: expect.stringContaining("no token") });
    expect(fake.requests).toEqual([]);
  });

  it("never shows the token", async () => {
    const { fake, publisher, log } = await setUp({}, { token: "secret-token" });
    fake.fail({ kind: "status", status: 500 });
    const outcome = await publisher.publish(status);
    expect(JSON.stringify([outcome, log.lines])).not.toContain("secret-token");
  });
});
