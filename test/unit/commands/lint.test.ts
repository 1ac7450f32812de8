/** `lint` finds what a run would, in whatever files it is given, and creates nothing. */
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readProfile } from "../../../src/adapters/files/catalogue.ts";
import { withTempFolder } from "../../../src/adapters/files/folders.ts";
import { lintCommand } from "../../../src/commands/lint.ts";
import { profileSchema } from "../../../src/mesh/profile.ts";
import { mistakesOf } from "../inputs/mistakes.ts";

async function lint(argv: readonly string[]) {
  let text = "";
  const command = lintCommand({
    bundled: "assertions",
    print: (line) => {
      text += line;
    },
    checkProfile: (file) => readProfile("meshes", undefined, file, profileSchema),
  });
  return { code: await command.run(argv), text };
}

/** A copy of a bundled file with something wrong in it. */
async function withWrong<T>(
  bundled: string,
  [from, to]: readonly [string, string],
  use: (folder: string) => Promise<T>,
) {
  return withTempFolder(async (folder) => {
    const text = await readFile(bundled, "utf8");
    expect(text).toContain(from);
    await mkdir(dirname(join(folder, bundled)), { recursive: true });
    await writeFile(join(folder, bundled), text.replace(from, to));
    return use(folder);
  });
}

describe("lint", () => {
  it("finds no mistake in what is bundled", async () => {
    expect(await lint(["assertions/fixtures", "assertions/traffic-split/weight-75-25.yaml", "meshes"])).toEqual({
      code: 0,
      text: expect.stringMatching(/^\d+ files, no mistakes$/),
    });
    expect(await lint(["meshes/traefik-mesh.yaml", "--json"])).toEqual({ code: 0, text: "[]" });
  });

  it.each([
    [
      "an assertion, which may use a bundled fixture",
      "assertions/traffic-split/weight-75-25.yaml",
      ["v1: 75", "v-1: 75"],
      "v-1",
      "Did you mean v1?",
    ],
    [
      "a fixture",
      "assertions/fixtures/access.yaml",
      ["selects: [server]", "selects: [sever]"],
      "sever",
      "Did you mean server?",
    ],
    ["a profile", "meshes/traefik-mesh.yaml", ["access: ", "acess: "], "acess", "Did you mean access?"],
  ] as const)("points into %s, as text and as JSON", async (_, file, change, wrong, meant) => {
    await withWrong(file, change, async (folder) => {
      const path = join(folder, file);
      const text = await lint([path]);
      expect(text.code).toBe(2);
      expect(text.text).toMatch(/\.yaml:\d+:\d+: /);
      expect(text.text).toContain(meant);
      const json = await lint([folder, "--json"]);
      expect(json.code).toBe(2);
      const found = JSON.parse(json.text) as readonly Record<string, unknown>[];
      expect(found[0]).toEqual({
        file: expect.stringContaining(file),
        line: expect.any(Number),
        column: expect.any(Number),
        message: expect.stringContaining(`"${wrong}"`),
        allowed: expect.stringContaining(meant),
      });
    });
  });

  it("names the mistakes of the files that are asked for, and of no others", async () => {
    await withWrong("assertions/traffic-split/weight-75-25.yaml", ["v1: 75", "v-1: 75"], async (folder) => {
      const other = "assertions/traffic-split/weight-90-10.yaml";
      await cp(other, join(folder, other));
      expect((await lint([join(folder, other)])).code).toBe(0);
    });
  });

  it("says which path is not there, which file is refused by name, and that a path is needed", async () => {
    expect((await lint(["nowhere.yaml"])).text).toContain('"nowhere.yaml" cannot be read (ENOENT)');
    await withTempFolder(async (folder) => {
      await writeFile(join(folder, "a.json"), "{}");
      expect(await lint([folder])).toMatchObject({ code: 2, text: expect.stringContaining('ends in ".json"') });
    });
    expect((await mistakesOf(() => lint([]))).map(({ input }) => input)).toEqual(["lint"]);
  });
});
