/** What the plan of a run says of its cluster and of what the mesh is installed from, and so what the report will say. */
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RawInputs } from "../../../src/inputs/inputs.ts";
import { setUpRun } from "../../../src/setup/run-setup.ts";
import { testFolder } from "../../fakes/fake-program.ts";
import { keptLog } from "../../fakes/kept-log.ts";
import { unreachableKubeconfig } from "../../fixtures/kubeconfig.ts";

const limits: number[] = [];
const around = () => ({
  root: ".",
  log: keptLog(),
  signal: new AbortController().signal,
  limit: (ms: number) => limits.push(ms),
  ownerPid: process.pid,
});
const setUp = (raw: RawInputs) => setUpRun(raw, around());
const planOf = async (raw: RawInputs) => (await setUp(raw)).plan;

async function onExisting(raw: RawInputs, files: Readonly<Record<string, string>> = {}) {
  const folder = await testFolder();
  const kubeconfig = join(folder, "kubeconfig");
  await writeFile(kubeconfig, unreachableKubeconfig);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const paths = Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [name, value?.replace("FOLDER", folder)]),
  );
  const mesh = { mesh: "traefik-mesh", "mesh-version": "1.4.8", cluster: "existing", "app-image": "app:1" };
  return { folder, kubeconfig, plan: await planOf({ ...mesh, kubeconfig, ...paths }) };
}

describe("a plan on the embedded cluster", () => {
  it("is of the reference mesh in this process, and says with which seed", async () => {
    const plan = await planOf({ cluster: "embedded", seed: "7" });
    expect(plan.cluster).toMatchObject({ provider: "embedded", name: "in process" });
    expect(plan).toMatchObject({ source: "this suite, in process", manifest: undefined, installer: undefined });
    expect(plan).toMatchObject({ appImage: "in process", parallel: 12 });
    expect(plan.mutant).toBeUndefined();
    expect(plan.provenance).toMatchObject({ chart: null, manifestSha256: null, seed: 7 });
    expect(plan.profile.title).toBe("Reference mesh");
  });

  it("goes by the name of its mutant, so that its report is never taken for one of the reference mesh", async () => {
    const { plan, embedded } = await setUp({ mutant: "ignores-weights", wire: "sockets", parallel: "" });
    expect(plan.profile.title).toBe("Reference mesh, mutant ignores-weights");
    expect(plan.source).toBe("this suite, in process, mutant ignores-weights");
    expect(plan.mutant).toEqual(embedded?.mutant);
    expect(plan.parallel).toBe(6);
    expect(plan.provenance?.seed).toBe(1);
  });

  it("has as many test cells as are asked for", async () => {
    expect((await planOf({ cluster: "embedded", parallel: "3" })).parallel).toBe(3);
  });
});

describe("a plan on an existing cluster", () => {
  it("uses the cluster, and has one test cell more than there are processors", async () => {
    const { plan, kubeconfig } = await onExisting({});
    expect(plan.cluster).toEqual({ provider: "existing", name: kubeconfig, kubeconfig });
    expect(plan).toMatchObject({ appImage: "app:1", parallel: cpus().length + 1 });
  });

  it("installs the manifest, and says which by its digest", async () => {
    const manifest = "apiVersion: v1\nkind: Namespace\nmetadata: { name: mesh }\n";
    const { plan, folder } = await onExisting({ manifest: "FOLDER/mesh.yaml" }, { "mesh.yaml": manifest });
    expect(plan.source).toBe(join(folder, "mesh.yaml"));
    expect(plan.manifest).toMatchObject([{ kind: "Namespace" }]);
    expect(plan.installer).toBeUndefined();
    const digest = createHash("sha256").update(manifest).digest("hex");
    expect(plan.provenance).toMatchObject({ chart: null, manifestSha256: digest, seed: null });
  });

  it.each<[string, RawInputs, string, string | null]>([
    ["the chart of the profile", {}, "traefik-mesh", "4.1.1"],
    ["another version of it", { "chart-version": "4.0.0" }, "traefik-mesh", "4.0.0"],
    ["a chart of the user's", { chart: "mine/mesh", "chart-version": "1.2.3" }, "mine/mesh", "1.2.3"],
    ["one without a version", { chart: "mine/mesh" }, "mine/mesh", null],
  ])("installs %s", async (_, raw, name, version) => {
    const { plan } = await onExisting(raw);
    expect(plan.source).toBe(`chart ${name}${version === null ? "" : ` ${version}`}`);
    expect(plan.manifest).toBeUndefined();
    expect(plan.installer).toBeTypeOf("function");
    expect(plan.provenance).toMatchObject({ chart: { name, version, sha256: null }, manifestSha256: null });
  });

  it("installs nothing where the mesh is there already", async () => {
    const { plan } = await onExisting({ install: "false" });
    expect(plan).toMatchObject({ source: "what is there already", manifest: undefined, installer: undefined });
    expect(plan.provenance).toMatchObject({ chart: null, manifestSha256: null });
  });
});

it("limits the run by the input timeout, which is 30 minutes where it is not given", async () => {
  limits.length = 0;
  await planOf({ cluster: "embedded" });
  await planOf({ cluster: "embedded", timeout: "60" });
  await expect(planOf({ cluster: "embedded", timeout: "soon" })).rejects.toThrow('"soon"');
  expect(limits).toEqual([1_800_000, 60_000, 1_800_000]);
});
