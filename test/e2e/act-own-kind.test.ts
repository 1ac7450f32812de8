/**
 * The workflows of this project that need a cluster, run by act to the letter. The action that they use has the images and the
 * manifest of the lab as its defaults (`npm run lab`), and two rows of which Traefik Mesh breaks one.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  ACTION,
  type ActOptions,
  type ActResult,
  copyOfThisRepository,
  type Repository,
  runAct,
} from "./support/act.ts";
import { clusterOf, printed } from "./support/act-log.ts";
import type { GhRun } from "./support/gh.ts";
import { clusters } from "./support/kind-clusters.ts";
import { traefikMesh } from "./support/lab.ts";
import { reportIn, type Services, startServices } from "./support/services.ts";
import { withDefaults } from "./support/shown-workflows.ts";

const root = join(import.meta.dirname, "..", "..");
const support = join(import.meta.dirname, "support");
const failed = "traffic-access/tcp-allow-by-serviceaccount";
const passed = "traffic-split/weight-75-25";
const started: Services[] = [];
let action: Repository;

beforeAll(async () => {
  const { mesh: _, "mesh-version": __, ...lab } = traefikMesh;
  const text = await readFile(join(root, "action.yml"), "utf8");
  action = await copyOfThisRepository({ "action.yml": withDefaults(text, { ...lab, only: `${failed} ${passed}` }) });
});
afterAll(() => action?.remove());
afterEach(async () => {
  for (const one of started.splice(0)) await one.close();
});

async function servicesOf(runId: string): Promise<Services> {
  const services = await startServices({ repository: ACTION, runId });
  started.push(services);
  return services;
}

function options(file: string, services: Services, more: Partial<ActOptions>): ActOptions {
  const workflow = `.github/workflows/${file}`;
  return {
    ...{ repository: action, workflow, event: "schedule", token: "write-token", env: services.env },
    ...more,
  };
}

const sequence = ({ github }: Services) => github.statuses.map(({ state, sha }) => `${state} ${sha}`);

async function artifactOf(services: Services, name: string): Promise<ReadonlyMap<string, Buffer>> {
  const artifacts = await services.artifacts();
  expect([...artifacts.keys()]).toEqual([name]);
  return artifacts.get(name) ?? new Map();
}

/** Others may be at work on this machine, so there may be more clusters than the run's own. */
async function expectNoClusterOf(result: ActResult): Promise<void> {
  expect(await clusters(), result.lines.join("\n")).not.toContain(clusterOf(result));
}

describe("nightly.yml", () => {
  const context = "smi-conformance/nightly/traefik-mesh/1.4.8";
  const nameOf = (attempt: number) => `nightly-traefik-mesh-1.4.8-attempt-${attempt}`;
  const programs = { gh: join(support, "gh.ts") };
  const night = (services: Services, runs: readonly GhRun[], env: Readonly<Record<string, string>> = {}) =>
    runAct(
      options("nightly.yml", services, { programs, env: { ...services.env, RUNS: JSON.stringify(runs), ...env } }),
    );

  it("has nothing to compare with in its first night, and compares the next with the last good one", async () => {
    const first = await servicesOf("4711");
    const one = await night(first, [], { GITHUB_RUN_ATTEMPT: "2" });
    const log = one.lines.join("\n");
    // The step is green and the status is not: with fail-on never the decision is told, and stops nothing.
    expect(one.exitCode, log).toBe(0);
    expect(sequence(first), log).toEqual([`pending ${action.sha}`, `failure ${action.sha}`]);
    const report = reportIn(await artifactOf(first, nameOf(2)));
    expect(report).toMatchObject({
      verdict: "not-conformant",
      gate: { failOn: "never", enforced: false, baseline: null },
    });
    await expectNoClusterOf(one);

    const run = { workflow: "nightly.yml", headBranch: "main", status: "completed", conclusion: "success" };
    const runs = [
      { ...run, databaseId: 4800, attempt: 1, status: "in_progress", conclusion: "" },
      { ...run, databaseId: 4713, attempt: 1, conclusion: "failure" },
      { ...run, databaseId: 4712, attempt: 1, headBranch: "topic" },
      { ...run, databaseId: 4711, attempt: 2 },
      { ...run, databaseId: 4710, attempt: 1 },
    ];
    const second = await servicesOf("4800");
    // Artifacts of earlier runs and statuses are at one address, which is that of the first night's services.
    const { GITHUB_API_URL = "" } = first.env;
    const two = await night(second, runs, { GITHUB_API_URL });
    const text = two.lines.join("\n");
    expect(two.exitCode, text).toBe(0);
    expect(sequence(first).slice(2), text).toEqual([`pending ${action.sha}`, `success ${action.sha}`]);
    expect(new Set(first.github.statuses.map((status) => status.context))).toEqual(new Set([context]));
    const compared = reportIn(await artifactOf(second, nameOf(1)));
    expect(compared).toMatchObject({
      verdict: "not-conformant",
      gate: {
        ...{ failOn: "regression", decision: "pass" },
        rules: expect.arrayContaining([expect.objectContaining({ rule: "regression", held: true })]),
        baseline: { mesh: "traefik-mesh", version: "1.4.8", source: expect.stringContaining("4711") },
      },
    });
    await expectNoClusterOf(two);
  });
});

/** The signature itself is not made: a stand-in takes the inputs of actions/attest and prints what that would sign. */
describe("attest.yml", () => {
  it("hands a failed result on to be signed, as the statement in the artifact says it", async () => {
    const services = await servicesOf("4711");
    const workflow = await readFile(join(root, ".github/workflows/attest.yml"), "utf8");
    const [attest = ""] = /actions\/attest@[0-9a-f]{40}/.exec(workflow) ?? [];
    const result = await runAct(
      options("attest.yml", services, {
        event: "release",
        payload: { action: "published", release: { tag_name: "v1.4.8" } },
        actions: { [attest]: join(support, "attest") },
      }),
    );
    const log = result.lines.join("\n");
    expect(result.exitCode, log).toBe(0);
    const [files = new Map<string, Buffer>()] = (await services.artifacts()).values();
    const statement = JSON.parse(files.get("test-result.intoto.json")?.toString() ?? "null");
    expect(statement).toMatchObject({ predicate: { result: "FAILED", failedTests: [failed], passedTests: [passed] } });
    expect(JSON.parse(printed(result, "to be signed: "))).toEqual(statement);
    await expectNoClusterOf(result);
  });
});
