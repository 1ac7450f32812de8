import { describe, expect, it } from "vitest";
import { count, duration, percent, probability } from "../../../../src/render/text/quantities.ts";

describe("duration", () => {
  it.each([
    [0, "0 s"],
    [0.2, "1 ms"],
    [4, "4 ms"],
    [10, "0.01 s"],
    [120, "0.12 s"],
    [800, "0.8 s"],
    [996, "1.0 s"],
    [41_240, "41.2 s"],
    [59_960, "1 min"],
    [63_200, "1 min 3 s"],
    [182_000, "3 min 2 s"],
    [3_599_600, "1 h"],
    [3_900_000, "1 h 5 min"],
  ])("%d ms reads %j", (ms, expected) => {
    expect(duration(ms)).toBe(expected);
  });
});

it.each([
  [0, "0"],
  [9.24e-9, "9.2e-9"],
  [0.0023, "2.3e-3"],
  [0.0774, "7.7 %"],
  [0.444, "44 %"],
  [1, "100 %"],
])("probability %d reads %j", (p, expected) => {
  expect(probability(p)).toBe(expected);
});

it("a percentage of nothing is no number", () => {
  expect([percent(87.5), percent(0), percent(null)]).toEqual(["87.5 %", "0 %", "–"]);
});

it("counts in words", () => {
  expect(count(2, "mismatch", "mismatches")).toBe("2 mismatches");
  expect([count(1, "change"), count(0, "change"), count(3, "change")]).toEqual(["1 change", "0 changes", "3 changes"]);
});
