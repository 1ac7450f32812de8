/** Workflows that docs/workflows.md shows, run by act on kind clusters with Traefik Mesh. Needs what `npm run lab` makes. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  ACTION,
  type ActOptions,
  type ActResult,
  copyOfThisRepository,
  createRepository,
  type Repository,
  runAct,
  startAct,
} from "./support/act.ts";
import { clusterOf, printed } from "./support/act-log.ts";
import { clusters, deleteWhenMade } from "./support/kind-clusters.ts";
import { traefikMesh } from "./support/lab.ts";
import { reportIn, type Services, startServices } from "./support/services.ts";
import { shownWorkflows, withInputs } from "./support/shown-workflows.ts";

const uses = `${ACTION}@main`;
const FORK_HEAD = "b".repeat(40);
/** Traefik Mesh routes TCP whatever the client's ServiceAccount is. */
const failed = "traffic-access/tcp-allow-by-serviceaccount";
const passing = "traffic-access/http-allow-by-serviceaccount traffic-split/weight-75-25";
/** One row after the other, the one that fails first: there is evidence of it while the others and more runs are to come. */
const long = {
  ...{ parallel: "1", repeat: "20" },
  only: `${failed} traffic-access/tcproute-ports traffic-access/tcproute-several-ports traffic-access/tcproute-empty-ports`,
};
const shown = await shownWorkflows("docs/workflows.md");
let action: Repository;
let user: Repository;
let services: Services;

/** A shown workflow, with the images and the manifest of the lab in the place of the published ones. */
function onLab(file: string, inputs: Readonly<Record<string, string>>): string {
  return withInputs(textOf(file), uses, { ...traefikMesh, ...inputs });
}

function textOf(file: string): string {
  const found = shown.find(({ path }) => path === `.github/workflows/${file}`);
  if (found === undefined) throw new Error(`docs/workflows.md shows no ${file}`);
  return found.text;
}

beforeAll(async () => {
  const half = `${failed} traffic-split/weight-75-25`;
  user = await createRepository({
    ".github/workflows/conformance.yml": onLab("conformance.yml", { only: half }),
    ".github/workflows/long.yml": onLab("conformance.yml", long),
    ".github/workflows/release.yml": onLab("release.yml", { only: passing }),
    ".github/workflows/pull-request.yml": onLab("pull-request.yml", { only: half }),
    ".github/workflows/pull-request-status.yml": textOf("pull-request-status.yml"),
  });
  action = await copyOfThisRepository();
});
afterAll(async () => {
  await action?.remove();
  await user?.remove();
});
beforeEach(async () => {
  services = await startServices();
});
afterEach(() => services.close());

function options(file: string, more: Partial<ActOptions> = {}): ActOptions {
  return {
    ...{ repository: user, workflow: `.github/workflows/${file}`, event: "push", token: "write-token" },
    ...{ payload: { ref: "refs/heads/main" }, env: services.env, actions: { [uses]: action.folder } },
    ...more,
  };
}
const sequence = () => services.github.statuses.map(({ state, sha }) => `${state} ${sha}`);

/** Others may be at work on this machine, so there may be more clusters than the run's own. */
async function expectNoClusterOf(result: ActResult): Promise<void> {
  expect(await clusters(), result.lines.join("\n")).not.toContain(clusterOf(result));
}

/** Files of the one artifact that there is. */
async function artifact(): Promise<ReadonlyMap<string, Buffer>> {
  const [files = new Map<string, Buffer>(), ...others] = (await services.artifacts()).values();
  expect(others).toEqual([]);
  return files;
}
const evidenceIn = (files: ReadonlyMap<string, Buffer>) =>
  [...files.keys()].filter((name) => name.startsWith("evidence/"));

