import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { withTempFolder } from "../../../../src/adapters/files/folders.ts";
import { createHelm, type Release } from "../../../../src/adapters/tools/helm.ts";
import { createTool } from "../../../../src/adapters/tools/process.ts";
import { ConfigurationError } from "../../../../src/errors.ts";
import { recordingLog, testFolder, writeProgram } from "../../../fakes/fake-program.ts";
import { heldClock } from "../../../fakes/held-clock.ts";

const CHART = "chart bytes";
const sha256 = createHash("sha256").update(CHART).digest("hex");

/** Records arguments, variables and the contents of values files; `pull` gives a chart. */
const FAKE_HELM = `
const fs = require("node:fs"), path = require("node:path");
const home = path.dirname(process.argv[1]), argv = process.argv.slice(2);
const values = argv.flatMap((word, i) => argv[i - 1] === "--values" ? [fs.readFileSync(word, "utf8")] : []);
fs.appendFileSync(path.join(home, "calls"), JSON.stringify({ argv, values, env: process.env }) + "\\n");
if (argv[0] === "pull") fs.writeFileSync(path.join(argv[argv.indexOf("--destination") + 1], "mesh-1.0.0.tgz"), ${JSON.stringify(CHART)});
else if (fs.existsSync(path.join(home, "error"))) { console.error(fs.readFileSync(path.join(home, "error"), "utf8")); process.exit(1); }
`;

async function setUp(error?: string) {
  const home = await testFolder();
  const helm = createHelm({
    tool: createTool({ log: recordingLog(), clock: heldClock() }),
    withTempFolder,
    helm: await writeProgram(home, "helm", FAKE_HELM),
  });
  if (error) await writeFile(join(home, "error"), error);
  const calls = async () =>
    (await readFile(join(home, "calls"), "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { argv: string[]; values: string[]; env: Record<string, string> });
  return { home, helm, calls };
}

const release: Release = {
  name: "traefik-mesh",
  chart: "traefik-mesh",
  repository: "https://charts.example/mesh",
  version: "4.1.1",
  namespace: "traefik-mesh",
  kubeconfig: "/tmp/two words/kubeconfig",
  timeoutMs: 90_500,
};

const thrownBy = (run: Promise<unknown>) =>
  run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );

describe("an install", () => {
  it("names chart, cluster and limit, and does not wait for the pods", async () => {
    const { helm, calls } = await setUp();
    await helm.install(release);
    expect((await calls())[0]?.argv).toEqual([
      "upgrade",
      "--install",
      "traefik-mesh",
      "traefik-mesh",
      "--repo",
      "https://charts.example/mesh",
      "--version",
      "4.1.1",
      "--namespace",
      "traefik-mesh",
      "--kubeconfig",
      "/tmp/two words/kubeconfig",
      "--timeout",
      "91s",
      "--create-namespace",
    ]);
  });

  it("passes values in order, unharmed", async () => {
    const { helm, calls, home } = await setUp();
    await writeFile(join(home, "own.yaml"), "acl: false");
    await helm.install({
      ...release,
      values: [{ acl: true, text: "a, b: 'c' $(d)" }, join(home, "own.yaml")],
    });
    expect((await calls())[0]?.values).toEqual(['{"acl":true,"text":"a, b: \'c\' $(d)"}', "acl: false"]);
  });

  it("cannot be sent to another cluster by the user's shell", async () => {
    vi.stubEnv("HELM_KUBECONTEXT", "production");
    vi.stubEnv("HELM_KUBEAPISERVER", "https://production");
    vi.stubEnv("KUBECONFIG", "/home/me/.kube/config");
    onTestFinished(() => void vi.unstubAllEnvs());
    const { helm, calls } = await setUp();
    await helm.install(release);
    expect((await calls())[0]?.env).toMatchObject({
      HELM_KUBECONTEXT: "",
      HELM_KUBEAPISERVER: "",
      KUBECONFIG: release.kubeconfig,
    });
  });

  it("of a chart with a digest fetches it first, and installs that very file", async () => {
    const { helm, calls } = await setUp();
    await helm.install({ ...release, sha256: `sha256:${sha256.toUpperCase()}` });
    const [pull, upgrade] = await calls();
    expect(pull?.argv.slice(0, 6)).toEqual([
      "pull",
      "traefik-mesh",
      "--repo",
      release.repository,
      "--version",
      "4.1.1",
    ]);
    expect(upgrade?.argv[3]).toMatch(/mesh-1\.0\.0\.tgz$/);
    expect(upgrade?.argv).not.toContain("--repo");
  });

  it("of a chart with another digest does not happen", async () => {
    const { helm, calls } = await setUp();
    const error = await thrownBy(helm.install({ ...release, sha256: "0".repeat(64) }));
    expect(error).toMatchObject({ code: "digest-mismatch", message: expect.stringContaining(sha256) });
    expect((await calls()).map((call) => call.argv[0])).toEqual(["pull"]);
  });

  it("of a local chart takes it as it is, and checks its digest where it has one", async () => {
    const { helm, calls, home } = await setUp();
    const { repository: _, version: __, ...local } = release;
    const chart = join(home, "my chart.tgz");
    await writeFile(chart, CHART);
    await helm.install({ ...local, chart });
    await helm.install({ ...local, chart, sha256 });
    expect((await calls()).map((call) => call.argv[3])).toEqual([chart, chart]);
    await expect(helm.install({ ...local, chart, sha256: "1".repeat(64) })).rejects.toMatchObject({
      code: "digest-mismatch",
    });
    expect(await readFile(chart, "utf8")).toBe(CHART);
    await mkdir(join(home, "folder"));
    await expect(helm.install({ ...local, chart: join(home, "folder"), sha256 })).rejects.toThrow(ConfigurationError);
  });

  it.each([
    [
      'Error: unable to build kubernetes objects: no matches for kind "PodDisruptionBudget" in version "policy/v1beta1"',
      /node-image/,
    ],
    ['Error: chart "traefik-mesh" version "9" not found in https://x repository', /version/],
    ['Error: looks like "https://x" is not a valid chart repository or cannot be reached', /repository/],
    ["Error: values don't meet the specifications of the schema(s)", /input values/],
    ["Error: failed pre-install: 1 error occurred: timed out waiting for the condition", /timeout/],
    ["Error: nobody has seen this", /log/],
  ])("that fails with %s says what to do", async (stderr, advice) => {
    const { helm } = await setUp(stderr);
    const error = await thrownBy(helm.install(release));
    expect(error).toMatchObject({
      code: "mesh-install",
      advice: expect.stringMatching(advice),
      message: expect.stringContaining(stderr),
    });
  });

  it("that fails is told by helm's own line, and a cluster that is away is not the mesh's fault", async () => {
    const { helm } = await setUp("Error: kubernetes cluster unreachable: stat /x\nensure CRDs are installed first");
    const error = await thrownBy(helm.install(release));
    expect(error).toMatchObject({ code: "cluster-unreachable", message: expect.stringMatching(/stat \/x$/) });
  });

  it("that is stopped says so", async () => {
    const { helm } = await setUp();
    await expect(helm.install({ ...release, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "interrupted",
    });
  });
});
