import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newestArtifacts } from "../../../../src/domain/github/newest-artifacts.ts";

const named = (...names: readonly string[]) => names.map((name, id) => ({ id, name }));

describe("newestArtifacts", () => {
  it.each([
    [
      "all jobs of one attempt",
      ["smi-job-0-attempt-1", "smi-job-1-attempt-1"],
      ["smi-job-0-attempt-1", "smi-job-1-attempt-1"],
    ],
    [
      "a job that was run again",
      ["smi-job-0-attempt-1", "smi-job-1-attempt-1", "smi-job-1-attempt-2"],
      ["smi-job-0-attempt-1", "smi-job-1-attempt-2"],
    ],
    ["attempts as numbers, not as text", ["smi-job-0-attempt-9", "smi-job-0-attempt-10"], ["smi-job-0-attempt-10"]],
    [
      "jobs as text that begins alike",
      ["smi-job-1-attempt-2", "smi-job-10-attempt-1"],
      ["smi-job-1-attempt-2", "smi-job-10-attempt-1"],
    ],
    [
      "other artifacts of the run",
      ["dist-attempt-1", "smi-matrix-attempt-1", "smi-job-0-attempt-1"],
      ["smi-job-0-attempt-1"],
    ],
    ["names without an attempt", ["smi-job-b", "smi-job-a"], ["smi-job-a", "smi-job-b"]],
    ["nothing", [], []],
  ])("%s", (_what, names, expected) => {
    const found = newestArtifacts(named(...names), (name) => name.startsWith("smi-job-"));
    expect(found.map(({ name }) => name)).toEqual(expected);
  });

  it("takes the one with the highest id of two of the same name", () => {
    const twice = [7, 9, 8].map((id) => ({ id, name: "report" }));
    expect(newestArtifacts(twice, (name) => name === "report")).toEqual([{ id: 9, name: "report" }]);
  });

  it("takes one of each job, the newest, in whatever order they are listed", () => {
    const artifacts = fc.uniqueArray(fc.tuple(fc.nat(12), fc.integer({ min: 1, max: 12 })), {
      selector: ([job, attempt]) => `${job}/${attempt}`,
    });
    fc.assert(
      fc.property(artifacts, (pairs) => {
        const found = newestArtifacts(named(...pairs.map(([job, attempt]) => `p-${job}-attempt-${attempt}`)), (name) =>
          name.startsWith("p-"),
        );
        const expected = [...new Set(pairs.map(([job]) => job))].map(
          (job) =>
            `p-${job}-attempt-${Math.max(...pairs.filter(([one]) => one === job).map(([, attempt]) => attempt))}`,
        );
        expect(found.map(({ name }) => name)).toEqual(expected.sort());
      }),
    );
  });
});
