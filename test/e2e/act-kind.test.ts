/** The workflow that docs/workflows.md shows first, run by act on a kind cluster with Traefik Mesh. Needs what `npm run lab` makes. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { reportSchema } from "../../src/domain/report.ts";
import { ACTION, copyOfThisRepository, createRepository, type Repository, runAct, startAct } from "./support/act.ts";
import { traefikMesh } from "./support/lab.ts";
import { type Services, startServices } from "./support/services.ts";
import { shownWorkflows, withInputs } from "./support/shown-workflows.ts";

const path = ".github/workflows/conformance.yml";
const uses = `${ACTION}@main`;
const failed = "traffic-access/tcp-allow-by-serviceaccount";
let action: Repository;
let user: Repository;
let services: Services;

beforeAll(async () => {
  const shown = (await shownWorkflows("docs/workflows.md")).find((one) => one.path === path);
  // The images and the manifest of the lab in the place of the published ones; two rows of which Traefik Mesh breaks one.
  const only = `${failed} traffic-split/weight-75-25`;
  user = await createRepository({ [path]: withInputs(shown?.text ?? "", uses, { ...traefikMesh, only }) });
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

const options = () => ({
  ...{ repository: user, workflow: path, event: "push", payload: { ref: "refs/heads/main" }, token: "write-token" },
  ...{ env: services.env, actions: { [uses]: action.folder } },
});
const sequence = () => services.github.statuses.map(({ state, sha }) => `${state} ${sha}`);

/** Name of the cluster that the run made or was making. */
function clusterOf(log: string): string {
  const [, name] = /Creating kind cluster (smi-conformance-\S+)/.exec(log) ?? [];
  if (name === undefined) throw new Error(`no cluster was made:\n${log}`);
  return name;
}

/** Others may be at work on this machine, so there may be more than ours. */
async function clusters(): Promise<readonly string[]> {
  const format = '{{.Label "io.x-k8s.kind.cluster"}}';
  const { stdout } = await promisify(execFile)("docker", ["ps", "--all", "--format", format]);
  return stdout.split("\n");
}

describe("Traefik Mesh on kind", () => {
  it("is judged: status, artifact, summary, and no cluster left", async () => {
    const result = await runAct(options());
    const log = result.lines.join("\n");
    expect(result.exitCode, log).toBe(1);
    expect(sequence(), log).toEqual([`pending ${user.sha}`, `failure ${user.sha}`]);
    expect(services.github.statuses[1]?.description).toMatch(/^Traefik Mesh v1\.4\.8: 1\/2 MUST/);
    const [files] = (await services.artifacts()).values();
    const report = reportSchema.parse(JSON.parse(files?.get("report.json")?.toString() ?? ""));
    expect(report).toMatchObject({ verdict: "not-conformant", cluster: { provider: "kind" } });
    expect([...(files?.keys() ?? [])].some((name) => name.startsWith(`evidence/${failed}/`))).toBe(true);
    expect(result.summaries.map(({ text }) => text).join()).toContain(failed);
    expect(await clusters()).not.toContain(clusterOf(log));
  });

  it("killed while the cluster is made: the status is terminal, and no cluster is left", async () => {
    const running = await startAct(options());
    await running.line(/::group::Creating/);
    await vi.waitFor(() => expect(sequence()).toEqual([`pending ${user.sha}`]), { timeout: 60_000 });
    const { lines } = await running.interrupt();
    const log = lines.join("\n");
    expect(log).toMatch(/cancelled: signal: killed/);
    expect(sequence(), log).toEqual([`pending ${user.sha}`, `error ${user.sha}`]);
    expect(await clusters()).not.toContain(clusterOf(log));
  });
});
