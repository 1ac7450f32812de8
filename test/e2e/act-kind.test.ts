/** Workflows that docs/workflows.md shows, run by act on kind clusters with Traefik Mesh. Needs what `npm run lab` makes. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
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
const passing = "traffic-access/http-allow-by-serviceaccount traffic-split/weight-75-25";
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
  user = await createRepository({
    ".github/workflows/conformance.yml": onLab("conformance.yml", { only: passing }),
    ".github/workflows/release.yml": onLab("release.yml", { only: passing }),
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

it("Traefik Mesh conforms in what is asked: status, artifact, summary, gate, and a release that knows its report", async () => {
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

/** The status that main sets first is sent beside its work. */
const pending = () => vi.waitFor(() => expect(sequence()).toEqual([`pending ${user.sha}`]), { timeout: 60_000 });

it("killed in the middle of kind create: no cluster left, and the status terminal", async () => {
  const running = await startAct(options("conformance.yml"));
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
