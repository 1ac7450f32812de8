/** The action as a runner runs it, from dist/, on real kind clusters: main, what it leaves for post, and post. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { reportSchema } from "../../src/domain/report/report.ts";
import type { RawInputs } from "../../src/inputs/inputs.ts";
import { text } from "../../src/render/text/gfm.ts";
import { clusters, deleteCluster } from "./support/kind-clusters.ts";
import { traefikMesh } from "./support/lab.ts";
import { createJob, JOB_SHA, type Job, SIGINT_GRACE_MS } from "./support/runner.ts";
import { type Services, startServices } from "./support/services.ts";

const root = join(import.meta.dirname, "..", "..");
const passing = ["resource/crd-trafficsplit", "traffic-access/deny-by-default-http", "traffic-split/weight-100-0"];
/** Traefik Mesh routes TCP whatever the client's ServiceAccount is. */
const failing = "traffic-access/tcp-allow-by-serviceaccount";

const jobs: Job[] = [];
const made = new Set<string>();
let services: Services;

async function job(inputs: RawInputs): Promise<Job> {
  const one = await createJob(root, { ...traefikMesh, "report-dir": "report", ...inputs }, services.env);
  jobs.push(one);
  return one;
}

async function readReport(path: string) {
  return reportSchema.parse(JSON.parse(await readFile(path, "utf8")));
}

/** The name of the cluster that main told post of, noted so that a test that fails leaves none. */
function clusterOf(state: ReadonlyMap<string, string>): string {
  const name = state.get("cluster") ?? "";
  expect(name).toMatch(/^smi-conformance-[0-9a-f]+$/);
  made.add(name);
  return name;
}

/** Post takes away what is there, once; twice does no harm. */
async function expectPostCleans(one: Job, cluster: string): Promise<void> {
  for (const turn of ["first", "second"]) {
    const post = await one.run("post");
    expect.soft(post, turn).toMatchObject({ exitCode: 0, annotations: [] });
    expect(await clusters()).not.toContain(cluster);
  }
  // Hundreds of megabytes of images are no gift to a self-hosted runner.
  expect.soft(await readdir(one.temp)).toEqual([]);
}

/** The states that the commit's one context went through. */
function states(): readonly string[] {
  for (const { sha, context } of services.github.statuses)
    expect([sha, context]).toEqual([JOB_SHA, "smi-conformance/traefik-mesh/1.4.8"]);
  return services.github.statuses.map(({ state }) => state);
}

/** The status that main sets first is sent beside its work. */
const pending = () => expect.poll(states).toEqual(["pending"]);

/** The report in the one artifact that was uploaded. */
async function uploadedReport() {
  const [[name, files] = ["", new Map<string, Buffer>()], ...others] = await services.artifacts();
  expect(others).toEqual([]);
  expect(name).toBe("smi-conformance-traefik-mesh-1.4.8-attempt-1");
  return reportSchema.parse(JSON.parse(files.get("report.json")?.toString("utf8") ?? "null"));
}

beforeEach(async () => {
  services = await startServices();
});

beforeAll(() => {
  for (const file of ["main.cjs", "post.cjs", "workload.cjs"])
    expect(existsSync(join(root, "dist", file)), `dist/${file} is missing: npm run build`).toBe(true);
});

afterEach(async () => {
  for (const name of made) await deleteCluster(name);
  made.clear();
  for (const one of jobs.splice(0)) await one.remove();
  await services.close();
});

describe("a run that comes to an end", () => {
  it("passes the step when the mesh conforms, and hands on its report", async () => {
    const one = await job({ only: passing.join(",") });
    const main = await one.run("main");
    expect(main, main.lines.join("\n")).toMatchObject({ exitCode: 0, annotations: [] });
    const cluster = clusterOf(main.state);

    const { outputs } = main;
    expect(outputs).toMatchObject({
      verdict: "conformant",
      percentage: "100",
      failed: "[]",
      "mesh-version": "1.4.8",
      report: join(one.workspace, "report", "report.json"),
      summary: join(one.workspace, "report", "report.md"),
      junit: join(one.workspace, "report", "junit.xml"),
      "cluster-name": cluster,
      kubeconfig: "",
    });
    expect(JSON.parse(outputs.counts ?? "")).toMatchObject({ PASS: 3, FAIL: 0, ERROR: 0, INCONCLUSIVE: 0 });
    const report = await readReport(outputs.report ?? "");
    expect(report.verdict).toBe("conformant");
    expect(report.assertions.map(({ id }) => id).sort()).toEqual(passing);
    expect(report.runner.workflow).toBe(`https://github.com/o/r/actions/runs/${services.runId}`);
    expect(await readFile(outputs.junit ?? "", "utf8")).toContain("<testsuites");
    expect(main.summary.trim()).toBe((await readFile(outputs.summary ?? "", "utf8")).trim());
    expect(main.summary).toMatch(/conformant/i);
    expect(main.groups.length).toBeGreaterThanOrEqual(4);

    expect(outputs).toMatchObject({ gate: "pass", conformant: "true", "artifact-id": expect.stringMatching(/^\d+$/) });
    expect(outputs["status-url"]).toContain(JOB_SHA);
    expect(states()).toEqual(["pending", "success"]);
    expect(await uploadedReport()).toEqual(report);

    expect(await clusters()).not.toContain(cluster);
    await expectPostCleans(one, cluster);
    expect(states()).toEqual(["pending", "success"]);
  });

  it("fails the step, and says which assertion failed, when the mesh does not conform", async () => {
    const one = await job({ only: failing });
    const main = await one.run("main");
    expect(main.exitCode, main.lines.join("\n")).toBe(1);
    const cluster = clusterOf(main.state);
    expect(main.outputs).toMatchObject({
      verdict: "not-conformant",
      percentage: "0",
      failed: JSON.stringify([failing]),
    });
    const errors = main.annotations.filter(({ level }) => level === "error");
    expect(errors.map(({ title = "", message }) => `${title}: ${message.split("\n")[0]}`)).toEqual([
      expect.stringContaining(failing),
      expect.stringContaining("Traefik Mesh 1.4.8 is not-conformant, and the gate blocks"),
    ]);
    expect(main.summary).toContain(failing);
    const report = await readReport(main.outputs.report ?? "");
    expect(report.verdict).toBe("not-conformant");
    expect(main.outputs.gate).toBe("block");
    expect(states()).toEqual(["pending", "failure"]);
    expect(services.github.statuses.at(-1)?.description).toMatch(/^Traefik Mesh v1\.4\.8: 0\/1 MUST/);
    expect(await uploadedReport()).toEqual(report);
    for (const file of report.assertions.flatMap(({ evidence }) => evidence))
      expect(existsSync(join(one.workspace, "report", file)), file).toBe(true);
    await expectPostCleans(one, cluster);
  });
});

