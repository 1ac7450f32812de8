import { describe, expect, it } from "vitest";
import { quantityOf, wholeWeights } from "../../../../src/embedded/reference/weights.ts";

describe("weights as whole numbers", () => {
  it.each<[(string | number)[], number[]]>([
    [
      ["10m", "100m", "1500m"],
      [10, 100, 1500],
    ],
    [
      ["1", "500m"],
      [1000, 500],
    ],
    [
      [1, "0"],
      [1000, 0],
    ],
    [
      ["1500u", "1m"],
      [1500, 1000],
    ],
    [
      ["1n", "1u"],
      [1, 1000],
    ],
    [[], []],
  ])("%j are %j", (quantities, weights) => {
    expect(wholeWeights(quantities)).toEqual(weights);
  });

  it("are none if one is not a quantity", () => {
    expect(wholeWeights(["1", "x"])).toBeUndefined();
  });

  it.each([
    [10, "10m"],
    [1000, "1"],
    [1500, "1500m"],
    [0, "0"],
    [75000, "75"],
  ])("%i is written %s, which reads back", (weight, text) => {
    expect(quantityOf(weight)).toBe(text);
    expect(wholeWeights([text])).toEqual([weight]);
  });
});
