import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it, onTestFinished } from "vitest";
import { testFolder } from "../../fakes/fake-program.ts";
import { type ResultsOptions, type ResultsService, startResultsService } from "../../fakes/results-service.ts";

type Server = Pick<ResultsService, "url" | "token">;
type Json = Readonly<Record<string, unknown>>;

async function start(options: ResultsOptions = {}) {
  const service = await startResultsService(options);
  onTestFinished(() => service.close());
  return service;
}

/** As the client asks; what is `undefined` is left out. */
async function call({ url, token }: Server, method: string, body: Json, bearer = token) {
  const [, claims = ""] = token.split(".");
  const scp = (JSON.parse(Buffer.from(claims, "base64url").toString()) as { scp: string }).scp;
  const [, run, job] = scp.split(" ").at(-1)?.split(":") ?? [];
  const answer = await fetch(`${url}/twirp/github.actions.results.api.v1.ArtifactService/${method}`, {
    method: "POST",
    headers: { authorization: `Bearer ${bearer}` },
    body: JSON.stringify({ workflow_run_backend_id: run, workflow_job_run_backend_id: job, ...body }),
  });
  const reply: Json = { ...((await answer.json()) as Json), status: answer.status };
  return reply;
}

const create = (server: Server, name: string, more: Json = {}) =>
  call(server, "CreateArtifact", { name, version: 7, mime_type: "application/zip", ...more });