describe("a run that is cut short", () => {
  /** Longer than anything that happens in the middle of it. */
  const long: RawInputs = { only: passing.join(","), parallel: "1", repeat: "20" };

  it("is cleaned up after by post when main was killed in the middle of the suite", async () => {
    const one = await job(long);
    const main = await one.start("main");
    await Promise.all([main.line(/ traffic-access\/.* run 1 of 20: PASS/), pending()]);
    const cluster = clusterOf(await main.state());
    const ended = await main.kill();
    expect(ended.signal).toBe("SIGKILL");
    expect(await clusters()).toContain(cluster);

    const post = await one.run("post");
    expect(post).toMatchObject({ exitCode: 0, annotations: [] });
    expect(post.lines.join("\n")).toContain(cluster);
    expect(await clusters()).not.toContain(cluster);
    expect(states()).toEqual(["pending", "error"]);
  });

  it.each([
    ["while the cluster is made", /Preparing nodes|Starting control-plane/, "cluster"],
    ["while the mesh starts", /^\s*Installing Traefik Mesh/, "mesh"],
    ["in the middle of the suite", / traffic-access\/.* run 1 of 20: PASS/, "suite"],
  ])("ends in time when cancelled %s, with a report and no cluster", async (_when, sign, phase) => {
    const one = await job(long);
    const main = await one.start("main");
    await Promise.all([main.line(sign), pending()]);
    const cluster = clusterOf(await main.state());
    const asked = performance.now();
    const ended = await main.cancel();
    const took = performance.now() - asked;
    expect.soft(ended, ended.lines.join("\n")).toMatchObject({ exitCode: 3, signal: null });
    expect.soft(took, "milliseconds from SIGINT to the end").toBeLessThan(SIGINT_GRACE_MS);

    const report = await readReport(join(one.workspace, "report", "report.json"));
    expect(report.verdict).toBe("error");
    expect(report.error).toMatchObject({ phase, code: "interrupted", message: expect.stringContaining("SIGINT") });
    expect(ended.outputs.verdict).toBe("error");
    expect(ended.annotations.some(({ level }) => level === "error")).toBe(true);
    await expectPostCleans(one, cluster);
    // Post was run twice.
    expect(states()).toEqual(["pending", "error", "error"]);
    expect(await uploadedReport()).toEqual(report);
  });
});

describe("bad inputs", () => {
  it("fail the step with each mistake, its value and a remedy, before anything is made", async () => {
    const one = await job({
      "mesh-version": "latest",
      parallel: "many",
      "keep-cluster": "perhaps",
      "node-image": "Not An Image",
      only: "traffic-split/weight-0-0",
    });
    const main = await one.run("main");
    expect(main.exitCode).toBe(2);
    const messages = main.annotations.map(({ level, message }) => `${level}: ${message}`);
    expect(messages).toEqual([
      expect.stringMatching(/^error: mesh-version: .*"latest".*\. Give /),
      expect.stringMatching(/^error: node-image: .*"Not An Image".*\. Give /),
      expect.stringMatching(/^error: keep-cluster: .*"perhaps".*\. Give /),
      expect.stringMatching(/^error: only: .*"traffic-split\/weight-0-0".*\. Did you mean traffic-split\/weight-/),
      expect.stringMatching(/^error: parallel: .*"many".*\. Give /),
    ]);
    for (const { message } of main.annotations) expect(main.summary).toContain(text(message, 2000));
    expect([...main.state]).toEqual([]);
    expect(main.groups).toEqual([]);
    expect(main.durationMs).toBeLessThan(20_000);
    expect(await readdir(one.workspace)).toEqual([]);
    expect(await one.run("post")).toMatchObject({ exitCode: 0, annotations: [] });
  });

  it("are reported together with those in the files that they name", async () => {
    const one = await job({ manifest: "no-such.yaml", only: "traffic-split/weight-0-0" });
    const main = await one.run("main");
    expect(main.exitCode).toBe(2);
    const messages = main.annotations.map(({ message }) => message).join("\n");
    expect(messages).toMatch(/^manifest: .*no-such\.yaml/m);
    expect(messages).toMatch(/^only: .*"traffic-split\/weight-0-0".*Did you mean traffic-split\/weight-/m);
    expect([...main.state]).toEqual([]);
  });
});
