/** `only` and `skip` name assertions by id, by spec and by pattern; an entry that names none is a mistake. */
import { expect, it } from "vitest";
import { matchesEntry } from "../../../src/inputs/assertion-pattern.ts";
import { unknownIds } from "../../../src/inputs/selection.ts";

const one = { id: "traffic-split/weight-75-25", spec: "traffic-split" } as const;

it.each([
  ["traffic-split/weight-75-25", true],
  ["traffic-split", true],
  ["traffic-access", false],
  ["traffic-split/weight-*", true],
  ["traffic-split/weight-?5-25", true],
  ["*/weight-*", true],
  ["**25", true],
  ["*25", false],
  ["traffic-split/weight", false],
  ["traffic.split/*", false],
  ["(a+)+*", false],
])("%s", (entry, expected) => {
  expect(matchesEntry(one, entry)).toBe(expected);
});

it("says what may have been meant by one that names none", () => {
  const assertions = [one] as unknown as Parameters<typeof unknownIds>[0];
  const mistakes = unknownIds(assertions, {
    only: ["trafic-split", "traffic-split/wieght-*", "traffic-split/*"],
    skip: [],
  });
  expect(mistakes.map(({ input, message }) => `${input} | ${message}`)).toEqual([
    'only | only: there is no assertion "trafic-split"',
    'only | only: there is no assertion "traffic-split/wieght-*"',
  ]);
  expect(mistakes[0]?.remedy).toMatch(/^Did you mean traffic-split/);
});
