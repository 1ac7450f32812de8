/** The cases on the reference mesh, and what each fault changes of them. */
import { describe, expect, it } from "vitest";
import type { Faults } from "../../../../src/embedded/mutants/faults.ts";
import { mutants } from "../../../../src/embedded/mutants/index.ts";
import { meshFaults } from "../../../../src/embedded/mutants/mesh-faults.ts";
import type { Clause } from "../../../../src/embedded/mutants/mutant.ts";
import { type Case, cases } from "../reference/cases/index.ts";
import { createWorld, type WorldOptions } from "../reference/world.ts";

function answersOf(one: Case, options: WorldOptions): readonly string[] {
  const world = createWorld({ ...options, ...(one.served === undefined ? {} : { served: one.served }) });
  try {
    return one.ask(world);
  } finally {
    world.close();
  }
}

const share = (x: readonly Clause[], y: readonly Clause[]) =>
  x.some((a) => y.some((b) => a.doc === b.doc && a.line === b.line));
const namesOf = (some: readonly Case[]) => some.map(({ name }) => name);

describe("the reference mesh", () => {
  it.each(cases)("$name", (one) => {
    expect(answersOf(one, {})).toEqual(one.want);
  });
});

const ofMesh = mutants.filter(({ faults }) => Object.keys(faults).some((name) => name in meshFaults));
const changes = new Map<string, readonly Case[]>();
function changesOf(faults: Faults): readonly Case[] {
  const key = JSON.stringify(faults);
  const changed =
    changes.get(key) ?? cases.filter((one) => JSON.stringify(answersOf(one, { faults })) !== JSON.stringify(one.want));
  changes.set(key, changed);
  return changed;
}

describe("the fault of", () => {
  it.each(ofMesh)(
    "$name changes cases about its clause, and none that does not depend on it",
    ({ clauses, faults }) => {
      const changed = changesOf(faults);
      expect(changed.filter(({ about }) => share(about, clauses)).length).toBeGreaterThan(0);
      expect(namesOf(changed.filter(({ about, covers }) => !share([...about, ...covers], clauses)))).toEqual([]);
    },
  );

  it("some mutant shows that each case could come out differently, by a clause that it is about", () => {
    const bites = (one: Case) =>
      ofMesh.some(({ clauses, faults }) => share(one.about, clauses) && changesOf(faults).includes(one));
    expect(namesOf(cases.filter((one) => !bites(one)))).toEqual([
      // No fault takes a proxy from a pod, nor gives it one.
      "servers outside of the mesh enforce nothing",
    ]);
  });
});

describe("a switch", () => {
  const uses = Object.keys(meshFaults).map(
    (name) => [name, ofMesh.find(({ faults }) => name in faults)?.faults[name as keyof Faults]] as const,
  );

  it.each(uses)("%s is used by a mutant, and changes a case by itself", (name, value) => {
    expect(value).toBeDefined();
    expect(namesOf(changesOf({ [name]: value }))).not.toEqual([]);
  });
});

describe("the list of mutants", () => {
  it("has 160 distinct names in kebab case", () => {
    const names = mutants.map(({ name }) => name);
    expect(new Set(names).size).toBe(160);
    expect(names.length).toBe(160);
    expect(names.filter((name) => !/^[a-z]+(-[a-z0-9]+)*$/.test(name))).toEqual([]);
  });

  it("has several in each family, and clauses and a fault for each", () => {
    const families = Map.groupBy(mutants, ({ family }) => family);
    expect([...families.keys()].sort()).toEqual([
      ...["lifecycle", "resource", "traffic-access", "traffic-specs", "traffic-split"],
    ]);
    expect([...families.values()].every((all) => all.length >= 2)).toBe(true);
    const isEmpty = mutants.filter((one) => one.clauses.length === 0 || Object.keys(one.faults).length === 0);
    expect(isEmpty).toEqual([]);
  });
});
