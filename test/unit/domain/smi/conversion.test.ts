/** What is read in another version than it was written in means the same, or it is said what does not. */
import { describe, expect, it } from "vitest";
import { meaningLost } from "../../../../src/domain/smi/conversion.ts";
import type { Bindings } from "../../../../src/domain/smi/render.ts";
import type { Resource } from "../../../../src/domain/smi/resource.ts";

const bindings: Bindings = { namespaces: { n1: "ns-1" }, accounts: {} };
const version = (n: number) => ({ name: `v1alpha${n}`, storage: true });
const lost = (resource: Resource, written: number, read: number, found: Readonly<Record<string, unknown>>) =>
  meaningLost(resource, version(written), version(read), bindings, found);
const backends = (...weights: readonly (string | number)[]) => ({
  spec: { service: "root", backends: weights.map((weight, n) => ({ service: `v${n + 1}`, weight })) },
});

describe("a TrafficSplit", () => {
  const split: Resource = { trafficSplit: "s", service: "root", backends: { v1: "1", v2: "500m" } };

  it.each([
    ["thousandths", backends(1000, 500)],
    ["the smallest whole numbers", backends(2, 1)],
  ])("keeps the ratio of its weights as %s", (_, found) => {
    expect(lost(split, 1, 4, found)).toEqual([]);
  });

  it.each([
    ["digits without their unit", backends(1, 500), ["spec.backends[0].weight", "spec.backends[1].weight"]],
    ["another root", { spec: { ...backends(2, 1).spec, service: "other" } }, ["spec.service"]],
    ["a backend less", backends(2), ["spec.backends"]],
  ])("that comes back with %s has lost its meaning", (_, found, paths) => {
    expect(lost(split, 1, 4, found)).toEqual(paths);
  });
});

describe("another resource", () => {
  it("is compared with its own shape in the version that is read", () => {
    const group: Resource = { httpRouteGroup: "g", matches: [{ name: "m", pathRegex: "/a", methods: ["GET"] }] };
    const match = { name: "m", pathRegex: "/a", methods: ["GET"] };
    expect(lost(group, 1, 4, { spec: { matches: [match] } })).toEqual([]);
    expect(lost(group, 4, 1, { matches: [{ ...match, methods: ["*"] }] })).toEqual(["matches[0].methods[0]"]);
  });

  it("is not compared in a version that has no words for it", () => {
    const target: Resource = { trafficTarget: "t", destination: { account: "b", in: "n1" }, port: 8080 };
    expect(lost(target, 2, 3, {})).toBeUndefined();
  });
});
