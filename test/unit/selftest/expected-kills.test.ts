import { expect, it } from "vitest";
import { mutants } from "../../../src/embedded/mutants/index.ts";
import { expectedKills } from "../../../src/selftest/expected-kills.ts";
import { withExpectedKills } from "../../../src/selftest/kill-matrix.ts";

it("is expected only of mutants that exist", () => {
  const names = mutants.map(({ name }) => name);
  expect(Object.keys(expectedKills).filter((name) => !names.includes(name))).toEqual([]);
});

it("goes to the mutant that it is expected of, and to no other", () => {
  const facts = withExpectedKills(mutants, expectedKills);
  expect(facts.map(({ name }) => name)).toEqual(mutants.map(({ name }) => name));
  const pending = facts.flatMap(({ name, pendingAssertion }) => (pendingAssertion === undefined ? [] : [name]));
  expect(pending).toEqual(["tcproute-opens-udp", "udproute-opens-tcp", "root-needs-pods"]);
  expect(facts.find(({ name }) => name === "ignores-routes")).toMatchObject({
    alsoFails: [{ why: expect.stringContaining("off the routes") }],
  });
});
