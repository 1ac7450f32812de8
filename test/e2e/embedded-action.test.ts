/** The action from dist/ on a runner without Docker: it judges the reference mesh where that is asked for, and only there. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { reportSchema } from "../../src/domain/report/report.ts";
import type { RawInputs } from "../../src/inputs/inputs.ts";
import { createJob, type Job } from "./support/runner.ts";
import { type Services, startServices } from "./support/services.ts";

const root = join(import.meta.dirname, "..", "..");
const own = "project's own reference mesh, which runs in this process, and not a mesh of yours";
const jobs: Job[] = [];
let services: Services;

beforeEach(async () => {
  services = await startServices();
});

/** Nothing is on its PATH, so it is also shown to start no program. */
async function job(inputs: RawInputs): Promise<Job> {
  const one = await createJob(
    root,
    { "report-dir": "report", ...inputs },
    { PATH: "/nonexistent", DOCKER_HOST: "unix:///nonexistent", ...services.env },
  );
  jobs.push(one);
  return one;
}

beforeAll(() => {
  for (const file of ["main.cjs", "post.cjs"])
    expect(existsSync(join(root, "dist", file)), `dist/${file} is missing: npm run build`).toBe(true);
});

afterEach(async () => {
  for (const one of jobs.splice(0)) await one.remove();
  await services.close();
});

describe("cluster: embedded", () => {
  it("runs the whole suite, says whose verdict it is, and leaves post nothing to do", async () => {
    const one = await job({ cluster: "embedded" });
    const main = await one.run("main");
    expect(main, main.lines.join("\n")).toMatchObject({ exitCode: 0, annotations: [] });
    expect(main.outputs).toMatchObject({ verdict: "conformant", percentage: "100", failed: "[]", "cluster-name": "" });
    expect(main.lines.join(" ")).toContain(own);
    expect(main.summary.split("\n").slice(0, 4).join(" ").replaceAll("&#39;", "'")).toContain(own);
    const report = reportSchema.parse(JSON.parse(await readFile(main.outputs.report ?? "", "utf8")));
    expect(report.cluster).toMatchObject({ provider: "embedded", nodeImage: null, kind: null });
    const post = await one.run("post");
    expect(post).toMatchObject({ exitCode: 0, annotations: [] });
  });

  it("fails the step on a mutant, and names it", async () => {
    const one = await job({ mutant: "ignores-weights", only: "traffic-split/weight-75-25" });
    const main = await one.run("main");
    expect(main.exitCode, main.lines.join("\n")).toBe(1);
    expect(main.outputs).toMatchObject({ verdict: "not-conformant", failed: '["traffic-split/weight-75-25"]' });
    expect(main.annotations.map(({ message }) => message).join(" ")).toContain(
      "Reference mesh, mutant ignores-weights",
    );
  });
});

describe("a token that only reads", () => {
  it("is a warning and a line of the summary, and changes no verdict", async () => {
    const one = await job({ mutant: "ignores-weights", only: "traffic-split/weight-75-25", token: "read-token" });
    const main = await one.run("main");
    expect(main.exitCode).toBe(1);
    expect(main.outputs).toMatchObject({ verdict: "not-conformant", gate: "block", "status-url": "" });
    expect(services.github.statuses).toEqual([]);
    expect(main.annotations.filter(({ level }) => level === "warning").map(({ message }) => message)).toEqual([
      expect.stringMatching(/^no commit status: .*not accessible/),
    ]);
    expect(main.summary).toMatch(/No commit status: .*not accessible/);
    expect([...(await services.artifacts()).keys()]).toHaveLength(1);
    expect(await one.run("post")).toMatchObject({ exitCode: 0, annotations: [] });
  });

  it("is kept from every log and from the report", async () => {
    const one = await job({ cluster: "embedded", only: "traffic-split/weight-75-25" });
    const main = await one.run("main");
    expect(main.masks).toContain("write-token");
    expect(main.lines.join("\n")).not.toContain("write-token");
    for (const files of (await services.artifacts()).values())
      for (const content of files.values()) expect(content.toString("utf8")).not.toContain("write-token");
  });
});

it("a mesh that a workflow forgot to name is a mistake there, and not a look at the reference mesh", async () => {
  const one = await job({});
  const main = await one.run("main");
  expect(main.exitCode, main.lines.join("\n")).toBe(2);
  const messages = main.annotations.map(({ message }) => message);
  expect(messages).toHaveLength(2);
  expect(messages[0]).toMatch(/^mesh: it is required and empty.*--cluster embedded/);
  expect(messages[1]).toMatch(/^mesh-version: /);
  expect(main.outputs).toEqual({});
});
