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
import { recordingLog, testFolder } from "../../../fakes/fake-program.ts";
import type { FakeGitHubOptions } from "../../../fakes/github.ts";
import { publisherOnFake, SHA, status, virtualClock } from "../../../fakes/status-publisher.ts";

describe("a commit status", () => {
  it("is set as it was given", async () => {
    const { fake, publisher, waits } = await publisherOnFake();
    expect(await publisher.publish({ ...status, state: "pending", targetUrl: undefined })).toEqual({
      set: `${fake.url}/repos/o/r/statuses/${SHA}`,
    });
    expect(await publisher.publish(status)).toMatchObject({ set: expect.any(String) });
    expect(fake.statuses).toEqual([{ ...status, state: "pending", targetUrl: null }, status]);
    expect(waits).toEqual([]);
  });

  it("goes to an Enterprise Server where the API is one's", async () => {
    const { fake, publisher } = await publisherOnFake({}, {});
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

  it("is not set by a token that only reads, which is told apart", async () => {
    const { fake, publisher, waits } = await publisherOnFake({}, { token: "read-token" });
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
    const { fake, publisher, waits } = await publisherOnFake(github, given);
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
    const { publisher } = await publisherOnFake(
      {},
      { apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    );
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
    const { publisher } = await publisherOnFake(
      {},
      { apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    );
    expect(await publisher.publish(status)).toMatchObject({ failed: expect.stringContaining("(200: not the answer") });
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
    const { fake, publisher } = await publisherOnFake({}, { token: "" });
    expect(await publisher.publish(status)).toMatchObject({ failed: expect.stringContaining("no token") });
    expect(fake.requests).toEqual([]);
  });

  it("never shows the token", async () => {
    const { fake, publisher, log } = await publisherOnFake({}, { token: "secret-token" });
    fake.fail({ kind: "status", status: 500 });
    const outcome = await publisher.publish(status);
    expect(JSON.stringify([outcome, log.lines])).not.toContain("secret-token");
  });
});
