import { describe, expect, it } from "vitest";
import { digitsOf, nanosOf, quantityOf, quantityPattern, wholeWeights } from "../../../../src/embedded/api/quantity.ts";

const BILLION = 1_000_000_000n;

describe("a quantity", () => {
  it.each<[string | number, bigint]>([
    [1, BILLION],
    ["1", BILLION],
    ["+1", BILLION],
    ["-1", -BILLION],
    ["500m", BILLION / 2n],
    ["0.5", BILLION / 2n],
    [".5", BILLION / 2n],
    ["5.", 5n * BILLION],
    ["7u", 7_000n],
    ["7n", 7n],
    ["2k", 2_000n * BILLION],
    ["1Ki", 1024n * BILLION],
    ["0.5Mi", 512n * 1024n * BILLION],
    ["1e3", 1_000n * BILLION],
    ["1E-3", BILLION / 1000n],
    ["1E", 10n ** 18n * BILLION],
    ["0m", 0n],
  ])("%s is %i thousand-millionths, and of the published form", (quantity, nanos) => {
    expect(nanosOf(quantity)).toBe(nanos);
    expect(String(quantity)).toMatch(new RegExp(quantityPattern));
  });

  it.each(["", "m", "1 m", "x", "1mm", "--1", "."])("is not %j", (text) => {
    expect(nanosOf(text)).toBeUndefined();
    expect(text).not.toMatch(new RegExp(quantityPattern));
  });
});

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

  it("are none where one is no quantity", () => {
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

  it("by digits alone are what smi-sdk-go makes of them", () => {
    expect(["1", "500m", "0.5", "-2k", "x"].map(digitsOf)).toEqual([1, 500, 5, -2, 0]);
  });
});
