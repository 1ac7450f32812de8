/** Every workflow that this project has or shows, by act's copy of GitHub's workflow schema. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { validate } from "./support/act.ts";
import { shownWorkflows } from "./support/shown-workflows.ts";

const root = join(import.meta.dirname, "..", "..");
const own = (await readdir(join(root, ".github/workflows"))).map((name) => `.github/workflows/${name}`);
const fixtures = (await readdir(join(import.meta.dirname, "workflows"))).map((name) => `test/e2e/workflows/${name}`);
const shown = [...(await shownWorkflows("README.md")), ...(await shownWorkflows("docs/workflows.md"))];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "smi-validate-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Where a workflow says `uses:`, in jobs and in steps. */
function used(workflow: unknown): readonly string[] {
  if (Array.isArray(workflow)) return workflow.flatMap(used);
  if (typeof workflow !== "object" || workflow === null) return [];
  return Object.entries(workflow).flatMap(([key, value]) =>
    key === "uses" && typeof value === "string" ? [value] : used(value),
  );
}

describe("is valid", () => {
  it.each([...own, ...fixtures])("%s", async (file) => {
    expect(await validate(join(root, file))).toBe("");
  });

  it.each(shown.map((one) => [one.title, one.text] as const))("shown: %s", async (_title, text) => {
    const file = join(folder, "shown.yml");
    await writeFile(file, text);
    expect(await validate(file)).toBe("");
  });
});

it("the schema refuses what GitHub refuses", async () => {
  const file = join(folder, "wrong.yml");
  await writeFile(file, "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    stepz: []\n");
  expect(await validate(file)).toMatch(/stepz/);
});

describe("every action of somebody else is pinned by its commit", () => {
  it.each(own)("%s", async (file) => {
    const others = used(parse(await readFile(join(root, file), "utf8"))).filter(
      (uses) => !uses.startsWith("./") && !uses.startsWith("layer5io/smi-conformance-action"),
    );
    expect(others.filter((uses) => !/@[0-9a-f]{40}$/.test(uses))).toEqual([]);
  });
});
