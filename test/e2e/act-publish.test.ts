/** The workflows that docs/workflows.md shows, as they stand there but for the mesh, with GitHub's services played by fakes. */
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { matrixSchema } from "../../src/domain/matrix/matrix.ts";
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
import { reportIn, type Services, startServices } from "./support/services.ts";
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
  /** What else the repository has. */
  readonly files?: Readonly<Record<string, string>>;
  /** What else runs in the place of other repositories' actions. */
  readonly actions?: Readonly<Record<string, string>>;
}

async function prepare(one: Run) {
  const { file, event, payload = {}, uses = `${ACTION}@main`, inputs, token = "write-token", files, actions } = one;
  const path = `.github/workflows/${file}`;
  const found = shown.find((one) => one.path === path);
  if (found === undefined) throw new Error(`docs/workflows.md shows no ${path}`);
  const text = inputs === undefined ? found.text : withInputs(found.text, uses, inputs);
  const repository = await createRepository({ ...files, [path]: text });
  repositories.push(repository);
  return {
    ...{ repository, workflow: path, event, payload, token, env: services.env },
    actions: { ...actions, [`${ACTION}@main`]: action.folder },
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
    const report = reportIn(files);
    expect(report).toMatchObject({ verdict, gate: { decision: exitCode === 0 ? "pass" : "block" } });
    expect([...files.keys()]).toEqual(expect.arrayContaining(["report.json", "report.md", "report.html", "junit.xml"]));
    if (exitCode !== 0) expect([...files.keys()].some((path) => path.startsWith("evidence/"))).toBe(true);
    expect(result.summaries).toHaveLength(1);
  });

  it("cancelled in the middle: the status is terminal all the same", async () => {
    // All of it so often that its middle is still to come when its first verdict has been read.
    const inputs = { ...reference, only: "", repeat: "20" };
    const options = await prepare({ file: "conformance.yml", event: "push", inputs });
    const running = await startAct(options);
    const pending = expect.poll(sequence).toEqual([`pending ${options.repository.sha}`]);
    await Promise.all([running.line(/run 1 of 20: PASS/), pending]);
    const { lines } = await running.interrupt();
    const log = lines.join("\n");
    expect(log).toMatch(/cancelled: signal: killed/);
    expect(sequence(), log).toEqual([`pending ${options.repository.sha}`, `error ${options.repository.sha}`]);
  });
});

/** Payload of a pull request whose head is in that repository. */
const pull = (head: string) => ({
  number: 7,
  pull_request: { number: 7, head: { sha: HEAD, ref: "topic", repo: { full_name: head } }, base: { ref: "main" } },
  repository: { full_name: "o/r" },
});
const runPage = () => `https://github.com/o/r/actions/runs/${services.runId}`;
/** Payload of what follows the run of a fork's pull request. */
const afterwards = (conclusion: "success" | "failure") => ({
  action: "completed",
  workflow_run: {
    ...{ id: services.runId, run_attempt: 1, event: "pull_request", head_sha: HEAD, conclusion },
    ...{ head_repository: { full_name: "fork/r" }, actor: { login: "somebody" }, html_url: runPage() },
  },
  repository: { full_name: "o/r" },
});

