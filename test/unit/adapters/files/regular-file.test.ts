import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readReportFile, readReportFiles } from "../../../../src/adapters/files/report-files.ts";
import { readStored } from "../../../../src/adapters/files/stored-file.ts";
import { testFolder } from "../../../fakes/fake-program.ts";

async function pipe(): Promise<string> {
  const path = join(await testFolder(), "report.json");
  execFileSync("mkfifo", [path]);
  return path;
}

it("waits for no pipe", async () => {
  const path = await pipe();
  expect(await readReportFile(path, true)).toEqual({ path, named: true, unreadable: "it is not a regular file" });
  await expect(readStored("verify", path)).rejects.toMatchObject({
    name: "ConfigurationError",
    message: expect.stringContaining("it is not a regular file"),
  });
});

it("reads no device without end", async () => {
  expect(await readReportFile("/dev/zero", true)).toMatchObject({ unreadable: "it is not a regular file" });
  expect(await readReportFiles(["/dev/zero"])).toMatchObject([{ unreadable: "it is not a regular file" }]);
  await expect(readStored("verify", "/dev/zero")).rejects.toMatchObject({ name: "ConfigurationError" });
});

it("reads the bytes of a file, and names one that is not there", async () => {
  const path = join(await testFolder(), "report.json");
  await writeFile(path, "{}");
  expect(await readReportFile(path, true)).toMatchObject({ text: "{}" });
  expect(await readReportFile(`${path}.no`, true)).toMatchObject({ unreadable: "ENOENT" });
});
