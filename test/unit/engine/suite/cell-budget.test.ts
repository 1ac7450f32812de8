/** How the cells that may be in use at once are shared out among the fixtures. */
import { describe, expect, it } from "vitest";
import { cellBudget } from "../../../../src/engine/suite/cell-budget.ts";

describe("the cells of each fixture", () => {
  it.each([
    [{ access: 1, split: 1 }, 4, { access: 1, split: 1 }],
    [{ access: 10, split: 7, api: 7 }, 4, { access: 2, split: 1, api: 1 }],
    [{ access: 10, split: 7 }, 4, { access: 2, split: 2 }],
    [{ access: 10, split: 2 }, 5, { access: 4, split: 1 }],
    [{ access: 3 }, 32, { access: 3 }],
    [{ access: 5, split: 0 }, 2, { access: 2 }],
    // One for each fixture at least, whatever the limit.
    [{ access: 5, split: 5, api: 5 }, 1, { access: 1, split: 1, api: 1 }],
    [{}, 4, {}],
  ])("for %j, %i at once", (jobs, parallel, wanted) => {
    expect(Object.fromEntries(cellBudget(new Map(Object.entries(jobs)), parallel))).toEqual(wanted);
  });
});
