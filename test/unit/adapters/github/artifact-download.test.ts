import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withTempFolder } from "../../../../src/adapters/files/folders.ts";
import { createArtifactStore } from "../../../../src/adapters/github/artifact-store.ts";
import { artifacts, NAME, quietRunner, reportFolder, startService, uploadOf } from "../../../fakes/artifacts.ts";
import { testFolder } from "../../../fakes/fake-program.ts";
import { heldClock } from "../../../fakes/held-clock.ts";
import { zipOf } from "../../../fakes/zip.ts";

quietRunner();

describe("artifacts of the same run", () => {
  it("are listed and downloaded with the run's own token", async () => {
    const service = await startService();
    await artifacts.upload(
      uploadOf(await reportFolder({ "report.json": "one", "evidence/a.txt": "a" }), {
        name: "one",
        files: ["report.json", "evidence/a.txt"],
      }),
    );
    await artifacts.upload(uploadOf(await reportFolder({ "report.json": "two" }), { name: "two" }));
    const listed = await artifacts.list(undefined);
    expect(listed).toEqual(
      service.artifacts.map(({ id, name, digest, zip }) => ({ id, name, digest, size: zip.length })),
    );
    const folder = join(await testFolder(), "not", "there", "yet");
    await artifacts.download({ id: 1, name: "one" }, folder, undefined);
    expect((await readdir(folder)).sort()).toEqual(["evidence", "report.json"]);
    expect(await readFile(join(folder, "report.json"), "utf8")).toBe("one");
  });

  it("are no longer asked for once the step was told to stop", async () => {
    await startService();
    const stop = AbortSignal.abort(new Error("stopped by SIGTERM"));
    const store = createArtifactStore({ clock: heldClock(), withTempFolder, stop });
    await expect(store.list(undefined)).rejects.toThrow("stopped by SIGTERM");
    await expect(store.download({ id: 1, name: "one" }, await testFolder(), undefined)).rejects.toThrow("SIGTERM");
  });

  it("are refused where their bytes are not those that were uploaded", async () => {
    const service = await startService();
    await artifacts.upload(uploadOf(await reportFolder({ "report.json": "true" }), { name: "one" }));
    await artifacts.upload(uploadOf(await reportFolder({ "report.json": "false" }), { name: "two" }));
    const [one] = await artifacts.list(undefined);
    if (one === undefined) throw new Error("nothing is listed");
    service.fail({ kind: "bytes", bytes: service.artifacts[1]?.zip ?? Buffer.alloc(0), on: "GetBlob" });
    await expect(artifacts.download(one, await testFolder(), undefined)).rejects.toMatchObject({
      code: "digest-mismatch",
      message: expect.stringContaining('artifact "one" is not what was uploaded'),
    });
    await artifacts.download(one, await testFolder(), undefined);
  });

  it("are not downloaded where they are larger than a report folder can be", async () => {
    const service = await startService();
    const bomb = { id: 1, name: "bomb", size: 64 * 1024 * 1024 + 1 };
    await expect(artifacts.download(bomb, await testFolder(), undefined)).rejects.toMatchObject({
      code: "download",
      message: 'artifact "bomb" has 67108865 bytes, and at most 67108864 are downloaded',
      advice: expect.stringContaining("evidence: none"),
    });
    expect(service.requests).toEqual([]);
    await artifacts.upload(uploadOf(await reportFolder()));
    await artifacts.download({ id: 1, name: NAME, size: 64 * 1024 * 1024 }, await testFolder(), undefined);
  });

  it.each([
    ["leaves the folder", zipOf({ "report.json": "{}", "../../evil.txt": "evil" }), /relative path/],
    ["is no zip", Buffer.from("{}"), /./],
  ])("are not unpacked where what comes %s, and say so", async (_, bytes, words) => {
    const service = await startService();
    await artifacts.upload(uploadOf(await reportFolder()));
    const [artifact] = await artifacts.list(undefined);
    const root = await testFolder();
    service.fail({ kind: "bytes", bytes, on: "GetBlob" });
    const unchecked = { id: artifact?.id ?? 0, name: NAME };
    const error = await artifacts
      .download(unchecked, join(root, "out", "in"), undefined)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "download",
      message: expect.stringContaining(`artifact "${NAME}" could not be unpacked: `),
      advice: expect.stringContaining("as a zip"),
    });
    expect((error as Error).message).toMatch(words);
    expect(await readdir(root, { recursive: true })).toEqual([]);
  });

  it("that are not there are told by their name", async () => {
    await startService();
    await expect(artifacts.download({ id: 9, name: "lost" }, await testFolder(), undefined)).rejects.toMatchObject({
      code: "download",
      message: expect.stringContaining('artifact "lost" could not be downloaded'),
    });
  });

  it("are waited for until the run is to stop", async () => {
    const service = await startService();
    service.fail({ kind: "hang" }, { kind: "hang" });
    const stop = new AbortController();
    const reason = new Error("stopped by SIGINT");
    const both = [
      artifacts.list(undefined, stop.signal),
      artifacts.download({ id: 1, name: "one" }, await testFolder(), undefined, stop.signal),
    ].map((work) => expect(work).rejects.toBe(reason));
    await expect.poll(() => service.requests).toHaveLength(2);
    stop.abort(reason);
    await Promise.all(both);
  });

  it("are waited for two minutes", async () => {
    const service = await startService();
    const clock = heldClock();
    service.fail({ kind: "hang" });
    const list = expect(createArtifactStore({ clock, withTempFolder }).list(undefined)).rejects.toMatchObject({
      code: "download",
      message: "the artifacts of the workflow run could not be listed: not within 120 s",
    });
    await expect.poll(() => service.requests).toHaveLength(1);
    clock.expire(120_000);
    await list;
  });
});
