import { describe, expect, it } from "vitest";
import { nanosOf, quantity, quantityPattern } from "../../../../src/domain/kubernetes/quantity.ts";

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
  ])("%s is %i thousand-millionths, and of the published form", (text, nanos) => {
    expect(nanosOf(text)).toBe(nanos);
    expect(String(text)).toMatch(new RegExp(quantityPattern));
  });

  it.each(["", "m", "1 m", "x", "1mm", "--1", "."])("is not %j", (text) => {
    expect(nanosOf(text)).toBeUndefined();
    expect(text).not.toMatch(new RegExp(quantityPattern));
  });
});

it.each([
  ["1", 1],
  ["10m", 0.01],
  ["1500m", 1.5],
  ["1k", 1000],
  ["1Ki", 1024],
  ["1e3", 1000],
  [".5", 0.5],
  [2, 2],
  ["500m", 0.5],
  [1500, 1500],
  ["2k", 2000],
  ["0", 0],
  ["", undefined],
  ["many", undefined],
  [undefined, undefined],
  ["1 m", undefined],
  [null, undefined],
])("the quantity %j is %j", (text, wanted) => {
  expect(quantity(text)).toBe(wanted);
});
