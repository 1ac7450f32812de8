/** The workflows that docs/workflows.md shows, as they stand there but for the mesh, with GitHub's services played by fakes. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { matrixSchema } from "../../src/domain/matrix.ts";
import { reportSchema } from "../../src/domain/report.ts";
import {
  ACTION,
  type ActResult,
  copyOfThisRepository,
  createRepository,
  type Repository,
  runAct,
  startAct,
} from "./support/act.ts";
import { printed } from "./support/act-log.ts";
import { type Services, startServices } from "./support/services.ts";
import { shownWorkflows, withInputs } from "./support/shown-workflows.ts";

const shown = await shownWorkflows("docs/workflows.md");
const HEAD = "b".repeat(40);
const few = "traffic-split/weight-75-25 traffic-access/http-allow-by-serviceaccount resource/split-requires";
const reference = { cluster: "embedded", mesh: "reference", "mesh-version": "", only: few };
const faulty = { ...reference, mutant: "ignores-weights" };

let action: Repository;
let services: Services;
const repositories: Repository[] = [];

beforeAll(async () => {
  action = await copyOfThisRepository();
});
afterAll(() => action?.remove());

beforeEach(async () => {
  services = await startServices();
});
afterEach(async () => {
  await services.close();
  for (const one of repositories.splice(0)) await one.remove();
});

interface Run {
  readonly file: string;
  readonly event: string;
  readonly payload?: Readonly<Record<string, unknown>>;
  /** What gets the inputs; the action itself when left out. */
  readonly uses?: string;
  /** Left out: the workflow is run to the letter. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly token?: string;
}

async function prepare({ file, event, payload = {}, uses = `${ACTION}@main`, inputs, token = "write-token" }: Run) {
  const path = `.github/workflows/${file}`;
  const found = shown.find((one) => one.path === path);
  if (found === undefined) throw new Error(`docs/workflows.md shows no ${path}`);
  const text = inputs === undefined ? found.text : withInputs(found.text, uses, inputs);
  const repository = await createRepository({ [path]: text });
  repositories.push(repository);
  return {
    ...{ repository, workflow: path, event, payload, token, env: services.env },
    actions: { [`${ACTION}@main`]: action.folder },
  };
}

const run = async (one: Run): Promise<ActResult & { readonly sha: string }> => {
  const options = await prepare(one);
  return { ...(await runAct(options)), sha: options.repository.sha };
};

/** State and commit of each status, in their order. */
const sequence = () => services.github.statuses.map(({ state, sha }) => `${state} ${sha}`);

async function onlyReport(): Promise<ReadonlyMap<string, Buffer>> {
  const artifacts = await services.artifacts();
  expect([...artifacts.keys()]).toHaveLength(1);
  const [files = new Map<string, Buffer>()] = artifacts.values();
  return files;
}

