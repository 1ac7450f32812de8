import { describe, expect, it } from "vitest";
import { type MatrixRequest, readMatrixRequest, runMatrix } from "../../../src/commands/matrix-run.ts";
import type { InputErrors } from "../../../src/errors.ts";

const request: MatrixRequest = {
  prefix: "smi-leg-",
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
  const outcome = await runMatrix({ ...request, ...given }, "/tmp/x", {
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

const both = ["smi-leg-0-attempt-1", "smi-leg-1-attempt-1"];

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
    ["no artifact of that name", {}, ["dist"], "there is no report in an artifact smi-leg-*"],
    ["an artifact without a report", {}, ["smi-leg-0"], "artifact smi-leg-0 holds no report.json"],
  ])("blocks on %s, and merges nothing", async (_what, given, names, problem) => {
    const { merges, ...outcome } = await merged(given, names, 0, "smi-leg-0");
    expect(merges).toEqual([]);
    expect(outcome).toMatchObject({ gate: "block", exitCode: 3 });
    expect(outcome.problems).toContain(problem);
  });

  it("merges what there is where a leg left no report, and asks for as many as there should be", async () => {
    const { merges, problems } = await merged({}, both, 3, "smi-leg-0-attempt-1");
    expect(merges).toEqual([{ paths: ["/tmp/x/smi-leg-1-attempt-1"], out: "out", expect: 2 }]);
    expect(problems).toEqual(["artifact smi-leg-0-attempt-1 holds no report.json"]);
  });

  it("merges the newest attempt of each leg, and reports that are given", async () => {
    const { merges } = await merged({ reports: ["a.json"] }, [...both, "smi-leg-1-attempt-2", "other"], 0);
    expect(merges[0]?.paths).toEqual(["/tmp/x/smi-leg-0-attempt-1", "/tmp/x/smi-leg-1-attempt-2", "a.json"]);
  });

  it("reads no artifacts where none are asked for", async () => {
    const { merges } = await merged({ prefix: undefined, reports: ["a.json"] }, both, 0);
    expect(merges[0]?.paths).toEqual(["a.json"]);
  });
});

describe("readMatrixRequest", () => {
  it("has the defaults of matrix/action.yml", () => {
    expect(readMatrixRequest({ "artifact-prefix": "smi-leg-" }, 2)).toEqual({
      ...request,
      expect: 1,
      out: "smi-conformance-matrix",
      artifactName: "smi-conformance-matrix-attempt-2",
    });
  });

  it("takes reports and baselines one a line", () => {
    const paths = " a b.json \n\n c/ \r\n";
    expect(readMatrixRequest({ reports: paths, baseline: paths }, 1)).toMatchObject({
      reports: ["a b.json", "c/"],
      baselines: ["a b.json", "c/"],
    });
  });

  it("names every mistake at once", () => {
    const raw = { expect: "0", gate: "yes", upload: "no", "retention-days": "91" };
    expect.assertions(1);
    try {
      readMatrixRequest(raw, 1);
    } catch (error) {
      expect((error as InputErrors).errors.map(({ input }) => input).sort()).toEqual([
        "artifact-prefix",
        "expect",
        "gate",
        "retention-days",
        "upload",
      ]);
    }
  });
});
