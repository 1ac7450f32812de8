import { describe, expect, it } from "vitest";
import type { InputErrors } from "../../../src/errors.ts";
import { readMatrixRequest } from "../../../src/inputs/matrix-request.ts";

describe("readMatrixRequest", () => {
  it("has the defaults of matrix/action.yml", () => {
    expect(readMatrixRequest({ "artifact-prefix": "smi-job-" }, 2)).toEqual({
      prefix: "smi-job-",
      reports: [],
      baselines: [],
      gate: true,
      upload: true,
      retentionDays: undefined,
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
    const raw = { expect: "0", gate: "yes", upload: "no", "retention-days": "401" };
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
