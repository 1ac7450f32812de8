import { describe, expect, it } from "vitest";
import type { Assertion } from "../../../src/domain/assertion/assertion.ts";
import { type Fixture, fixtureSchema } from "../../../src/domain/assertion/fixture.ts";
import { clauseCoverage } from "../../../src/selftest/clause-coverage.ts";
import { assertionOf, type Stage } from "../../fixtures/assertion.ts";

const fixture: Fixture = fixtureSchema.parse({
  id: "f",
  title: "a and b",
  namespaces: ["n1"],
  workloads: { a: {}, b: { role: "server" } },
  services: [{ name: "b", selects: ["b"], ports: [{ port: 8080 }] }],
});

const assertion = (stages: readonly Stage[]): Assertion => assertionOf(stages, { fixture: "f" });

const lines = (assertion: Assertion, doc: string, of: Fixture = fixture) =>
  clauseCoverage(assertion, of)
    .flatMap(({ clauses }) => clauses)
    .filter((clause) => clause.doc === doc)
    .map(({ line }) => line);

const ok = { from: "a", to: "b", get: "/", is: "ok" };
const refused = { ...ok, is: "refused" };
const group = (match: object) => ({ httpRouteGroup: "g", matches: [{ name: "m", ...match }] });
const target = {
  trafficTarget: "t",
  destination: "b",
  sources: ["a"],
  rules: [{ httpRouteGroup: "g", matches: ["m"] }],
};
const access = "traffic-access/v1alpha3";
const specs = "traffic-specs/v1alpha4";
const split = "traffic-split/v1alpha4";

describe("an assertion covers", () => {
  it("denial by default where it expects a refusal, and not where it expects none", () => {
    expect(lines(assertion([{ name: "p", expect: [refused] }]), access)).toContain(15);
    expect(lines(assertion([{ name: "p", expect: [ok] }]), access)).not.toContain(15);
  });

  it("grants only where a TrafficTarget of it, or of its fixture, has to let something through", () => {
    const plain = assertion([{ name: "p", expect: [ok] }]);
    const base: Fixture = { ...fixture, base: [target] };
    expect(lines(plain, access)).not.toContain(23);
    expect(lines(plain, access, base)).toContain(23);
  });

  it("the parts of a route that its matches use", () => {
    const withHeaders = assertion([
      { name: "p", apply: [group({ headers: { "x-a": "1" } }), target], expect: [ok, refused] },
    ]);
    const withMethods = assertion([{ name: "p", apply: [group({ methods: ["GET"] }), target], expect: [ok, refused] }]);
    expect(lines(withHeaders, specs)).toEqual(expect.arrayContaining([74, 77]));
    expect(lines(withHeaders, specs)).not.toContain(43);
    expect(lines(withMethods, specs)).toContain(43);
    expect(lines(withMethods, specs)).not.toContain(74);
  });

  it("nothing of splits without one, and on weight 0 only where a backend has it", () => {
    const weighted = (backends: object) =>
      assertion([
        {
          name: "p",
          apply: [{ trafficSplit: "s", service: "b", backends }],
          expect: [{ from: "a", to: "b", get: "/", requests: 10, reach: { b: 1 } }],
        },
      ]);
    expect(lines(assertion([{ name: "p", expect: [refused] }]), split)).toEqual([]);
    expect(lines(weighted({ b: 100 }), split)).toContain(28);
    expect(lines(weighted({ b: 100 }), split)).not.toContain(254);
    expect(lines(weighted({ b: 1, c: 0 }), split)).toContain(254);
  });

  it("updates and deletions where it makes them", () => {
    const changed = assertion([
      { name: "p", apply: [target], expect: [ok] },
      { name: "q", apply: [{ ...target, sources: [] }], expect: [refused] },
      { name: "r", remove: [{ trafficTarget: "t" }], expect: [refused] },
    ]);
    const once = assertion([{ name: "p", apply: [target], expect: [ok] }]);
    const whys = (assertion: Assertion) => clauseCoverage(assertion, fixture).map(({ why }) => why);
    expect(whys(changed)).toEqual(
      expect.arrayContaining(["it changes a TrafficTarget", "it takes a grant away again"]),
    );
    expect(whys(once)).not.toContain("it changes a TrafficTarget");
    expect(whys(once)).not.toContain("it takes a grant away again");
  });
});
