import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newestAttempts } from "../../../../src/domain/matrix/newest-attempts.ts";

const named = (...names: readonly string[]) => names.map((name) => ({ name }));

describe("newestAttempts", () => {
  it.each([
    [
      "all legs of one attempt",
      ["smi-leg-0-attempt-1", "smi-leg-1-attempt-1"],
      ["smi-leg-0-attempt-1", "smi-leg-1-attempt-1"],
    ],
    [
      "a leg that was run again",
      ["smi-leg-0-attempt-1", "smi-leg-1-attempt-1", "smi-leg-1-attempt-2"],
      ["smi-leg-0-attempt-1", "smi-leg-1-attempt-2"],
    ],
    ["attempts as numbers, not as text", ["smi-leg-0-attempt-9", "smi-leg-0-attempt-10"], ["smi-leg-0-attempt-10"]],
    [
      "legs as text that begins alike",
      ["smi-leg-1-attempt-2", "smi-leg-10-attempt-1"],
      ["smi-leg-1-attempt-2", "smi-leg-10-attempt-1"],
    ],
    [
      "other artifacts of the run",
      ["dist-attempt-1", "smi-matrix-attempt-1", "smi-leg-0-attempt-1"],
      ["smi-leg-0-attempt-1"],
    ],
    ["names without an attempt", ["smi-leg-b", "smi-leg-a"], ["smi-leg-a", "smi-leg-b"]],
    ["nothing", [], []],
  ])("%s", (_what, names, expected) => {
    expect(newestAttempts(named(...names), "smi-leg-")).toEqual(named(...expected));
  });

  it("takes one of each leg, the newest, in whatever order they are listed", () => {
    const artifacts = fc.uniqueArray(fc.tuple(fc.nat(12), fc.integer({ min: 1, max: 12 })), {
      selector: ([leg, attempt]) => `${leg}/${attempt}`,
    });
    fc.assert(
      fc.property(artifacts, (pairs) => {
        const found = newestAttempts(named(...pairs.map(([leg, attempt]) => `p-${leg}-attempt-${attempt}`)), "p-");
        const expected = [...new Set(pairs.map(([leg]) => leg))].map(
          (leg) =>
            `p-${leg}-attempt-${Math.max(...pairs.filter(([one]) => one === leg).map(([, attempt]) => attempt))}`,
        );
        expect(found.map(({ name }) => name)).toEqual(expected.sort());
      }),
    );
  });
});
