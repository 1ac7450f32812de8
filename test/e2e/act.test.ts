/** Workflows of a user, run by nektos/act with the action as this checkout has it. Needs Go once; no Docker, no network. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ACTION, copyOfThisRepository, createRepository, type Repository, runAct } from "./support/act.ts";
import { printed } from "./support/act-log.ts";
import { type Services, startServices } from "./support/services.ts";

const repositories: Repository[] = [];
let action: Repository;
let services: Services;

async function userRepository(workflow: string): Promise<Repository> {
  const text = await readFile(join(import.meta.dirname, "workflows", workflow), "utf8");
  const one = await createRepository({ [`.github/workflows/${workflow}`]: text });
  repositories.push(one);
  return one;
}

beforeAll(async () => {
  action = await copyOfThisRepository();
  services = await startServices();
});

afterAll(async () => {
  await services?.close();
  for (const one of [action, ...repositories.splice(0)]) await one?.remove();
});

describe("outputs of a run are there for the next step and the next job", () => {
  it.each([
    ["push", { ref: "refs/heads/main" }],
    ["release", { action: "published", release: { tag_name: "v1.2.3" } }],
    ["merge_group", { merge_group: { head_sha: "a".repeat(40), head_ref: "refs/heads/gh-readonly-queue/main/pr-7" } }],
  ])("on %s", async (event, payload) => {
    const result = await runAct({
      repository: await userRepository("outputs.yml"),
      workflow: ".github/workflows/outputs.yml",
      event,
      payload,
      token: "write-token",
      env: services.env,
      actions: { [`${ACTION}@main`]: action.folder },
    });
    const log = result.lines.join("\n");
    expect(result.exitCode, log).toBe(0);
    expect(printed(result, "v24.")).toBeDefined();
    expect(printed(result, "in the report:")).toBe("conformant");
    expect(JSON.parse(printed(result, "needs:"))).toMatchObject({
      conformant: { result: "success", outputs: { verdict: "conformant", percentage: "100" } },
      "not-conformant": {
        result: "success",
        outputs: { outcome: "failure", verdict: "not-conformant", failed: '["traffic-split/weight-75-25"]' },
      },
    });
    const headings = result.summaries.map(({ text }) => text.split("\n")[0]).sort();
    expect(headings).toEqual([
      expect.stringMatching(/^## ✅ Conformant: Reference mesh/),
      expect.stringMatching(/^## ❌ Not conformant: Reference mesh, mutant ignores-weights/),
    ]);
    // One for the row, one for the step: both of the job that asked for it.
    const errors = result.annotations.filter(({ level }) => level === "error");
    expect(errors.map(({ jobId }) => jobId)).toEqual(["not-conformant", "not-conformant"]);
    const [ofRow, ofStep] = errors.map(({ text }) => text);
    expect(ofRow).toContain("traffic-split/weight-75-25");
    expect(ofStep).toContain("the gate blocks");
  });
});
