/** Every mistake in an assertion that its schema cannot see. */
import { specNames } from "../smi/kinds.ts";
import { type AssertionFile, specOf } from "./assertion-file.ts";
import type { Fixture } from "./fixture.ts";
import { allowed, type Mistake } from "./mistake.ts";
import { lintNames } from "./names.ts";
import { lintOrder } from "./order.ts";
import { lintAssertion } from "./soundness.ts";

/** By id; undefined for a fixture that is there and cannot be read. */
export type Fixtures = ReadonlyMap<string, Fixture | undefined>;

/** @param place the id that goes with where the file is. */
export const misplaced = (id: string, place: string): readonly Mistake[] =>
  id === place
    ? []
    : [{ path: ["id"], message: `"${id}" is not the place of its file`, remedy: `Write id: ${place}.` }];

function headMistakes(file: AssertionFile, place: string, fixtures: Fixtures): readonly Mistake[] {
  const found = [...misplaced(file.id, place)];
  if (specOf(file) === undefined)
    found.push({
      path: ["id"],
      message: "neither spec nor the folder of the id says which specification this is about",
      remedy: `Give spec: ${specNames.join(", ")}.`,
    });
  if (!fixtures.has(file.fixture))
    found.push({
      path: ["fixture"],
      message: `there is no fixture "${file.fixture}"`,
      remedy: allowed(file.fixture, [...fixtures.keys()], "Fixtures:"),
    });
  return found;
}

/** @param place the id that goes with where the file is. */
export function lintFile(file: AssertionFile, place: string, fixtures: Fixtures): readonly Mistake[] {
  const fixture = fixtures.get(file.fixture);
  return [
    ...headMistakes(file, place, fixtures),
    ...(fixture === undefined ? [] : [...lintNames(file, fixture), ...lintOrder(file, fixture)]),
    ...lintAssertion(file),
  ];
}

/** The same for what is left of a file without keys that are wrong, but for what may only follow from their being away. */
export function lintLeft(file: AssertionFile, place: string, fixtures: Fixtures): readonly Mistake[] {
  const fixture = fixtures.get(file.fixture);
  const found = fixture === undefined ? [] : [...lintNames(file, fixture), ...lintOrder(file, fixture)];
  return [...headMistakes(file, place, fixtures), ...found.filter(({ path }) => path[0] !== "absent")];
}