describe("Traefik Mesh on kind", () => {
  it("conforms in what it is asked for: status, artifact, summary, gate, and a release that knows its report", async () => {
    const result = await runAct(options("release.yml", { payload: { ref: "refs/tags/v1.4.8" } }));
    const log = result.lines.join("\n");
    expect(result.exitCode, log).toBe(0);
    expect(sequence(), log).toEqual([`pending ${user.sha}`, `success ${user.sha}`]);
    expect(services.github.statuses[1]?.description).toMatch(/^Traefik Mesh v1\.4\.8: 2\/2 MUST, /);
    const files = await artifact();
    expect(reportIn(files)).toMatchObject({
      verdict: "conformant",
      cluster: { provider: "kind" },
      mesh: { versionFound: "1.4.8" },
      gate: {
        decision: "pass",
        rules: expect.arrayContaining([expect.objectContaining({ rule: "minimum", held: true })]),
      },
    });
    expect([...files.keys()]).toEqual(
      expect.arrayContaining(["report.md", "report.html", "junit.xml", "badge.svg", "test-result.intoto.json"]),
    );
    expect(result.summaries.map(({ text }) => text.trim())).toEqual([files.get("report.md")?.toString().trim()]);
    expect(printed(result, "job ")).toBe("success, gate pass");
    expect(printed(result, "released; the report is at ")).toMatch(/^https:\/\/github\.com\/o\/r\/.*artifacts\/\d+$/);
    await expectNoClusterOf(result);
  });

  it("does not conform: status, artifact with evidence, summary, and a step that fails", async () => {
    const result = await runAct(options("conformance.yml"));
    const log = result.lines.join("\n");
    expect(result.exitCode, log).toBe(1);
    expect(sequence(), log).toEqual([`pending ${user.sha}`, `failure ${user.sha}`]);
    expect(services.github.statuses[1]?.description).toMatch(/^Traefik Mesh v1\.4\.8: 1\/2 MUST/);
    const files = await artifact();
    expect(reportIn(files)).toMatchObject({ verdict: "not-conformant", gate: { decision: "block" } });
    expect(evidenceIn(files).join("\n")).toContain(`evidence/${failed}/`);
    expect(result.summaries.map(({ text }) => text).join()).toContain(failed);
    expect(log).toMatch(/::set-output:: gate=block/);
    await expectNoClusterOf(result);
  });

  it("in a fork's pull request: no status and the same verdict, until the second workflow sets it", async () => {
    const fork = { sha: FORK_HEAD, ref: "topic", repo: { full_name: "fork/r" } };
    const first = await runAct(
      options("pull-request.yml", {
        ...{ event: "pull_request", token: "read-token" },
        payload: {
          ...{ number: 7, repository: { full_name: "o/r" } },
          pull_request: { number: 7, head: fork, base: { ref: "main" } },
        },
      }),
    );
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
    expect(reportIn(await artifact())).toMatchObject({ verdict: "not-conformant", gate: { decision: "block" } });
    await expectNoClusterOf(first);

    const workflowRun = {
      ...{ id: services.runId, run_attempt: 1, event: "pull_request", head_sha: FORK_HEAD, conclusion: "failure" },
      ...{ head_repository: { full_name: "fork/r" }, actor: { login: "somebody" } },
      html_url: `https://github.com/o/r/actions/runs/${services.runId}`,
    };
    const second = await runAct(
      options("pull-request-status.yml", {
        event: "workflow_run",
        payload: { action: "completed", workflow_run: workflowRun, repository: { full_name: "o/r" } },
      }),
    );
    expect(second.exitCode, second.lines.join("\n")).toBe(0);
    expect(sequence()).toEqual([`failure ${FORK_HEAD}`]);
    expect(services.github.statuses[0]?.description).toMatch(/^Traefik Mesh v1\.4\.8: 1\/2 MUST/);
  });
});

/** The status that main sets first is sent beside its work. */
const pending = () => vi.waitFor(() => expect(sequence()).toEqual([`pending ${user.sha}`]), { timeout: 60_000 });

describe("cancelled as a runner cancels: no cluster left, status terminal, and a report of how far it came", () => {
  it.each([
    ["kind create", /Starting control-plane|Preparing nodes/, "cluster"],
    ["the mesh's install", /::group::Installing Traefik Mesh/, "mesh"],
    ["the suite", new RegExp(`${failed}  run 1 of 20: FAIL`), "suite"],
  ])("in the middle of %s", async (_what, sign, phase) => {
    const running = await startAct(options("long.yml"));
    await Promise.all([running.line(sign), pending()]);
    const result = await running.cancel("/dist/main.cjs");
    const log = result.lines.join("\n");
    expect(result.exitCode, log).toBe(1);
    expect(sequence(), log).toEqual([`pending ${user.sha}`, `error ${user.sha}`]);
    const files = await artifact();
    const report = reportIn(files);
    expect(report).toMatchObject({
      verdict: "error",
      error: { phase, code: "interrupted" },
      gate: { decision: "block" },
    });
    if (phase === "suite") {
      expect(report.assertions.map(({ id, verdict }) => `${verdict} ${id}`)).toContain(`FAIL ${failed}`);
      expect(evidenceIn(files).join("\n")).toContain(`evidence/${failed}/`);
    }
    expect(result.summaries.map(({ text }) => text).join()).toContain("SIGINT");
    await expectNoClusterOf(result);
  });
});

it("killed in the middle of kind create: no cluster left, and the status terminal", async () => {
  const running = await startAct(options("long.yml"));
  await Promise.all([running.line(/::group::Creating/), pending()]);
  const result = await running.interrupt();
  const log = result.lines.join("\n");
  expect(log).toMatch(/cancelled: signal: killed/);
  expect(sequence(), log).toEqual([`pending ${user.sha}`, `error ${user.sha}`]);
  expect(services.github.statuses[1]?.description).toMatch(/no verdict, the run was cancelled or died/);
  try {
    await expectNoClusterOf(result);
  } finally {
    // A node that Docker was still making is there only now, and no later run knows of it: its record was in act's home.
    await deleteWhenMade(clusterOf(result));
  }
});
