/** The shapes of smi-spec `apis/*`: each neutral resource in each version, or the reason why it has no words for it. */
import { describe, expect, it } from "vitest";
import { type Bindings, NotExpressibleError, namespaceOf, render } from "../../../../src/domain/smi/render.ts";
import type { Resource } from "../../../../src/domain/smi/resource.ts";
import type { ServedVersion } from "../../../../src/domain/smi/served.ts";

const bindings: Bindings = {
  namespaces: { n1: "ns-1", n2: "ns-2" },
  accounts: { a: { account: "a", in: "n1" }, v1: { account: "x", in: "n1" }, far: { account: "a", in: "n2" } },
};
const version = (n: number, headersForm?: "list" | "map"): ServedVersion => ({
  name: `v1alpha${n}`,
  storage: true,
  ...(headersForm && { headersForm }),
});
const rendered = (resource: Resource, n: number, headersForm?: "list" | "map") =>
  render(resource, version(n, headersForm), bindings);
const withoutMeta = (resource: Resource, n: number, headersForm?: "list" | "map") => {
  const { metadata: _m, kind: _k, ...rest } = rendered(resource, n, headersForm);
  return rest;
};
const account = (name: string, namespace = "ns-1") => ({ kind: "ServiceAccount", name, namespace });

describe("TrafficTarget", () => {
  const target: Resource = {
    trafficTarget: "t",
    destination: "v1",
    sources: ["a", { account: "a", in: "n2" }],
    rules: [{ httpRouteGroup: "g", matches: ["m"] }, { tcpRoute: "r" }, { udpRoute: "u" }],
  };
  const rules = [
    { kind: "HTTPRouteGroup", name: "g", matches: ["m"] },
    { kind: "TCPRoute", name: "r" },
    { kind: "UDPRoute", name: "u" },
  ];
  const ends = { destination: account("x"), sources: [account("a"), account("a", "ns-2")] };

  it.each([
    [1, { apiVersion: "access.smi-spec.io/v1alpha1", ...ends, specs: rules }],
    [2, { apiVersion: "access.smi-spec.io/v1alpha2", spec: { ...ends, rules } }],
    [3, { apiVersion: "access.smi-spec.io/v1alpha3", spec: { ...ends, rules } }],
    [4, { apiVersion: "access.smi-spec.io/v1alpha4", spec: { ...ends, rules } }],
  ])("in v1alpha%i", (n, wanted) => {
    expect(withoutMeta(target, n)).toEqual(wanted);
    expect(rendered(target, n)).toMatchObject({ kind: "TrafficTarget", metadata: { name: "t", namespace: "ns-1" } });
  });

  it("has a port of its destination up to v1alpha2 only", () => {
    const withPort: Resource = { ...target, port: 8080 };
    expect(rendered(withPort, 1)).toMatchObject({ destination: { ...account("x"), port: 8080 } });
    expect(rendered(withPort, 2)).toMatchObject({ spec: { destination: { ...account("x"), port: 8080 } } });
    for (const n of [3, 4]) expect(() => rendered(withPort, n)).toThrow(NotExpressibleError);
  });

  it("is written without what it leaves out, and with the lists that it has empty", () => {
    expect(rendered({ trafficTarget: "t", sources: ["a"] }, 3).spec).toEqual({ sources: [account("a")] });
    expect(rendered({ trafficTarget: "t", sources: [], rules: [] }, 3).spec).toEqual({ sources: [], rules: [] });
    const allMatches: Resource = { trafficTarget: "t", rules: [{ httpRouteGroup: "g" }] };
    expect(rendered(allMatches, 3).spec).toEqual({ rules: [{ kind: "HTTPRouteGroup", name: "g" }] });
  });

  it("names the account of a workload where that runs, and one that is no workload as it is", () => {
    const sources = ["far", { account: "stranger", in: "n2" }, "nobody"];
    expect(rendered({ trafficTarget: "t", sources }, 3).spec).toEqual({
      sources: [account("a", "ns-2"), account("stranger", "ns-2"), account("nobody")],
    });
  });
});

describe("HTTPRouteGroup", () => {
  const match = { name: "m", pathRegex: "/api", methods: ["GET"] };
  const group: Resource = { httpRouteGroup: "g", matches: [match] };
  const withHeaders: Resource = { httpRouteGroup: "g", matches: [{ ...match, headers: { a: "1", b: "2" } }] };

  it.each([
    [1, { apiVersion: "specs.smi-spec.io/v1alpha1", matches: [match] }],
    [2, { apiVersion: "specs.smi-spec.io/v1alpha2", matches: [match] }],
    [3, { apiVersion: "specs.smi-spec.io/v1alpha3", spec: { matches: [match] } }],
    [4, { apiVersion: "specs.smi-spec.io/v1alpha4", spec: { matches: [match] } }],
  ])("in v1alpha%i", (n, wanted) => {
    expect(withoutMeta(group, n)).toEqual(wanted);
  });

  it.each([
    [2, "list"],
    [3, "list"],
    [4, "list"],
    [2, undefined],
    [4, undefined],
  ] as const)("has headers as a list in v1alpha%i where the schema says %s", (n, form) => {
    const matches = [{ ...match, headers: [{ a: "1" }, { b: "2" }] }];
    expect(withoutMeta(withHeaders, n, form)).toMatchObject(n === 2 ? { matches } : { spec: { matches } });
  });

  it.each([2, 3, 4])("has headers as a map in v1alpha%i where the schema says so", (n) => {
    const matches = [{ ...match, headers: { a: "1", b: "2" } }];
    expect(withoutMeta(withHeaders, n, "map")).toMatchObject(n === 2 ? { matches } : { spec: { matches } });
  });

  it("of v1alpha1 knows no headers, and needs a path and methods", () => {
    expect(() => rendered(withHeaders, 1)).toThrow(NotExpressibleError);
    for (const short of [
      { name: "m", methods: ["GET"] },
      { name: "m", pathRegex: "/" },
    ]) {
      expect(() => rendered({ httpRouteGroup: "g", matches: [short] }, 1)).toThrow(/requires pathRegex and methods/);
      expect(rendered({ httpRouteGroup: "g", matches: [short] }, 2).matches).toEqual([short]);
    }
  });
});

