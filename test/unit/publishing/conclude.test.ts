import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createReportFolder } from "../../../src/adapters/files/report-folder.ts";
import { gated } from "../../../src/domain/gate/gate.ts";
import type { GatePolicy } from "../../../src/domain/gate/gate-policy.ts";
import { concludeStep } from "../../../src/publishing/conclude.ts";
import type { Published } from "../../../src/publishing/publication.ts";
import { testFolder } from "../../fakes/fake-program.ts";
import { keptLog } from "../../fakes/kept-log.ts";
import { mixedReport, reportOf, resultOf } from "../../fixtures/report.ts";

const policy: GatePolicy = {
  ...{ failOn: "must-failures", minimum: { all: null, perSpec: {} } },
  ...{ require: [], allowed: [], regression: false },
};

const links = { "artifact-id": "7", "artifact-url": "https://a", "artifact-digest": "d", "status-url": "https://s" };

async function concluded(decision: "pass" | "block", published: Partial<Published> = {}, cancel = false) {
  const path = await testFolder();
  const cancelled = new AbortController();
  if (cancel) cancelled.abort();
  const outputs: Record<string, string> = {};
  const failures: string[] = [];
  const annotations: string[] = [];
  let summary = "";
  let ended = 0;
  const found = decision === "pass" ? reportOf([resultOf({ verdict: "PASS" })]) : mixedReport();
  const report = gated(found, { policy, baseline: undefined });
  expect(report.gate.decision).toBe(decision);
  const code = await concludeStep(report, {
    folder: createReportFolder(path),
    publication: {
      begin: () => {},
      async end() {
        ended += 1;
        return { outputs: links, missing: [], fails: false, ...published };
      },
    },
    cancelled: cancelled.signal,
    kubeconfig: "/kept",
    step: {
      writeOutputs: (more) => void Object.assign(outputs, more),
      async writeSummary(markdown) {
        summary += markdown;
      },
      annotate: (_level, title) => annotations.push(title),
      fail: (message) => failures.push(message),
    },
    log: keptLog(),
  });
  return { code, path, report, outputs, failures, annotations, summary, ended };
}

describe("the end of the main step", () => {
  it("writes the report, its outputs and the summary, and publishes", async () => {
    const { code, path, report, outputs, failures, summary, ended } = await concluded("pass");
    expect(code).toBe(0);
    expect(failures).toEqual([]);
    expect(ended).toBe(1);
    expect(JSON.parse(await readFile(join(path, "report.json"), "utf8"))).toEqual(JSON.parse(JSON.stringify(report)));
    expect(outputs).toMatchObject({ ...links, verdict: report.verdict, gate: "pass", kubeconfig: "/kept" });
    expect(outputs.report).toBe(join(path, "report.json"));
    expect(summary).toContain(report.mesh.title);
  });

  it("fails where the gate blocks, and names the rules that do not hold", async () => {
    const { code, failures, report, annotations } = await concluded("block");
    expect(code).not.toBe(0);
    expect(annotations.length).toBeGreaterThan(0);
    expect(annotations.length).toBeLessThanOrEqual(7);
    expect(failures).toHaveLength(1);
    const broken = report.gate.rules.filter(({ held }) => !held);
    expect(broken.length).toBeGreaterThan(0);
    for (const { text } of broken) expect(failures[0]).toContain(text);
  });

  it("says in the summary what could not be published, which changes nothing else", async () => {
    const { code, summary } = await concluded("pass", { missing: ["No commit status: the token is read-only."] });
    expect(code).toBe(0);
    expect(summary).toContain("> ⚠️ No commit status: the token is read-only.");
  });

  it("fails for an artifact that is missing only where that is asked for, and not less than the gate does", async () => {
    const passed = await concluded("pass", { fails: true });
    expect(passed).toMatchObject({ code: 3, failures: [expect.stringContaining("fail-on-upload-error")] });
    const blocked = await concluded("block", { fails: true });
    expect(blocked.code).toBe((await concluded("block")).code);
    expect(blocked.failures).toHaveLength(2);
  });

  it("leaves publishing to the post step where the run was cancelled", async () => {
    const { ended, outputs, summary } = await concluded("block", {}, true);
    expect(ended).toBe(0);
    expect(outputs).not.toHaveProperty("artifact-id");
    expect(outputs).toHaveProperty("report");
    expect(summary).not.toBe("");
  });
});
