/** The cases on the mesh without a fault, and with the fault of each mutant. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mutants } from "../../../../src/embedded/mutants/index.ts";
import { type Case, cases } from "../reference/cases.ts";
import { createWorld, type WorldOptions } from "../reference/world.ts";

function answersOf(one: Case, options: WorldOptions): readonly string[] {
  const world = createWorld({ ...options, ...(one.served === undefined ? {} : { served: one.served }) });
  try {
    return one.ask(world);
  } finally {
    world.close();
  }
}

describe("the reference mesh", () => {
  it.each(cases)("$name", (one) => {
    expect(answersOf(one, {})).toEqual(one.want);
  });
});

/** Switches of the mesh, as the interface has them. */
const declared = new Set(
  [...readFileSync("src/embedded/mutants/mesh-faults.ts", "utf8").matchAll(/readonly (\w+)\?: /g)].map(
    ([, name = ""]) => name,
  ),
);
const ofMesh = mutants.filter(({ faults }) => Object.keys(faults).some((fault) => declared.has(fault)));

describe("the fault of", () => {
  it.each(ofMesh)("$name shows in a case", ({ faults }) => {
    const isChanged = (one: Case) => JSON.stringify(answersOf(one, { faults })) !== JSON.stringify(one.want);
    expect(cases.find(isChanged)?.name).toBeDefined();
  });
});

describe("the list of mutants", () => {
  it("has names of its own, and at least 70", () => {
    const names = mutants.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z]+(-[a-z0-9]+)*$/.test(name))).toEqual([]);
    expect(names.length).toBeGreaterThanOrEqual(70);
  });

  it("has two at least for each family, and a clause and a fault for each", () => {
    const families = Map.groupBy(mutants, ({ family }) => family);
    expect([...families.values()].every((all) => all.length >= 2)).toBe(true);
    expect(families.size).toBe(5);
    expect(mutants.filter(({ clauses, faults }) => clauses.length === 0 || Object.keys(faults).length === 0)).toEqual(
      [],
    );
  });

  it("uses every switch of the mesh", () => {
    const used = new Set(mutants.flatMap(({ faults }) => Object.keys(faults)));
    expect([...declared].filter((fault) => !used.has(fault))).toEqual([]);
    expect(declared.size).toBeGreaterThan(70);
  });
});
