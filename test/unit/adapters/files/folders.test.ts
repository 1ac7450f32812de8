import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assertWritable, withTempFolder } from "../../../../src/adapters/files/folders.ts";
import { createReportFolder } from "../../../../src/adapters/files/report-folder.ts";
import { ConfigurationError, InfrastructureError } from "../../../../src/errors.ts";
import { testFolder } from "../../../fakes/fake-program.ts";

describe("the report folder", () => {
  it("is made when something is written, with the folders below it, and holds nothing else", async () => {
    const path = join(await testFolder(), "a", "b");
    const report = createReportFolder(path);
    expect(existsSync(path)).toBe(false);
    await report.write("evidence/traffic access/x.json", "1");
    await report.write("evidence/traffic access/x.json", "ü");
    expect(await readFile(join(path, "evidence/traffic access/x.json"), "utf8")).toBe("ü");
    expect(await readdir(join(path, "evidence/traffic access"))).toEqual(["x.json"]);
  });

  it.each(["../out.txt", "/tmp/smi-out.txt", "a/../../out.txt", ".", ""])(
    "does not write %j, which is outside it",
    async (path) => {
      const folder = await testFolder();
      await expect(createReportFolder(join(folder, "report")).write(path, "x")).rejects.toThrow(InfrastructureError);
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it("says when a report cannot be written", async () => {
    const folder = await testFolder();
    await writeFile(join(folder, "file"), "");
    const error = await createReportFolder(join(folder, "file"))
      .write("r.json", "x")
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "report-write", cause: { code: expect.stringMatching(/ENOTDIR|EEXIST/) } });
  });
});

describe("a folder for reports is tried", () => {
  it("and leaves no trace, whether it was there or not", async () => {
    const folder = await testFolder();
    await mkdir(join(folder, "there"));
    await assertWritable(join(folder, "there"));
    await assertWritable(join(folder, "not", "there"));
    expect(await readdir(folder)).toEqual(["there"]);
    expect(await readdir(join(folder, "there"))).toEqual([]);
  });

  it("and refused when it is a file, below a file, or on a file system that takes no files", async () => {
    const file = join(await testFolder(), "file");
    await writeFile(file, "");
    for (const path of [file, join(file, "x"), "/proc/smi"]) {
      const error = await assertWritable(path).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(error).toMatchObject({ input: "report-dir", message: expect.stringContaining(path) });
    }
    expect(await readFile(file, "utf8")).toBe("");
  });

  it.skipIf(process.getuid?.() === 0)("and refused when this user may not write there", async () => {
    const folder = await testFolder();
    await chmod(folder, 0o500);
    await expect(assertWritable(join(folder, "x"))).rejects.toThrow(ConfigurationError);
  });
});

it("gives a temporary folder that is gone when its use ends, also badly", async () => {
  const seen: string[] = [];
  const use = async (folder: string) => {
    seen.push(folder);
    await writeFile(join(folder, "x"), "");
    throw new Error("no");
  };
  await expect(withTempFolder(use)).rejects.toThrow("no");
  expect(existsSync(seen[0] ?? "/")).toBe(false);
});
