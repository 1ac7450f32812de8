/** The action as a runner runs it, from dist/, on real kind clusters: main, what it leaves for post, and post. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RawInputs } from "../../src/inputs/inputs.ts";
import { text } from "../../src/render/text/gfm.ts";
import { actionOnKind, readReport } from "./support/action-on-kind.ts";
import { clusters } from "./support/kind-clusters.ts";
import { JOB_SHA, SIGINT_GRACE_MS } from "./support/runner.ts";

const passing = ["resource/crd-trafficsplit", "traffic-access/deny-by-default-http", "traffic-split/weight-100-0"];
/** Traefik Mesh routes TCP whatever the client's ServiceAccount is. */
const failing = "traffic-access/tcp-allow-by-serviceaccount";

const { job, clusterOf, expectPostCleans, states, pending, uploadedReport, services } = actionOnKind();

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
    expect(report.runner.workflow).toBe(`https://github.com/o/r/actions/runs/${services().runId}`);
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
});

describe("a run that is cut short", () => {
  /** Longer than anything that happens in the middle of it. One fails at once, so that there is evidence of it. */
  const long: RawInputs = { only: [...passing, failing].join(","), parallel: "1", repeat: "20" };

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
    ["in the middle of the suite", new RegExp(`${failing} +run 1 of 20: FAIL`), "suite"],
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
    expect(ended.summary).toContain("SIGINT");
    await expectPostCleans(one, cluster);
    // Post was run twice.
    expect(states()).toEqual(["pending", "error", "error"]);
    expect(await uploadedReport()).toEqual(report);
    if (phase === "suite") {
      expect(report.assertions.map(({ id, verdict }) => `${verdict} ${id}`)).toContain(`FAIL ${failing}`);
      const [uploaded = new Map<string, Buffer>()] = (await services().artifacts()).values();
      expect([...uploaded.keys()].join("\n")).toContain(`evidence/${failing}/`);
    }
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
