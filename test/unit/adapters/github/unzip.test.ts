import { lstat, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { unzip } from "../../../../src/adapters/github/unzip.ts";
import { testFolder } from "../../../fakes/fake-program.ts";
import { type ZipEntry, zipOf } from "../../../fakes/zip.ts";

const roomy = { bytes: 10_000, entries: 100 };
const SYMBOLIC_LINK = 0o120_777;

/** Unpacks into a folder that is not there yet; tells what is around it as well. */
async function unpacked(files: Parameters<typeof zipOf>[0] | Buffer, limits = roomy, signal?: AbortSignal) {
  const root = await testFolder();
  const path = join(root, "artifact");
  await writeFile(path, Buffer.isBuffer(files) ? files : zipOf(files));
  const folder = join(root, "not", "there");
  const error = await unzip(path, folder, limits, signal).then(
    () => undefined,
    (thrown: unknown) => thrown as Error,
  );
  const all = (await readdir(root, { recursive: true })).filter((name) => name !== "artifact").sort();
  return { folder, error, all };
}

describe("a zip", () => {
  it("is unpacked with its folders, stored and compressed files alike", async () => {
    const files: readonly ZipEntry[] = [
      { path: "report.json", content: "{}".repeat(500), deflate: true },
      { path: "evidence/", content: "" },
      { path: "evidence/a/pods.json", content: "[]" },
      { path: "empty.txt", content: "", deflate: true },
    ];
    const { folder, error, all } = await unpacked(files);
    expect(error).toBeUndefined();
    expect(all).toEqual([
      "not",
      "not/there",
      "not/there/empty.txt",
      "not/there/evidence",
      "not/there/evidence/a",
      "not/there/evidence/a/pods.json",
      "not/there/report.json",
    ]);
    expect(await readFile(join(folder, "report.json"), "utf8")).toBe("{}".repeat(500));
    expect(await readFile(join(folder, "evidence/a/pods.json"), "utf8")).toBe("[]");
    expect(await readFile(join(folder, "empty.txt"), "utf8")).toBe("");
  });

  it("makes plain files of symbolic links", async () => {
    const { folder, error } = await unpacked([{ path: "link", content: "/etc/passwd", mode: SYMBOLIC_LINK }]);
    expect(error).toBeUndefined();
    expect((await lstat(join(folder, "link"))).isFile()).toBe(true);
    expect(await readFile(join(folder, "link"), "utf8")).toBe("/etc/passwd");
  });

  it("may be as large as is allowed, and have as many files", async () => {
    const files = { "a.txt": "a".repeat(60), "b.txt": "b".repeat(40) };
    expect((await unpacked(files, { bytes: 100, entries: 2 })).error).toBeUndefined();
  });
});

describe("nothing is written of a zip", () => {
  it.each<[string, Parameters<typeof zipOf>[0] | Buffer, typeof roomy, RegExp]>([
    [
      "that unpacks to more than is allowed",
      [
        { path: "a.txt", content: Buffer.alloc(60), deflate: true },
        { path: "b.txt", content: Buffer.alloc(41), deflate: true },
      ],
      { ...roomy, bytes: 100 },
      /^it unpacks to 101 bytes, and at most 100 are unpacked$/,
    ],
    [
      "of more files than are allowed",
      { a: "", b: "", c: "" },
      { ...roomy, entries: 2 },
      /^it holds 3 files, and at most 2 /,
    ],
    ["with a path upwards", { "report.json": "{}", "a/../../evil.txt": "evil" }, roomy, /invalid relative path/],
    ["with a path upwards as Windows has it", { "..\\..\\evil.txt": "evil" }, roomy, /invalid relative path/],
    ["with an absolute path", { "/tmp/evil.txt": "evil" }, roomy, /absolute path/],
    ["that is none", Buffer.from("<html>503</html>"), roomy, /./],
    ["that is cut short", zipOf({ "report.json": "{}" }).subarray(0, 40), roomy, /./],
    ["of which nothing came", Buffer.alloc(0), roomy, /./],
  ])("%s", async (_, files, limits, words) => {
    const { error, all } = await unpacked(files, limits);
    expect(error?.message).toMatch(words);
    expect(all).toEqual([]);
  });
});

describe("unpacking ends", () => {
  it("at a file that becomes larger than its list says, at the first byte too many", async () => {
    const bomb: ZipEntry = { path: "bomb.txt", content: Buffer.alloc(5_000_000), deflate: true, claims: 10 };
    const { folder, error } = await unpacked([bomb]);
    expect(error?.message).toMatch(/too many bytes/);
    expect((await lstat(join(folder, "bomb.txt"))).size).toBeLessThanOrEqual(10);
  });

  it("at a name that is there twice", async () => {
    const twice = [
      { path: "report.json", content: "one" },
      { path: "report.json", content: "two" },
    ];
    const { folder, error } = await unpacked(twice);
    expect(error?.message).toMatch(/EEXIST/);
    expect(await readFile(join(folder, "report.json"), "utf8")).toBe("one");
  });

  it("when the run is to stop", async () => {
    const reason = new Error("stopped by SIGINT");
    expect((await unpacked({ "a.txt": "a" }, roomy, AbortSignal.abort(reason))).error?.name).toBe("AbortError");
  });
});
