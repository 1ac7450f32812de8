import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { assertNothingForeign, filesOfRun } from "../../../../src/adapters/files/own-files.ts";
import { createReportFolder } from "../../../../src/adapters/files/report-folder.ts";
import { ConfigurationError } from "../../../../src/errors.ts";
import { testFolder } from "../../../fakes/fake-program.ts";

async function lay(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** A run that wrote a report and evidence, and was killed in the middle of a file. */
async function killedRun(path: string): Promise<string> {
  const folder = createReportFolder(path);
  await folder.begin();
  await folder.write("report.json", "old");
  await folder.write("evidence/traffic-split/x/pods.json", "old");
  await lay(path, { ".smi-conformance-0c8c7dbe-5e23-4594-a198-b786c4bc13da": "half" });
  return folder.run;
}

describe("the files of a run", () => {
  it("are listed, whatever else lies in the folder, also for the step that comes after a kill", async () => {
    const path = await testFolder();
    await lay(path, { ".git/config": "credentials", ".env": "SECRET=1", "src/main.c": "" });
    const folder = createReportFolder(path);
    await folder.begin();
    await folder.write("report.json", "{}");
    await folder.write("evidence/a/findings.json", "{}");
    await folder.collect("evidence/kind", async (to) => {
      await writeFile(join(to, "kubelet.log"), "x");
      await symlink("/etc/hostname", join(to, "link"));
    });
    const own = ["evidence/a/findings.json", "evidence/kind/kubelet.log", "report.json"];
    expect(folder.files()).toEqual(own);
    expect(await filesOfRun(path, folder.run)).toEqual(own);
    expect(await filesOfRun(path, "0c8c7dbe-5e23-4594-a198-b786c4bc13da")).toEqual([]);
  });

  it("of an earlier run are gone before anything else happens, and nobody else's are", async () => {
    const path = await testFolder();
    await lay(path, { ".env": "SECRET=1" });
    const earlier = await killedRun(path);
    await assertNothingForeign(path);
    const folder = createReportFolder(path);
    await folder.begin();
    expect((await readdir(path)).sort()).toEqual([".env", ".smi-conformance-files"]);
    expect([await filesOfRun(path, earlier), await filesOfRun(path, folder.run)]).toEqual([[], []]);
  });

  it.each([["report.json"], ["evidence/pods.json"]])("are not mixed with somebody else's %s", async (name) => {
    const path = await testFolder();
    await lay(path, { [name]: "theirs" });
    for (const refused of [assertNothingForeign(path), createReportFolder(path).begin()])
      await expect(refused).rejects.toThrow(ConfigurationError);
    expect(await readFile(join(path, name), "utf8")).toBe("theirs");
  });

  it("are none that a list names which came with a checkout", async () => {
    const [path, outside] = [await testFolder(), await testFolder()];
    await lay(outside, { "x.json": "theirs" });
    await lay(path, { ".git/config": "credentials" });
    await symlink(outside, join(path, "evidence"));
    const head = "Files written by smi-conformance, run 0c8c7dbe-5e23-4594-a198-b786c4bc13da";
    const names = [".git/config", "evidence/x.json", "evidence/../.git/config", "/etc/hostname"];
    await lay(path, { ".smi-conformance-files": `${[head, ...names].join("\n")}\n` });
    expect(await filesOfRun(path, "0c8c7dbe-5e23-4594-a198-b786c4bc13da")).toEqual([]);
    await expect(createReportFolder(path).begin()).rejects.toThrow(/evidence/);
    expect(await readFile(join(outside, "x.json"), "utf8")).toBe("theirs");
    expect(await readFile(join(path, ".git/config"), "utf8")).toBe("credentials");
  });
});
