import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withTempFolder } from "../../../src/adapters/files/folders.ts";
import { readReportFile } from "../../../src/adapters/files/report-files.ts";
import type { CommitStatus, StatusOutcome } from "../../../src/domain/github/commit-status.ts";
import type { WorkflowEvent } from "../../../src/domain/github/workflow-event.ts";
import { InfrastructureError } from "../../../src/errors.ts";
import { publishForeignStatus } from "../../../src/publishing/foreign-status.ts";
import { keptLog } from "../../fakes/kept-log.ts";
import { reportOf, resultOf } from "../../fixtures/report.ts";

const SHA = "a".repeat(40);
const request = {
  ...{ token: "t", runId: "17", artifactName: "conformance" },
  status: { sha: SHA, context: "smi", targetUrl: undefined },
};
const event: WorkflowEvent = {
  ...{ name: "workflow_run", payload: { workflow_run: { conclusion: "cancelled" } }, sha: SHA, ref: "refs/heads/main" },
  ...{ repository: "o/r", runId: "18", attempt: 1, job: "publish", actor: "me" },
  ...{ serverUrl: "https://github.com", apiUrl: "https://api.github.com" },
};

interface Left {
  /** Files in the artifact; undefined for no artifact. */
  readonly files?: Readonly<Record<string, string>>;
  readonly download?: () => Promise<void>;
  readonly outcome?: StatusOutcome;
}

/** The status of a run that left this. */
async function published({ files, download, outcome = { set: "https://api/s" } }: Left) {
  const statuses: CommitStatus[] = [];
  const failures: string[] = [];
  const outputs: Record<string, string> = {};
  const code = await publishForeignStatus(request, event, {
    artifacts: {
      list: async () => (files === undefined ? [] : [{ id: 1, name: "conformance" }]) as never,
      async download(_artifact, folder) {
        await download?.();
        await mkdir(folder, { recursive: true });
        for (const [name, text] of Object.entries(files ?? {})) await writeFile(join(folder, name), text);
      },
      upload: () => Promise.reject(new Error("nothing is uploaded")),
    },
    publisher: {
      async publish(status) {
        statuses.push(status);
        return outcome;
      },
    },
    readFile: (path) => readReportFile(path, true),
    step: {
      writeOutputs: (more) => void Object.assign(outputs, more),
      writeSummary: async () => {},
      annotate: () => {},
      fail: (message) => failures.push(message),
    },
    ...{ withTempFolder, log: keptLog() },
  });
  expect(statuses).toHaveLength(1);
  return { code, status: statuses[0], failures, outputs };
}

describe("the status of a run that could not set it", () => {
  it("is never success for what is no report, and says what is missing", async () => {
    for (const [left, why] of [
      [{}, "the run ended as cancelled and left no artifact conformance"],
      [{ files: {} }, "the artifact conformance holds no report.json"],
      [{ files: { "report.json": "{" } }, "not a report that can be read"],
      [{ files: { "report.json": '{"kind":"List"}' } }, "not a report that can be read"],
    ] as const) {
      const { code, status, outputs } = await published(left);
      expect(code).toBe(0);
      expect(status).toMatchObject({ sha: SHA, context: "smi", state: "error" });
      expect(status?.description).toContain(why.slice(0, 60));
      expect(outputs).toEqual({ state: "error", "status-url": "https://api/s" });
    }
  });

  it("is that of the report, and leads to the run that left it", async () => {
    const report = reportOf([resultOf({ verdict: "FAIL" })]);
    const { status } = await published({ files: { "report.json": JSON.stringify(report) } });
    expect(status?.state).not.toBe("success");
    expect(status?.targetUrl).toBe("https://github.com/o/r/actions/runs/17");
  });

  it("is an error, and so is the step, where the report cannot be fetched: a status that nobody sets blocks silently", async () => {
    const failed = new InfrastructureError("download", "GitHub does not answer", "Try again.");
    const { code, status, failures } = await published({ files: {}, download: () => Promise.reject(failed) });
    expect(code).toBe(3);
    expect(status).toMatchObject({ state: "error", description: expect.stringContaining("could not be fetched") });
    expect(failures).toEqual(["GitHub does not answer. Try again."]);
  });

  it("fails the step where it cannot be set", async () => {
    const outcome = { failed: "no such commit", next: "Check status-sha." } as StatusOutcome;
    const { code, failures, outputs } = await published({ files: {}, outcome });
    expect(code).toBe(3);
    expect(failures.join()).toContain("no such commit");
    expect(outputs).toEqual({});
  });
});