describe("TCPRoute and UDPRoute", () => {
  it.each([
    [1, { apiVersion: "specs.smi-spec.io/v1alpha1" }],
    [2, { apiVersion: "specs.smi-spec.io/v1alpha2" }],
    [3, { apiVersion: "specs.smi-spec.io/v1alpha3", spec: {} }],
    [4, { apiVersion: "specs.smi-spec.io/v1alpha4", spec: { matches: { ports: [] } } }],
  ])("of every port in v1alpha%i", (n, wanted) => {
    expect(withoutMeta({ tcpRoute: "r" }, n)).toEqual(wanted);
  });

  it("have ports from v1alpha4 on", () => {
    for (const n of [1, 2, 3]) expect(() => rendered({ tcpRoute: "r", ports: [80] }, n)).toThrow(NotExpressibleError);
    expect(rendered({ tcpRoute: "r", ports: [80] }, 4).spec).toEqual({ matches: { ports: [80] } });
    expect(rendered({ udpRoute: "u", ports: [53] }, 4)).toMatchObject({
      kind: "UDPRoute",
      spec: { matches: { ports: [53] } },
    });
  });
});

describe("TrafficSplit", () => {
  const split: Resource = { trafficSplit: "s", service: "root", backends: { v1: 75, v2: 0 } };
  const numbers = [
    { service: "v1", weight: 75 },
    { service: "v2", weight: 0 },
  ];
  const quantities = [
    { service: "v1", weight: "75" },
    { service: "v2", weight: "0" },
  ];

  it.each([
    [1, quantities],
    [2, numbers],
    [3, numbers],
    [4, numbers],
  ])("in v1alpha%i", (n, backends) => {
    const wanted = { apiVersion: `split.smi-spec.io/v1alpha${n}`, spec: { service: "root", backends } };
    expect(withoutMeta(split, n)).toEqual(wanted);
  });

  it("keeps a quantity that is given as one", () => {
    const milli: Resource = { trafficSplit: "s", service: "root", backends: { v1: "500m" } };
    expect(rendered(milli, 1)).toMatchObject({ spec: { backends: [{ service: "v1", weight: "500m" }] } });
    for (const n of [2, 3, 4]) expect(() => rendered(milli, n)).toThrow(NotExpressibleError);
  });

  it("has matches from v1alpha3 on", () => {
    const matched: Resource = { ...split, matches: ["g"] };
    for (const n of [1, 2]) expect(() => rendered(matched, n)).toThrow(NotExpressibleError);
    for (const n of [3, 4])
      expect(rendered(matched, n)).toMatchObject({ spec: { matches: [{ kind: "HTTPRouteGroup", name: "g" }] } });
  });
});

describe("headers in the form that is not served", () => {
  const group: Resource = {
    httpRouteGroup: "g",
    headersForm: "other",
    matches: [{ name: "m", headers: { a: "1", b: "2" } }],
  };
  const headersOf = (form?: "list" | "map") =>
    (rendered(group, 4, form).spec as { matches: readonly { headers: unknown }[] }).matches[0]?.headers;

  it("are a map for a list and a list for a map, and nothing where the schema does not say", () => {
    expect(headersOf("list")).toEqual({ a: "1", b: "2" });
    expect(headersOf("map")).toEqual([{ a: "1" }, { b: "2" }]);
    expect(() => headersOf()).toThrow(NotExpressibleError);
  });
});

describe("a patch", () => {
  const target: Resource = { trafficTarget: "t", destination: "a", sources: ["a"] };

  it("is merged over the body: set, replaced, and removed by null", () => {
    const patch = { destination: { port: 8080, name: null }, sources: null, extra: { deep: { kept: 1, gone: null } } };
    expect(rendered({ ...target, patch }, 3).spec).toEqual({
      destination: { kind: "ServiceAccount", namespace: "ns-1", port: 8080 },
      extra: { deep: { kept: 1 } },
    });
  });

  it("replaces lists whole, and a value by an object", () => {
    expect(rendered({ ...target, patch: { sources: [], destination: "text" } }, 3).spec).toEqual({
      sources: [],
      destination: "text",
    });
  });

  it("is laid over the object itself in versions without a spec, and leaves the resource as it was", () => {
    expect(rendered({ ...target, patch: { destination: null } }, 1)).not.toHaveProperty("destination");
    expect(target).toEqual({ trafficTarget: "t", destination: "a", sources: ["a"] });
  });
});

describe("a namespace", () => {
  it("is the fixture's first, or the one that the alias stands for", () => {
    expect(namespaceOf({ tcpRoute: "r" }, bindings)).toBe("ns-1");
    expect(rendered({ tcpRoute: "r", in: "n2" }, 4).metadata.namespace).toBe("ns-2");
    expect(() => namespaceOf({ tcpRoute: "r", in: "n3" }, bindings)).toThrow(/no namespace "n3"/);
  });
});
