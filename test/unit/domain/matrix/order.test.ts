import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byVersion } from "../../../../src/domain/matrix/order.ts";

describe("byVersion", () => {
  it.each([
    ["1.9.0", "1.10.0"],
    ["v1.4.8", "1.4.9"],
    ["1.4.8-rc.1", "1.4.8"],
    ["1.4.8-rc.2", "1.4.8-rc.10"],
    ["1.4.8-alpha", "1.4.8-beta"],
    ["1.4", "1.4.1"],
    ["", "0.1"],
    ["9007199254740993.0", "9007199254740994.0"],
  ])("%s is older than %s", (older, newer) => {
    expect(byVersion(older, newer)).toBeLessThan(0);
    expect(byVersion(newer, older)).toBeGreaterThan(0);
  });

  it("is a total order", () => {
    const version = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc
        .array(fc.constantFrom("1", "2", "10", ".", "-", "rc", "v", "+", "a"), { maxLength: 8 })
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(version, version, version, (x, y, z) => {
        expect(Math.sign(byVersion(x, y))).toBe(-Math.sign(byVersion(y, x)) + 0);
        expect(byVersion(x, y) === 0).toBe(x === y);
        if (byVersion(x, y) <= 0 && byVersion(y, z) <= 0) expect(byVersion(x, z)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });
});