async function put(signed: string, query: string, body: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${signed}&${query}`, {
    method: "PUT",
    headers: { "x-ms-version": "2026-10-06", ...headers },
    body,
  });
  return { status: answer.status, text: await answer.text() };
}

const blockList = (...ids: readonly string[]) =>
  `<?xml version="1.0"?><BlockList>${ids.map((id) => `<Latest>${id}</Latest>`).join("")}</BlockList>`;

/** Two blocks, put in the other order than they are listed in. */
async function upload(server: Server, name: string, more: Json = {}) {
  const { signed_upload_url: signed } = await create(server, name, more);
  await put(String(signed), "comp=block&blockid=AAAB", "world");
  await put(String(signed), "comp=block&blockid=AAAA", "hello ");
  await put(String(signed), "comp=blocklist", blockList("AAAA", "AAAB"));
  return String(signed);
}

const hash = `sha256:${createHash("sha256").update("hello world").digest("hex")}`;
const finalize = (server: Server, name: string, more: Json = {}) =>
  call(server, "FinalizeArtifact", { name, size: "11", hash, ...more });

async function rest(url: string, path: string, token = "t") {
  const answer = await fetch(`${url}${path}`, {
    headers: token === "" ? {} : { authorization: `token ${token}` },
    redirect: "manual",
  });
  const text = await answer.text();
  return { status: answer.status, location: answer.headers.get("location"), body: JSON.parse(text) as Json };
}

describe("the fake artifact service", () => {
  it("keeps what is uploaded in blocks, in the order of their list", async () => {
    const service = await start();
    await upload(service, "report");
    expect(await finalize(service, "report")).toEqual({ status: 200, ok: true, artifact_id: "1" });
    expect(service.artifacts).toMatchObject([{ id: 1, name: "report", digest: hash, expiresAtAsked: null }]);
    expect(service.artifacts[0]?.zip.toString()).toBe("hello world");
    const listed = { database_id: "1", name: "report", size: "11", digest: hash };
    expect(await call(service, "ListArtifacts", {})).toMatchObject({ artifacts: [listed] });
    expect(await call(service, "ListArtifacts", { id_filter: "2" })).toMatchObject({ artifacts: [] });
    const { signed_url: signed } = await call(service, "GetSignedArtifactURL", { name: "report" });
    expect(await (await fetch(String(signed))).text()).toBe("hello world");
  });

  it.each<[string, Json, number, string]>([
    ["no mime_type", { mime_type: undefined }, 400, "mime_type is required"],
    ["a name with a slash", { name: "a/b" }, 400, "not valid"],
    ["a time that is none", { expires_at: "soon" }, 400, "not a time"],
    ["a field that it does not know", { mimeType: "application/zip" }, 400, 'unknown field "mimeType"'],
    ["another run", { workflow_run_backend_id: "other" }, 403, "another run"],
  ])("refuses to create an artifact with %s", async (_what, more, status, words) => {
    const service = await start();
    expect(await create(service, "report", more)).toMatchObject({ status, msg: expect.stringContaining(words) });
    expect(await create(service, "report")).toMatchObject({ status: 200, ok: true });
  });

  it("takes version 4 without a mime_type", async () => {
    expect(await create(await start(), "report", { version: 4, mime_type: undefined })).toMatchObject({ ok: true });
  });

  it("gives a name once, also where nothing came of it", async () => {
    const service = await start();
    await create(service, "report");
    const words = "an artifact with this name already exists on the workflow run";
    expect(await create(service, "report")).toMatchObject({ status: 409, msg: words });
    expect(await call(service, "ListArtifacts", {})).toMatchObject({ artifacts: [] });
    expect(await call(service, "DeleteArtifact", { name: "report" })).toMatchObject({ status: 404 });
    expect(await create(service, "report")).toMatchObject({ status: 409 });
  });

  it("gives the name of a deleted artifact again", async () => {
    const service = await start();
    await upload(service, "report");
    await finalize(service, "report");
    expect(await call(service, "DeleteArtifact", { name: "report" })).toMatchObject({ ok: true, artifact_id: "1" });
    expect(service.artifacts).toEqual([]);
    expect(await create(service, "report")).toMatchObject({ ok: true });
  });

  it.each<[string, Json, number, string]>([
    ["another size", { size: "12" }, 400, "size 12"],
    ["another hash", { hash: `sha256:${"0".repeat(64)}` }, 400, "hash"],
    ["no hash", { hash: undefined }, 400, "hash"],
    ["a name that was not created", { name: "other" }, 404, "not found"],
  ])("refuses to end an upload with %s", async (_what, more, status, words) => {
    const service = await start();
    await upload(service, "report");
    expect(await finalize(service, "report", more)).toMatchObject({ status, msg: expect.stringContaining(words) });
    expect(service.artifacts).toEqual([]);
  });

  it("refuses to end an upload without bytes", async () => {
    const service = await start();
    await create(service, "report");
    expect(await finalize(service, "report")).toMatchObject({ status: 400, msg: "no blob was committed" });
  });

  it.each<[string, (signed: string) => string, string, string, number, string]>([
    [
      "without its signature",
      (s) => s.replace(/sig=[^&]+/, "sig="),
      "comp=block&blockid=AAAA",
      "x",
      403,
      "AuthenticationFailed",
    ],
    // What act #6021 is about.
    [
      "without the signature's padding",
      (s) => s.replace("%3D", ""),
      "comp=block&blockid=AAAA",
      "x",
      403,
      "AuthenticationFailed",
    ],
    [
      "to a blob that is not there",
      (s) => s.replace("/blob/1", "/blob/2"),
      "comp=block&blockid=AAAA",
      "x",
      404,
      "BlobNotFound",
    ],
    [
      "of a list with a block that did not come",
      (s) => s,
      "comp=blocklist",
      blockList("BBBB"),
      400,
      "InvalidBlockList",
    ],
    [
      "of a block whose id is of another length",
      (s) => s,
      "comp=block&blockid=AAAAAAAA",
      "x",
      400,
      "InvalidBlobOrBlock",
    ],
    ["of a page", (s) => s, "comp=page", "x", 400, "UnsupportedQueryParameter"],
  ])("refuses a PUT %s", async (_what, change, query, body, status, code) => {
    const service = await start();
    const signed = String((await create(service, "report")).signed_upload_url);
    expect((await put(signed, "comp=block&blockid=AAAA", "x")).status).toBe(201);
    const reply = await put(change(signed), query, body);
    expect(reply).toEqual({ status, text: expect.stringContaining(`<Code>${code}</Code>`) });
  });

  it.each([
    ["as it was asked", 90, 5, 5],
    ["at most as long as the repository lets it", 3, 5, 3],
    ["as long as the repository lets it, where nothing was asked", 30, undefined, 30],
  ])("keeps an artifact %s", async (_what, maxRetentionDays, asked, kept) => {
    const now = Date.UTC(2026, 0, 1);
    const day = (days: number) => new Date(now + days * 86_400_000).toISOString();
    const service = await start({ maxRetentionDays, now: () => now });
    await upload(service, "report", asked === undefined ? {} : { expires_at: day(asked) });
    await finalize(service, "report");
    const expiresAtAsked = asked === undefined ? null : day(asked);
    expect(service.artifacts).toMatchObject([{ expiresAtAsked, expiresAt: day(kept) }]);
  });

  it("refuses a token that is not the run's, and more artifacts than a job may have", async () => {
    const service = await start({ maxArtifacts: 1 });
    expect(await call(service, "ListArtifacts", {}, "other")).toMatchObject({ status: 401 });
    expect(await create(service, "one")).toMatchObject({ status: 200 });
    expect(await create(service, "two")).toMatchObject({ status: 403 });
  });

  it("lists and gives artifacts by the REST API, page by page, the newest first", async () => {
    const service = await start({ runId: "7", otherRuns: ["8"], tokens: { reader: "actions: read", poor: "none" } });
    for (const name of ["one", "two", "three"]) {
      await upload(service, name);
      await finalize(service, name);
    }
    const list = "/repos/o/r/actions/runs/7/artifacts";
    const names = async (query: string) =>
      ((await rest(service.url, `${list}?${query}`, "reader")).body.artifacts as Json[]).map(({ name }) => name);
    expect(await names("per_page=2")).toEqual(["three", "two"]);
    expect(await names("per_page=2&page=2")).toEqual(["one"]);
    expect((await rest(service.url, list, "reader")).body).toMatchObject({
      total_count: 3,
      artifacts: [{ id: 3, digest: hash, expired: false }, {}, {}],
    });
    const zip = await rest(service.url, "/repos/o/r/actions/artifacts/3/zip", "reader");
    expect(zip.status).toBe(302);
    expect(await (await fetch(String(zip.location))).text()).toBe("hello world");
    for (const [path, token, status] of [
      [list.replace("7", "8"), "reader", 200],
      [list.replace("7", "9"), "reader", 404],
      [list.replace("o/r", "o/other"), "reader", 404],
      [list, "poor", 403],
      [list, "stranger", 401],
      [list, "", 401],
      ["/repos/o/r/actions/artifacts/9/zip", "reader", 404],
      ["/repos/o/r/actions/artifacts/3/zip", "poor", 403],
    ] as const)
      expect([path, token, (await rest(service.url, path, token)).status]).toEqual([path, token, status]);
  });

  it("lists an artifact after its days, and does not give it", async () => {
    let now = Date.UTC(2026, 0, 1);
    const service = await start({ maxRetentionDays: 1, now: () => now });
    await upload(service, "report");
    await finalize(service, "report");
    now += 2 * 86_400_000;
    expect((await rest(service.url, "/repos/o/r/actions/runs/1/artifacts")).body).toMatchObject({
      artifacts: [{ name: "report", expired: true }],
    });
    expect(await rest(service.url, "/repos/o/r/actions/artifacts/1/zip")).toMatchObject({
      status: 410,
      body: { message: "Artifact has expired" },
    });
  });

  it("fails as it is told, in the operation that it is told", async () => {
    const service = await start();
    service.fail(
      { kind: "status", status: 503, times: 2, on: "CreateArtifact" },
      { kind: "quota", on: "CreateArtifact" },
      { kind: "cut", on: "FinalizeArtifact" },
    );
    expect(await call(service, "ListArtifacts", {})).toMatchObject({ status: 200 });
    expect(await create(service, "report")).toMatchObject({ status: 503 });
    expect(await create(service, "report")).toMatchObject({ status: 503 });
    expect(await create(service, "report")).toMatchObject({
      status: 403,
      msg: expect.stringContaining("insufficient usage"),
    });
    await upload(service, "report");
    await expect(finalize(service, "report")).rejects.toThrow();
    expect(service.artifacts).toHaveLength(1);
    // As upload-artifact#531 tells of GitHub.
    expect(await finalize(service, "report")).toMatchObject({ ok: true, artifact_id: "2" });
    expect(service.requests.map(({ operation, status }) => `${operation} ${status}`)).toEqual([
      "ListArtifacts 200",
      "CreateArtifact 503",
      "CreateArtifact 503",
      "CreateArtifact 403",
      "CreateArtifact 200",
      "PutBlob 201",
      "PutBlob 201",
      "PutBlob 201",
      "FinalizeArtifact null",
      "FinalizeArtifact 200",
    ]);
  });

  it("serves another process, and leaves the zips in a folder", async () => {
    const folder = await testFolder();
    const program = join(import.meta.dirname, "../../fakes/results-server.ts");
    const child = spawn(process.execPath, [program, "--folder", join(folder, "zips"), "--run-id", "7"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const told = new Map<string, string>();
    for await (const line of createInterface(child.stdout)) {
      const [name = "", ...value] = line.split("=");
      told.set(name, value.join("="));
      if (told.size === 2) break;
    }
    const server = { url: told.get("ACTIONS_RESULTS_URL") ?? "", token: told.get("ACTIONS_RUNTIME_TOKEN") ?? "" };
    const faults = [{ kind: "status", status: 503, on: "CreateArtifact" }];
    await fetch(`${server.url}/_fake/faults`, { method: "POST", body: JSON.stringify(faults) });
    expect(await create(server, "report")).toMatchObject({ status: 503 });
    await upload(server, "report");
    await finalize(server, "report");
    expect(await readFile(join(folder, "zips/report.zip"), "utf8")).toBe("hello world");
    expect((await rest(server.url, "/_fake/state")).body).toMatchObject({ artifacts: [{ id: 1, name: "report" }] });
    expect((await rest(server.url, "/repos/o/r/actions/runs/7/artifacts")).body).toMatchObject({ total_count: 1 });
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });
});
