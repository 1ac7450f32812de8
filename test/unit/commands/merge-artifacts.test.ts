import { describe, expect, it } from "vitest";
import { mergeArtifacts } from "../../../src/commands/merge-artifacts.ts";
import type { MatrixRequest } from "../../../src/inputs/matrix-request.ts";

const request: MatrixRequest = {
  prefix: "smi-job-",
  reports: [],
  expect: 2,
  baselines: [],
  gate: true,
  out: "out",
  upload: true,
  artifactName: "m",
  retentionDays: undefined,
};

interface Merge {
  readonly paths: readonly string[];
  readonly out: string;
  readonly expect: number;
}

/** `empty` is the name of an artifact without a report. */
async function merged(given: Partial<MatrixRequest>, names: readonly string[], code: 0 | 1 | 3, empty?: string) {
  const merges: Merge[] = [];
  const outcome = await mergeArtifacts({ ...request, ...given }, "/tmp/x", {
    list: async () => names.map((name, id) => ({ id, name })),
    download: async ({ name }) => name !== empty,
    merge: async (paths, out, expected) => {
      merges.push({ paths, out, expect: expected });
      return code;
    },
    log: { info: () => {} },
  });
  return { ...outcome, merges };
}

const both = ["smi-job-0-attempt-1", "smi-job-1-attempt-1"];

describe("the gate of a matrix", () => {
  it.each([
    ["all rows pass", {}, 0, { gate: "pass", exitCode: 0 }],
    ["a row that blocks", {}, 1, { gate: "block", exitCode: 1 }],
    ["a row that is missing or can't be told", {}, 3, { gate: "block", exitCode: 3 }],
    ["a row that blocks, only shown", { gate: false }, 1, { gate: "block", exitCode: 0 }],
    ["a row that can't be told, only shown", { gate: false }, 3, { gate: "block", exitCode: 0 }],
  ] as const)("%s", async (_what, given, code, expected) => {
    expect(await merged(given, both, code)).toMatchObject({ ...expected, problems: [] });
  });

  it.each([
    ["no artifact of that name", {}, ["dist"], "there is no report in an artifact smi-job-*"],
    ["an artifact without a report", {}, ["smi-job-0"], "artifact smi-job-0 contains no report.json"],
  ])("blocks on %s, and merges nothing", async (_what, given, names, problem) => {
    const { merges, ...outcome } = await merged(given, names, 0, "smi-job-0");
    expect(merges).toEqual([]);
    expect(outcome).toMatchObject({ gate: "block", exitCode: 3 });
    expect(outcome.problems).toContain(problem);
  });

  it("merges the other reports where a job left none, and still expects the full number", async () => {
    const { merges, problems } = await merged({}, both, 3, "smi-job-0-attempt-1");
    expect(merges).toEqual([{ paths: ["/tmp/x/smi-job-1-attempt-1"], out: "out", expect: 2 }]);
    expect(problems).toEqual(["artifact smi-job-0-attempt-1 contains no report.json"]);
  });

  it("merges the newest attempt of each job, and reports that are given", async () => {
    const { merges } = await merged({ reports: ["a.json"] }, [...both, "smi-job-1-attempt-2", "other"], 0);
    expect(merges[0]?.paths).toEqual(["/tmp/x/smi-job-0-attempt-1", "/tmp/x/smi-job-1-attempt-2", "a.json"]);
  });

  it("reads no artifacts where none are asked for", async () => {
    const { merges } = await merged({ prefix: undefined, reports: ["a.json"] }, both, 0);
    expect(merges[0]?.paths).toEqual(["a.json"]);
  });
});
