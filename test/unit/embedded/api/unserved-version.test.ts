/** What an assertion may say of a version that is not served, on servers that answer in different ways. */
import { beforeAll, expect, it } from "vitest";
import { type Catalogue, readCatalogue } from "../../../../src/adapters/files/catalogue.ts";
import type { Assertion } from "../../../../src/domain/assertion/assertion.ts";
import type { Faults } from "../../../../src/embedded/mutants/faults.ts";
import { runEmbedded } from "../../../fakes/embedded-suite.ts";

const ASSERTION = "resource/old-version-refused-cleanly";

let catalogue: Catalogue;

beforeAll(async () => {
  catalogue = await readCatalogue("assertions");
});

/** The assertion, with another expectation of what becomes of the object. */
const saying = (assertion: Assertion, is: string): Assertion => ({
  ...assertion,
  phases: assertion.phases.map((phase) => ({
    ...phase,
    expect: phase.expect.map((one) => ({ ...one, is }) as typeof one),
  })),
});

it.each<[string, string, Faults, string]>([
  ["rejected", "refuses it as not served", {}, "PASS"],
  ["rejected", "calls it invalid", { blamesUnservedObjects: true }, "FAIL"],
  ["rejected", "stores it", { servesUnservedVersions: true }, "FAIL"],
  ["stored", "refuses it as not served", {}, "FAIL"],
  ["stored", "stores it", { servesUnservedVersions: true }, "PASS"],
])("that it is %s, of a server that %s", async (is, _server, faults, verdict) => {
  const assertions = catalogue.assertions.filter(({ id }) => id === ASSERTION).map((one) => saying(one, is));
  const { results } = await runEmbedded({ catalogue: { ...catalogue, assertions }, cluster: { faults } });
  expect(results.map((result) => `${result.id} ${result.verdict}`)).toEqual([`${ASSERTION} ${verdict}`]);
});
