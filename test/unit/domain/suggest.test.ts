import { describe, expect, it } from "vitest";
import { nearestNames, suggest } from "../../../src/domain/suggest.ts";

const ids = [
  "traffic-access/deny-by-default-http",
  "traffic-access/targets-are-additive",
  "traffic-split/weight-75-25",
  "traffic-split/weight-100-0",
];
const mutants = ["ignores-weights", "ignores-deletes", "denies-all", "allows-all", "drops-headers"];

describe("nearestNames", () => {
  it.each([
    [
      "a letter that is missing",
      "traffic-split/weigh-75-25",
      ids,
      ["traffic-split/weight-75-25", "traffic-split/weight-100-0"],
    ],
    ["neighbours that are swapped", "ignores-wieghts", mutants, ["ignores-weights", "ignores-deletes"]],
    ["a part of it", "weight-75", ids, ["traffic-split/weight-75-25", "traffic-split/weight-100-0"]],
    ["a short name with one wrong letter", "lst", ["list", "run", "matrix"], ["list"]],
  ])("finds what is meant by %s, the nearest first", (_, name, names, expected) => {
    expect(nearestNames(name, names)).toEqual(expected);
  });

  it.each(["bogus", "nobody", "x", "", "a/1"])("finds nothing for %j, which resembles nothing", (name) => {
    expect(nearestNames(name, [...ids, ...mutants, "repeat", "mesh", "values"])).toEqual([]);
  });

  it("finds at most as many as are asked for", () => {
    expect(nearestNames("ignores-x", mutants, 1)).toHaveLength(1);
  });
});

describe("suggest", () => {
  it("names what is near, and says where all names are", () => {
    expect(suggest("lst", ["list"], "help lists all.")).toBe("Did you mean list? help lists all.");
    expect(suggest("ignores-all", mutants, "See docs.")).toMatch(/^Did you mean \S+, \S+ or \S+\? See docs\.$/);
    expect(suggest("bogus", ["list"], "help lists all.")).toBe("help lists all.");
  });
});