describe("pull requests", () => {
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
    // Of both statuses, pending and final, the second is not tried.
    expect(services.github.requests.map(({ method, status }) => `${method} ${status}`)).toEqual(["POST 403"]);
    const warnings = first.annotations.filter(({ level }) => level === "warning").map(({ text }) => text);
    expect(warnings.filter((text) => /^no commit status: the pull request comes from fork\/r/.test(text))).toHaveLength(
      1,
    );
    expect(first.summaries.map(({ text }) => text).join()).toMatch(/^> ⚠️ No commit status: .*fork\/r/m);
    expect(reportIn(await onlyReport())).toMatchObject({ verdict: "not-conformant", gate: { decision: "block" } });
    const second = await run({
      ...{ file: "pull-request-status.yml", event: "workflow_run" },
      payload: afterwards("failure"),
    });
    expect(second.exitCode, second.lines.join("\n")).toBe(0);
    expect(sequence()).toEqual([`failure ${HEAD}`]);
    expect(services.github.statuses[0]).toMatchObject({
      context: "smi-conformance/traefik-mesh",
      description: expect.stringMatching(/MUST/),
      targetUrl: runPage(),
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
  interface Called {
    /** Of what is judged. */
    readonly mesh?: Readonly<Record<string, string>>;
    /** Of the called workflow. */
    readonly inputs?: Readonly<Record<string, string>>;
    readonly files?: Readonly<Record<string, string>>;
  }
  const call = ({ mesh, inputs, files = {} }: Called) =>
    run({
      ...{ file: "matrix.yml", event: "push", uses, files },
      inputs: {
        meshes: JSON.stringify([{ mesh: "reference", version: "", cluster: "embedded", ...mesh }]),
        ...{ kubernetes: '[""]', only: few, shards: "1", ...inputs },
      },
    });
  const MATRIX = "smi-conformance-matrix-attempt-1";
  // act knows no strategy.job-index, which makes the names different on GitHub.
  const artifactOf = (shard: number) => `smi-conformance-job--reference--${shard}-attempt-1`;
  const matrixText = async () => (await services.artifacts()).get(MATRIX)?.get("matrix.json")?.toString() ?? "";
  const matrix = async () => matrixSchema.parse(JSON.parse(await matrixText()));

  it.each([
    ["one job", 1],
    ["two shards, one row", 2],
  ])("%s: a table of it, and a gate that passes", async (_what, shards) => {
    const result = await call({ inputs: { shards: String(shards) } });
    const log = result.lines.join("\n");
    expect(result.exitCode, log).toBe(0);
    expect(printed(result, "jobs ")).toBe("success, gate pass");
    const artifacts = await services.artifacts();
    expect([...artifacts.keys()].sort()).toEqual([artifactOf(1), artifactOf(2)].slice(0, shards).concat(MATRIX).sort());
    const files = artifacts.get(MATRIX);
    expect([...(files?.keys() ?? [])]).toEqual(
      expect.arrayContaining(["matrix.html", "matrix.json", "matrix.md", "matrix.svg"]),
    );
    const { rows } = await matrix();
    expect(rows).toMatchObject([{ mesh: "reference", verdict: "conformant", whole: true, counts: { PASS: 3 } }]);
    expect(rows[0]).not.toHaveProperty("baseline");
    expect(result.summaries.map(({ text }) => text.trim())).toContain(files?.get("matrix.md")?.toString().trim());
  });

  it("one that fails: the table all the same, and a gate that blocks", async () => {
    const result = await call({ mesh: { mutant: "ignores-weights" } });
    const log = result.lines.join("\n");
    expect(result.exitCode, log).toBe(1);
    // act ends a run at a called workflow that failed, so the caller's own gate is not reached.
    expect(log).toMatch(/::set-output:: gate=block/);
    const { rows } = await matrix();
    expect(rows).toMatchObject([{ mutant: "ignores-weights", verdict: "not-conformant", gate: { decision: "block" } }]);
  });

  describe("with a baseline", () => {
    const path = "conformance/matrix.json";
    const [weights, sources, split] = few.split(" ") as [string, string, string];
    let earlier: string | undefined;
    /** The matrix of an earlier run, in which two of the three rows were run, and passed. */
    beforeEach(async () => {
      if (earlier !== undefined) return;
      await call({ inputs: { only: `${weights} ${sources}` } });
      earlier = await matrixText();
      await services.close();
      services = await startServices();
    });
    const compared = (inputs: Readonly<Record<string, string>>) =>
      call({ inputs: { baseline: path, ...inputs }, files: { [path]: earlier ?? "" } });
    const summary = ({ summaries }: ActResult) => summaries.map(({ text }) => text).join("\n");

    it("what passed there passes in one of the shards: a gate that passes, and what newly passes by name", async () => {
      const result = await compared({ shards: "2" });
      const log = result.lines.join("\n");
      expect(result.exitCode, log).toBe(0);
      expect(printed(result, "jobs ")).toBe("success, gate pass");
      const { rows, problems } = await matrix();
      expect(rows).toMatchObject([
        {
          ...{ verdict: "conformant", whole: true, gate: { decision: "pass", rules: [] } },
          baseline: { held: true, ids: [], newlyPassing: [split], files: [{ source: expect.stringContaining(path) }] },
        },
      ]);
      expect(problems).toEqual([]);
      expect(summary(result)).toContain("1 newly passing");
    });

    it("what passed there is run in no job any more: each job passes, and the matrix blocks", async () => {
      const result = await compared({ only: `${sources} ${split}` });
      const log = result.lines.join("\n");
      expect(result.exitCode, log).toBe(1);
      expect(log).toMatch(/::set-output:: gate=pass/);
      expect(log).toMatch(/::set-output:: gate=block/);
      const { rows } = await matrix();
      expect(rows).toMatchObject([
        {
          ...{ verdict: "conformant", whole: true, baseline: { held: false, ids: [weights], newlyPassing: [split] } },
          gate: { decision: "block", enforced: true, unclear: false, rules: [{ rule: "regression", ids: [weights] }] },
        },
      ]);
      expect(summary(result)).toContain(`${weights} not run`);
    });

    it("of a mesh's own: what failed there may fail, in its job and in the matrix", async () => {
      await call({ mesh: { mutant: "ignores-weights" } });
      const report = (await services.artifacts()).get(artifactOf(1))?.get("report.json")?.toString() ?? "";
      await services.close();
      services = await startServices();
      const baseline = "conformance/reference.json";
      const result = await call({
        ...{ mesh: { mutant: "ignores-weights", baseline }, inputs: { "fail-on": "regression" } },
        files: { [baseline]: report },
      });
      const log = result.lines.join("\n");
      expect(result.exitCode, log).toBe(0);
      expect(printed(result, "jobs ")).toBe("success, gate pass");
      expect((await matrix()).rows).toMatchObject([
        {
          ...{ verdict: "not-conformant", gate: { decision: "pass", enforced: true } },
          baseline: { held: true, ids: [], newlyPassing: [], files: [{ source: expect.stringContaining(baseline) }] },
        },
      ]);
    });
  });
});

describe("only what got worse", () => {
  const path = "conformance/baseline.json";
  let baseline: string | undefined;
  /** Of an earlier run, in which the row of weights failed already. */
  beforeEach(async () => {
    if (baseline !== undefined) return;
    await run({ file: "conformance.yml", event: "push", inputs: faulty });
    baseline = (await onlyReport()).get("report.json")?.toString() ?? "";
    await services.close();
    services = await startServices();
  });

  it.each([
    ["what failed in the baseline may fail", "ignores-weights", 0, true],
    ["what passed there may not", "ignores-sources", 1, false],
  ])("%s", async (_what, mutant, exitCode, held) => {
    const result = await run({
      ...{ file: "regression.yml", event: "push", files: { [path]: baseline ?? "" } },
      inputs: { ...faulty, mutant },
    });
    const log = result.lines.join("\n");
    expect(result.exitCode, log).toBe(exitCode);
    expect(sequence(), log).toEqual([`pending ${result.sha}`, `${held ? "success" : "failure"} ${result.sha}`]);
    const report = reportIn(await onlyReport());
    expect(report).toMatchObject({
      verdict: "not-conformant",
      gate: {
        ...{ decision: held ? "pass" : "block", baseline: { source: expect.stringContaining(path) } },
        rules: expect.arrayContaining([expect.objectContaining({ rule: "regression", held })]),
      },
    });
  });
});

/** The signature itself is not made: a stand-in takes the inputs of actions/attest and prints what that would sign. */
it.each([
  ["a result that is good", reference, "PASSED", 0],
  ["one that is not", faulty, "FAILED", 1],
])("%s is handed on to be signed, and gated upon afterwards", async (_what, inputs, verdict, exitCode) => {
  const [attest = ""] = shown.flatMap(({ text }) => /actions\/attest@[0-9a-f]{40}/.exec(text) ?? []);
  const result = await run({
    ...{ file: "attested.yml", event: "release", inputs },
    payload: { action: "published", release: { tag_name: "v1.2.3" } },
    actions: { [attest]: join(import.meta.dirname, "support", "attest") },
  });
  const log = result.lines.join("\n");
  expect(result.exitCode, log).toBe(exitCode);
  const statement = JSON.parse((await onlyReport()).get("test-result.intoto.json")?.toString() ?? "null");
  expect(statement.predicate.result).toBe(verdict);
  expect(JSON.parse(printed(result, "to be signed: "))).toEqual(statement);
});

it("this project's own workflow judges its reference mesh, and one with a fault; from a fork the workflow that follows sets the status", async () => {
  const first = await runAct({
    ...{ repository: action, workflow: ".github/workflows/ci.yml", job: "self", event: "pull_request" },
    ...{ payload: pull("fork/r"), token: "read-token", env: services.env },
  });
  expect(first.exitCode, first.lines.join("\n")).toBe(0);
  expect(printed(first, "reference mesh:")).toBe("conformant pass success; with a fault: not-conformant block failure");
  expect([...(await services.artifacts()).keys()].sort()).toEqual(["mutant-attempt-1", "reference-mesh-attempt-1"]);
  expect(sequence()).toEqual([]);
  const second = await runAct({
    ...{ repository: action, workflow: ".github/workflows/publish-status.yml", event: "workflow_run" },
    ...{ payload: afterwards("success"), token: "write-token", env: services.env },
    actions: { [`${ACTION}@main`]: action.folder },
  });
  expect(second.exitCode, second.lines.join("\n")).toBe(0);
  expect(sequence()).toEqual([`success ${HEAD}`]);
  expect(services.github.statuses[0]).toMatchObject({ context: "smi-conformance/reference", targetUrl: runPage() });
});