describe("the simplest gate", () => {
  it.each([
    ["a mesh that conforms", reference, 0, "success", "conformant"],
    ["a mesh that does not", faulty, 1, "failure", "not-conformant"],
  ])("%s: status, artifact and summary", async (_what, inputs, exitCode, state, verdict) => {
    const result = await run({ file: "conformance.yml", event: "push", inputs });
    const log = result.lines.join("\n");
    expect(result.exitCode, log).toBe(exitCode);
    expect(sequence(), log).toEqual([`pending ${result.sha}`, `${state} ${result.sha}`]);
    const [pending, last] = services.github.statuses;
    expect(pending?.context).toBe(last?.context);
    expect(last?.context).toMatch(/^smi-conformance\/reference\//);
    expect(last?.targetUrl).toMatch(/^https:\/\/github\.com\/o\/r\/actions\/runs\/\d+/);
    const files = await onlyReport();
    const report = reportSchema.parse(JSON.parse(files.get("report.json")?.toString("utf8") ?? ""));
    expect(report).toMatchObject({ verdict, gate: { decision: exitCode === 0 ? "pass" : "block" } });
    expect([...files.keys()]).toEqual(expect.arrayContaining(["report.json", "report.md", "report.html", "junit.xml"]));
    if (exitCode !== 0) expect([...files.keys()].some((path) => path.startsWith("evidence/"))).toBe(true);
    expect(result.summaries).toHaveLength(1);
  });

  it("cancelled in the middle: the status is terminal all the same", async () => {
    const options = await prepare({ file: "conformance.yml", event: "push", inputs: { ...reference, only: "" } });
    const running = await startAct(options);
    await running.line(/PASS {2}/);
    await vi.waitFor(() => expect(sequence()).toEqual([`pending ${options.repository.sha}`]), { timeout: 60_000 });
    const { lines } = await running.interrupt();
    const log = lines.join("\n");
    expect(log).toMatch(/cancelled: signal: killed/);
    expect(sequence(), log).toEqual([`pending ${options.repository.sha}`, `error ${options.repository.sha}`]);
  });
});

describe("pull requests", () => {
  const pull = (head: string) => ({
    number: 7,
    pull_request: { number: 7, head: { sha: HEAD, ref: "topic", repo: { full_name: head } }, base: { ref: "main" } },
    repository: { full_name: "o/r" },
  });

  it("of this repository: the status is on the head, not on the test merge", async () => {
    const result = await run({
      file: "pull-request.yml",
      event: "pull_request",
      payload: pull("o/r"),
      inputs: reference,
    });
    expect(result.exitCode, result.lines.join("\n")).toBe(0);
    expect(sequence()).toEqual([`pending ${HEAD}`, `success ${HEAD}`]);
  });

  it("of a fork: a warning, the same verdict, and the second workflow sets the status", async () => {
    const first = await run({
      ...{ file: "pull-request.yml", event: "pull_request", payload: pull("fork/r") },
      ...{ inputs: faulty, token: "read-token" },
    });
    const log = first.lines.join("\n");
    expect(first.exitCode, log).toBe(1);
    expect(sequence(), log).toEqual([]);
    expect(
      first.annotations
        .filter(({ level }) => level === "warning")
        .map(({ text }) => text)
        .join(),
    ).toMatch(/no commit status: the pull request comes from fork\/r/);
    await onlyReport();
    const workflowRun = {
      ...{ id: services.runId, run_attempt: 1, event: "pull_request", head_sha: HEAD, conclusion: "failure" },
      ...{ head_repository: { full_name: "fork/r" }, actor: { login: "somebody" } },
      html_url: `https://github.com/o/r/actions/runs/${services.runId}`,
    };
    const second = await run({
      ...{ file: "pull-request-status.yml", event: "workflow_run" },
      payload: { action: "completed", workflow_run: workflowRun, repository: { full_name: "o/r" } },
    });
    expect(second.exitCode, second.lines.join("\n")).toBe(0);
    expect(sequence()).toEqual([`failure ${HEAD}`]);
    expect(services.github.statuses[0]).toMatchObject({
      context: "smi-conformance/traefik-mesh",
      description: expect.stringMatching(/MUST/),
      targetUrl: workflowRun.html_url,
    });
  });
});

it("a merge queue: the status is on the queue's own commit", async () => {
  const payload = { merge_group: { head_sha: HEAD, head_ref: "refs/heads/gh-readonly-queue/main/pr-7" } };
  const result = await run({ file: "merge-queue.yml", event: "merge_group", payload, inputs: reference });
  expect(result.exitCode, result.lines.join("\n")).toBe(0);
  expect(sequence()).toEqual([`pending ${HEAD}`, `success ${HEAD}`]);
});

describe("a release that waits", () => {
  it("is made where the gate passes, and its last job has the address of the report", async () => {
    const result = await run({ file: "release.yml", event: "push", inputs: reference });
    expect(result.exitCode, result.lines.join("\n")).toBe(0);
    expect(printed(result, "job ")).toBe("success, gate pass");
    expect(printed(result, "released; the report is at ")).toMatch(/^https:\/\/github\.com\/o\/r\/.*artifacts\/\d+$/);
  });

  it("is not made where the gate blocks", async () => {
    const result = await run({ file: "release.yml", event: "push", inputs: faulty });
    const log = result.lines.join("\n");
    expect(result.exitCode, log).toBe(1);
    expect(printed(result, "job ")).toBe("failure, gate block");
    expect(log).not.toMatch(/released;/);
  });
});

describe("several meshes", () => {
  const uses = `${ACTION}/.github/workflows/conformance-matrix.yml@main`;
  const run1 = (mesh: Readonly<Record<string, string>>, shards: number) =>
    run({
      ...{ file: "matrix.yml", event: "push", uses },
      inputs: {
        meshes: JSON.stringify([{ mesh: "reference", version: "", cluster: "embedded", ...mesh }]),
        ...{ kubernetes: '[""]', only: few, shards: String(shards) },
      },
    });
  const MATRIX = "smi-conformance-matrix-attempt-1";
  // act knows no strategy.job-index, which makes the names different on GitHub.
  const leg = (shard: number) => `smi-conformance-leg--reference--${shard}-attempt-1`;

  it.each([
    ["one leg", 1],
    ["two shards, one row", 2],
  ])("%s: a table of it, and a gate that passes", async (_what, shards) => {
    const result = await run1({}, shards);
    const log = result.lines.join("\n");
    expect(result.exitCode, log).toBe(0);
    expect(printed(result, "jobs ")).toBe("success, gate pass");
    const artifacts = await services.artifacts();
    expect([...artifacts.keys()].sort()).toEqual([leg(1), leg(2)].slice(0, shards).concat(MATRIX).sort());
    const files = artifacts.get(MATRIX);
    expect([...(files?.keys() ?? [])]).toEqual(
      expect.arrayContaining(["matrix.html", "matrix.json", "matrix.md", "matrix.svg"]),
    );
    const { rows } = matrixSchema.parse(JSON.parse(files?.get("matrix.json")?.toString() ?? ""));
    expect(rows).toMatchObject([{ mesh: "reference", verdict: "conformant", whole: true, counts: { PASS: 3 } }]);
    expect(result.summaries.map(({ text }) => text.trim())).toContain(files?.get("matrix.md")?.toString().trim());
  });

  it("one that fails: the table all the same, and a gate that blocks", async () => {
    const result = await run1({ mutant: "ignores-weights" }, 1);
    const log = result.lines.join("\n");
    expect(result.exitCode, log).toBe(1);
    // act ends a run at a called workflow that failed, so the caller's own gate is not reached.
    expect(log).toMatch(/::set-output:: gate=block/);
    const files = (await services.artifacts()).get(MATRIX);
    const { rows } = matrixSchema.parse(JSON.parse(files?.get("matrix.json")?.toString() ?? ""));
    expect(rows).toMatchObject([{ mutant: "ignores-weights", verdict: "not-conformant", gate: { decision: "block" } }]);
  });
});

it("this project's own workflow judges its reference mesh, and one with a fault", async () => {
  const path = ".github/workflows/ci.yml";
  const result = await runAct({
    ...{ repository: action, workflow: path, job: "self", event: "push", payload: { ref: "refs/heads/main" } },
    ...{ token: "write-token", env: services.env },
  });
  const log = result.lines.join("\n");
  expect(result.exitCode, log).toBe(0);
  expect(printed(result, "reference mesh:")).toBe(
    "conformant pass success; with a fault: not-conformant block failure",
  );
  expect(sequence()).toEqual([`pending ${action.sha}`, `success ${action.sha}`]);
  expect([...(await services.artifacts()).keys()].sort()).toEqual(["mutant-attempt-1", "reference-mesh-attempt-1"]);
});
