import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import {
  downloadArtifact,
  listArtifacts,
  type UploadRequest,
  uploadFolder,
} from "../../../../src/adapters/github/artifact.ts";
import { testFolder } from "../../../fakes/fake-program.ts";
import { type ResultsOptions, startResultsService } from "../../../fakes/results-service.ts";
import { unzipped } from "../../../fakes/unzip.ts";
import { zipOf } from "../../../fakes/zip.ts";

const RUN_URL = "https://github.com/o/r/actions/runs/1";
const NAME = "smi-conformance-traefik-mesh-1.4.8-conformance-attempt-1";

/** A report folder with these files. */
async function reportFolder(files: Readonly<Record<string, string | Buffer>> = { "report.json": "{}" }) {
  const folder = join(await testFolder(), "report");
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

/** The service, with the environment that a runner gives to a step of this run. */
async function start(options: ResultsOptions = {}) {
  const service = await startResultsService(options);
  onTestFinished(() => service.close());
  vi.stubEnv("ACTIONS_RESULTS_URL", `${service.url}/some/path`);
  vi.stubEnv("ACTIONS_RUNTIME_TOKEN", service.token);
  return service;
}

const request = (folder: string, more: Partial<UploadRequest> = {}): UploadRequest => ({
  ...{ name: NAME, folder, retentionDays: undefined, runUrl: RUN_URL },
  ...more,
});

/** The client waits seconds between its tries: here they pass at once, and sockets are as slow as they are. */
async function atOnce<T>(work: Promise<T>): Promise<T> {
  let settled = false;
  const end = () => {
    settled = true;
  };
  work.then(end, end);
  while (!settled) await vi.advanceTimersToNextTimerAsync();
  return work;
}

beforeEach(() => {
  // The client tells the runner what it does.
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  vi.stubEnv("GITHUB_SERVER_URL", "https://github.com");
  vi.stubEnv("GITHUB_RETENTION_DAYS", undefined);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

describe("uploadFolder", () => {
  it("uploads all files of the folder, and nothing that is half written or a link", { timeout: 60_000 }, async () => {
    const service = await start();
    const report = `{"verdict":"conformant"}`;
    // More than one block of 8 MiB, also when it is compressed.
    const large = randomBytes(8 * 1024 * 1024 + 1);
    const folder = await reportFolder({
      "report.json": report,
      "evidence/traffic-split/weights/pods.yaml": "kind: List",
      "evidence/ünïcode.txt": "ü",
      ".hidden": "x",
      "large.bin": large,
      "report.html.1234.tmp": "half",
    });
    await symlink("/etc/hostname", join(folder, "link"));
    const outcome = await uploadFolder(request(folder));
    const [stored] = service.artifacts;
    if (stored === undefined) throw new Error("nothing was stored");
    expect(outcome).toEqual({
      id: 1,
      name: NAME,
      digest: stored.digest.replace("sha256:", ""),
      url: `${RUN_URL}/artifacts/1`,
      bytes: stored.zip.length,
    });
    const files = await unzipped(stored.zip);
    expect([...files.keys()].sort()).toEqual(
      [
        ".hidden",
        "evidence/traffic-split/weights/pods.yaml",
        "evidence/ünïcode.txt",
        "large.bin",
        "report.json",
      ].sort(),
    );
    expect(files.get("report.json")?.toString()).toBe(report);
    expect(files.get("large.bin")?.equals(large)).toBe(true);
  });

  it.each([
    [undefined, undefined, undefined],
    [5, undefined, 5],
    [5, "3", 3],
  ])("asks to keep it %s days where the repository keeps %s: %s", async (retentionDays, most, kept) => {
    const service = await start();
    vi.stubEnv("GITHUB_RETENTION_DAYS", most);
    const before = Date.now();
    expect(await uploadFolder(request(await reportFolder(), { retentionDays }))).toHaveProperty("id");
    const asked = service.artifacts[0]?.expiresAtAsked;
    if (kept === undefined) expect(asked).toBeNull();
    // Days of the calendar, so an hour more or less where clocks change.
    else expect((Date.parse(asked ?? "") - before) / 86_400_000).toBeCloseTo(kept, 1);
  });

  it.each([
    ["token", "ACTIONS_RUNTIME_TOKEN"],
    ["address", "ACTIONS_RESULTS_URL"],
  ])("says that there is no service where the runner gives no %s", async (_what, name) => {
    const service = await start();
    vi.stubEnv(name, undefined);
    expect(await uploadFolder(request(await reportFolder()))).toEqual({
      unavailable: "the runner offers no artifact service to this step",
    });
    expect(service.requests).toEqual([]);
  });

  it("says that there is no service on an Enterprise Server", async () => {
    const service = await start();
    vi.stubEnv("GITHUB_SERVER_URL", "https://git.example.com");
    expect(await uploadFolder(request(await reportFolder()))).toEqual({
      unavailable: expect.stringContaining("not currently supported on GHES"),
    });
    expect(service.requests).toEqual([]);
  });

  it.each([
    ["holds no file", async () => testFolder()],
    ["is not there", async () => join(await testFolder(), "none")],
    ["holds a half-written file alone", async () => reportFolder({ "report.json.1.tmp": "" })],
  ])("uploads nothing where the folder %s", async (_what, folderOf) => {
    const service = await start();
    const folder = await folderOf();
    expect(await uploadFolder(request(folder))).toEqual({
      failed: `${folder} holds no file`,
      next: "The run ended before it wrote a report.",
    });
    expect(service.requests).toEqual([]);
  });

  it("says so where the run has an artifact of that name, and leaves that one as it is", async () => {
    const service = await start();
    await uploadFolder(request(await reportFolder({ "report.json": "1" })));
    const second = request(await reportFolder({ "report.json": "2" }), { otherName: "other" });
    expect(await uploadFolder(second)).toEqual({
      taken: true,
      failed: expect.stringContaining(`artifact "${NAME}" was not uploaded: Failed to CreateArtifact`),
      next: "Give each leg of a matrix an artifact-name of its own.",
    });
    expect(service.artifacts).toHaveLength(1);
    expect((await unzipped(service.artifacts[0]?.zip ?? Buffer.alloc(0))).get("report.json")?.toString()).toBe("1");
  });

  describe("where an upload of that name was cut short", () => {
    /** As when a run is killed in the middle of it. */
    async function cutShort() {
      const service = await start();
      service.fail({ kind: "hang", on: "PutBlob" });
      const stop = new AbortController();
      const upload = uploadFolder(request(await reportFolder(), { signal: stop.signal }));
      await expect.poll(() => service.requests.map(({ operation }) => operation)).toContain("PutBlob");
      stop.abort(new Error("stopped by SIGINT"));
      expect(await upload).toMatchObject({ failed: `artifact "${NAME}" was not uploaded: stopped by SIGINT` });
      return service;
    }

    it("takes the other name, since nothing can be had by the first", async () => {
      const service = await cutShort();
      const outcome = await uploadFolder(request(await reportFolder(), { otherName: "other" }));
      expect(outcome).toMatchObject({ id: 1, name: "other", url: `${RUN_URL}/artifacts/1` });
      expect(service.artifacts.map(({ name }) => name)).toEqual(["other"]);
    });

    it("fails without another name, and does not take the artifact for uploaded", async () => {
      await cutShort();
      const outcome = await uploadFolder(request(await reportFolder()));
      expect(outcome).toEqual({
        failed: expect.stringContaining("already exists"),
        next: expect.stringContaining("give another artifact-name"),
      });
    });
  });

  it("names the character that a name may not hold", async () => {
    const service = await start();
    expect(await uploadFolder(request(await reportFolder(), { name: "a:b" }))).toMatchObject({
      failed: expect.stringMatching(/artifact "a:b" was not uploaded: .*Colon :/),
    });
    expect(service.requests).toEqual([]);
  });

  it("says what to do where there is no storage left, on one line", async () => {
    const service = await start();
    service.fail({ kind: "quota", on: "CreateArtifact" });
    const outcome = await uploadFolder(request(await reportFolder()));
    expect(outcome).toEqual({
      failed: expect.stringMatching(/^artifact ".*" was not uploaded: .*storage quota has been hit.*$/),
      next: "Delete artifacts of the account, or give retention-days.",
    });
    expect(service.requests).toEqual([{ operation: "CreateArtifact", status: 403 }]);
  });

  it("comes through where the service is out of order for a while", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const service = await start();
    service.fail({ kind: "status", status: 503, times: 3, on: "CreateArtifact" });
    expect(await atOnce(uploadFolder(request(await reportFolder())))).toMatchObject({ id: 1 });
    expect(service.requests.filter(({ status }) => status === 503)).toHaveLength(3);
  });

  it("fails without an exception where the service stays out of order", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const service = await start();
    service.fail({ kind: "status", status: 503, times: 9, on: "CreateArtifact" });
    expect(await atOnce(uploadFolder(request(await reportFolder())))).toEqual({
      failed: expect.stringContaining("after 5 attempts"),
      next: expect.stringContaining("The report is on the runner still"),
    });
  });

  it("fails without an exception where nobody listens, on one line", async () => {
    const service = await start();
    await service.close();
    const outcome = await uploadFolder(request(await reportFolder()));
    expect(outcome).toEqual({ failed: expect.stringMatching(/^.*ECONNREFUSED.*$/), next: expect.any(String) });
  });

  it.each(["CreateArtifact", "PutBlob", "FinalizeArtifact"] as const)(
    "is not held by a service that does not answer to %s",
    async (on) => {
      const service = await start();
      // The client's own limit is five minutes.
      const late = new AbortController();
      const limit = vi.spyOn(AbortSignal, "timeout").mockReturnValue(late.signal);
      service.fail({ kind: "hang", on });
      const { signal } = new AbortController();
      const upload = uploadFolder(request(await reportFolder(), { signal }));
      await expect.poll(() => service.requests.at(-1)).toEqual({ operation: on, status: null });
      expect(limit).toHaveBeenCalledWith(120_000);
      late.abort(new DOMException("late", "TimeoutError"));
      expect(await upload).toEqual({ failed: `artifact "${NAME}" was not uploaded within 120 s`, next: "Run again." });
    },
  );

  it("begins nothing once it is to stop", async () => {
    const service = await start();
    const signal = AbortSignal.abort(new Error("stopped by SIGTERM"));
    expect(await uploadFolder(request(await reportFolder(), { signal }))).toMatchObject({
      failed: `artifact "${NAME}" was not uploaded: stopped by SIGTERM`,
    });
    expect(service.requests).toEqual([]);
  });
});

describe("artifacts of the same run", () => {
  it("are listed and downloaded with the run's own token", async () => {
    const service = await start();
    await uploadFolder(request(await reportFolder({ "report.json": "one", "evidence/a.txt": "a" }), { name: "one" }));
    await uploadFolder(request(await reportFolder({ "report.json": "two" }), { name: "two" }));
    const listed = await listArtifacts(undefined);
    expect(listed).toEqual(
      service.artifacts.map(({ id, name, digest, zip }) => ({ id, name, digest, size: zip.length })),
    );
    const folder = join(await testFolder(), "not", "there", "yet");
    await downloadArtifact({ id: 1, name: "one" }, folder, undefined);
    expect((await readdir(folder)).sort()).toEqual(["evidence", "report.json"]);
    expect(await readFile(join(folder, "report.json"), "utf8")).toBe("one");
  });

  it("are refused where their bytes are not those that were uploaded", async () => {
    const service = await start();
    await uploadFolder(request(await reportFolder({ "report.json": "true" }), { name: "one" }));
    await uploadFolder(request(await reportFolder({ "report.json": "false" }), { name: "two" }));
    const [one] = await listArtifacts(undefined);
    if (one === undefined) throw new Error("nothing is listed");
    service.fail({ kind: "bytes", bytes: service.artifacts[1]?.zip ?? Buffer.alloc(0), on: "GetBlob" });
    await expect(downloadArtifact(one, await testFolder(), undefined)).rejects.toMatchObject({
      code: "digest-mismatch",
      message: expect.stringContaining('artifact "one" is not what was uploaded'),
    });
    await downloadArtifact(one, await testFolder(), undefined);
  });

  it("are not downloaded where they are larger than a report folder can be", async () => {
    const service = await start();
    const bomb = { id: 1, name: "bomb", size: 64 * 1024 * 1024 + 1 };
    await expect(downloadArtifact(bomb, await testFolder(), undefined)).rejects.toMatchObject({
      code: "download",
      message: 'artifact "bomb" has 67108865 bytes, and at most 67108864 are downloaded',
      advice: expect.stringContaining("evidence: none"),
    });
    expect(service.requests).toEqual([]);
    await uploadFolder(request(await reportFolder()));
    await downloadArtifact({ id: 1, name: NAME, size: 64 * 1024 * 1024 }, await testFolder(), undefined);
  });

  it.each([
    ["leaves the folder", zipOf({ "report.json": "{}", "../../evil.txt": "evil" }), /relative path/],
    ["is no zip", Buffer.from("{}"), /./],
  ])("are not unpacked where what comes %s, and say so", async (_, bytes, words) => {
    const service = await start();
    await uploadFolder(request(await reportFolder()));
    const [artifact] = await listArtifacts(undefined);
    const root = await testFolder();
    service.fail({ kind: "bytes", bytes, on: "GetBlob" });
    const unchecked = { id: artifact?.id ?? 0, name: NAME };
    const error = await downloadArtifact(unchecked, join(root, "out", "in"), undefined).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      code: "download",
      message: expect.stringContaining(`artifact "${NAME}" could not be unpacked: `),
      advice: expect.stringContaining("as a zip"),
    });
    expect((error as Error).message).toMatch(words);
    expect(await readdir(root, { recursive: true })).toEqual([]);
  });

  it("that are not there are told by their name", async () => {
    await start();
    await expect(downloadArtifact({ id: 9, name: "lost" }, await testFolder(), undefined)).rejects.toMatchObject({
      code: "download",
      message: expect.stringContaining('artifact "lost" could not be downloaded'),
    });
  });

  it("are waited for until the run is to stop", async () => {
    const service = await start();
    service.fail({ kind: "hang" }, { kind: "hang" });
    const stop = new AbortController();
    const reason = new Error("stopped by SIGINT");
    const both = [
      listArtifacts(undefined, stop.signal),
      downloadArtifact({ id: 1, name: "one" }, await testFolder(), undefined, stop.signal),
    ].map((work) => expect(work).rejects.toBe(reason));
    await expect.poll(() => service.requests).toHaveLength(2);
    stop.abort(reason);
    await Promise.all(both);
  });

  it("are waited for two minutes", async () => {
    const service = await start();
    const late = new AbortController();
    vi.spyOn(AbortSignal, "timeout").mockReturnValue(late.signal);
    service.fail({ kind: "hang" });
    const list = expect(listArtifacts(undefined)).rejects.toMatchObject({
      code: "download",
      message: "the artifacts of the workflow run could not be listed: not within 120 s",
    });
    await expect.poll(() => service.requests).toHaveLength(1);
    late.abort(new DOMException("late", "TimeoutError"));
    await list;
  });
});
