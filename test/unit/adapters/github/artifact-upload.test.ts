import { randomBytes } from "node:crypto";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { withTempFolder } from "../../../../src/adapters/files/folders.ts";
import { createArtifactStore } from "../../../../src/adapters/github/artifact-store.ts";
import {
  artifacts,
  NAME,
  quietRunner,
  RUN_URL,
  reportFolder,
  startService,
  uploadOf,
} from "../../../fakes/artifacts.ts";
import { testFolder } from "../../../fakes/fake-program.ts";
import { heldClock } from "../../../fakes/held-clock.ts";
import { unzipped } from "../../../fakes/unzip.ts";

quietRunner();

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

describe("an upload", () => {
  it("uploads the files that it is told, and nothing else of the folder, nor a link", { timeout: 60_000 }, async () => {
    const service = await startService();
    const report = `{"verdict":"conformant"}`;
    // More than one block of 8 MiB, also when it is compressed.
    const large = randomBytes(8 * 1024 * 1024 + 1);
    const folder = await reportFolder({
      "report.json": report,
      "evidence/traffic-split/weights/pods.yaml": "kind: List",
      "evidence/ünïcode.txt": "ü",
      ".git-config": "secret",
      "large.bin": large,
      ".env": "secret",
    });
    await symlink("/etc/hostname", join(folder, "link"));
    const given = ["report.json", "evidence/traffic-split/weights/pods.yaml", "evidence/ünïcode.txt", "large.bin"];
    const outcome = await artifacts.upload(uploadOf(folder, { files: [...given, "link", "gone.json"] }));
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
      ["evidence/traffic-split/weights/pods.yaml", "evidence/ünïcode.txt", "large.bin", "report.json"].sort(),
    );
    expect(files.get("report.json")?.toString()).toBe(report);
    expect(files.get("large.bin")?.equals(large)).toBe(true);
  });

  it.each([
    [undefined, undefined, undefined],
    [5, undefined, 5],
    [5, "3", 3],
  ])("asks to keep it %s days where the repository keeps %s: %s", async (retentionDays, most, kept) => {
    const service = await startService();
    vi.stubEnv("GITHUB_RETENTION_DAYS", most);
    const before = Date.now();
    expect(await artifacts.upload(uploadOf(await reportFolder(), { retentionDays }))).toHaveProperty("id");
    const asked = service.artifacts[0]?.expiresAtAsked;
    if (kept === undefined) expect(asked).toBeNull();
    // Days of the calendar, so an hour more or less where clocks change.
    else expect((Date.parse(asked ?? "") - before) / 86_400_000).toBeCloseTo(kept, 1);
  });

  it.each([
    ["token", "ACTIONS_RUNTIME_TOKEN"],
    ["address", "ACTIONS_RESULTS_URL"],
  ])("says that there is no service where the runner gives no %s", async (_what, name) => {
    const service = await startService();
    vi.stubEnv(name, undefined);
    expect(await artifacts.upload(uploadOf(await reportFolder()))).toEqual({
      unavailable: "the runner offers no artifact service to this step",
    });
    expect(service.requests).toEqual([]);
  });

  it("says that there is no service on an Enterprise Server", async () => {
    const service = await startService();
    vi.stubEnv("GITHUB_SERVER_URL", "https://git.example.com");
    expect(await artifacts.upload(uploadOf(await reportFolder()))).toEqual({
      unavailable: expect.stringContaining("not currently supported on GHES"),
    });
    expect(service.requests).toEqual([]);
  });

  it.each([
    ["holds no file", async () => testFolder()],
    ["is not there", async () => join(await testFolder(), "none")],
    ["holds other files alone", async () => reportFolder({ ".env": "" })],
  ])("uploads nothing where the folder %s", async (_what, folderOf) => {
    const service = await startService();
    const folder = await folderOf();
    expect(await artifacts.upload(uploadOf(folder))).toEqual({
      failed: `${folder} holds no file`,
      next: "The run ended before it wrote a report.",
    });
    expect(service.requests).toEqual([]);
  });

  it("says so where the run has an artifact of that name, and leaves that one as it is", async () => {
    const service = await startService();
    await artifacts.upload(uploadOf(await reportFolder({ "report.json": "1" })));
    const second = uploadOf(await reportFolder({ "report.json": "2" }), { otherName: "other" });
    expect(await artifacts.upload(second)).toEqual({
      taken: true,
      failed: expect.stringContaining(`artifact "${NAME}" was not uploaded: Failed to CreateArtifact`),
      next: "Give each job of a matrix an artifact-name of its own.",
    });
    expect(service.artifacts).toHaveLength(1);
    expect((await unzipped(service.artifacts[0]?.zip ?? Buffer.alloc(0))).get("report.json")?.toString()).toBe("1");
  });

  describe("where an upload of that name was cut short", () => {
    /** As when a run is killed in the middle of it. */
    async function cutShort() {
      const service = await startService();
      service.fail({ kind: "hang", on: "PutBlob" });
      const stop = new AbortController();
      const upload = artifacts.upload(uploadOf(await reportFolder()), stop.signal);
      await expect.poll(() => service.requests.map(({ operation }) => operation)).toContain("PutBlob");
      stop.abort(new Error("stopped by SIGINT"));
      expect(await upload).toMatchObject({ failed: `artifact "${NAME}" was not uploaded: stopped by SIGINT` });
      return service;
    }

    it("takes the other name, since nothing can be had by the first", async () => {
      const service = await cutShort();
      const outcome = await artifacts.upload(uploadOf(await reportFolder(), { otherName: "other" }));
      expect(outcome).toMatchObject({ id: 1, name: "other", url: `${RUN_URL}/artifacts/1` });
      expect(service.artifacts.map(({ name }) => name)).toEqual(["other"]);
    });

    it("fails without another name, and does not take the artifact for uploaded", async () => {
      await cutShort();
      const outcome = await artifacts.upload(uploadOf(await reportFolder()));
      expect(outcome).toEqual({
        failed: expect.stringContaining("already exists"),
        next: expect.stringContaining("give another artifact-name"),
      });
    });
  });

  it("names the character that a name may not hold", async () => {
    const service = await startService();
    expect(await artifacts.upload(uploadOf(await reportFolder(), { name: "a:b" }))).toMatchObject({
      failed: expect.stringMatching(/artifact "a:b" was not uploaded: .*Colon :/),
    });
    expect(service.requests).toEqual([]);
  });

  it("says what to do where there is no storage left, on one line", async () => {
    const service = await startService();
    service.fail({ kind: "quota", on: "CreateArtifact" });
    const outcome = await artifacts.upload(uploadOf(await reportFolder()));
    expect(outcome).toEqual({
      failed: expect.stringMatching(/^artifact ".*" was not uploaded: .*storage quota has been hit.*$/),
      next: "Delete artifacts of the account, or give retention-days.",
    });
    expect(service.requests).toEqual([{ operation: "CreateArtifact", status: 403 }]);
  });

  it("comes through where the service is out of order for a while", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const service = await startService();
    service.fail({ kind: "status", status: 503, times: 3, on: "CreateArtifact" });
    expect(await atOnce(artifacts.upload(uploadOf(await reportFolder())))).toMatchObject({ id: 1 });
    expect(service.requests.filter(({ status }) => status === 503)).toHaveLength(3);
  });

  it("fails without an exception where the service stays out of order", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const service = await startService();
    service.fail({ kind: "status", status: 503, times: 9, on: "CreateArtifact" });
    expect(await atOnce(artifacts.upload(uploadOf(await reportFolder())))).toEqual({
      failed: expect.stringContaining("after 5 attempts"),
      next: expect.stringContaining("The report is still on the runner"),
    });
  });

  it("fails without an exception where nobody listens, on one line", async () => {
    const service = await startService();
    await service.close();
    const outcome = await artifacts.upload(uploadOf(await reportFolder()));
    expect(outcome).toEqual({ failed: expect.stringMatching(/^.*ECONNREFUSED.*$/), next: expect.any(String) });
  });

  it.each(["CreateArtifact", "PutBlob", "FinalizeArtifact"] as const)(
    "is not held by a service that does not answer to %s",
    async (on) => {
      const service = await startService();
      // The client's own limit is five minutes.
      const clock = heldClock();
      service.fail({ kind: "hang", on });
      const { signal } = new AbortController();
      const upload = createArtifactStore({ clock, withTempFolder }).upload(uploadOf(await reportFolder()), signal);
      await expect.poll(() => service.requests.at(-1)).toEqual({ operation: on, status: null });
      clock.expire(120_000);
      expect(await upload).toEqual({
        failed: `artifact "${NAME}" was not uploaded within 120 s`,
        next: "Run the job again.",
      });
    },
  );

  it("begins nothing once it is to stop", async () => {
    const service = await startService();
    const signal = AbortSignal.abort(new Error("stopped by SIGTERM"));
    expect(await artifacts.upload(uploadOf(await reportFolder()), signal)).toMatchObject({
      failed: `artifact "${NAME}" was not uploaded: stopped by SIGTERM`,
    });
    expect(service.requests).toEqual([]);
  });
});
