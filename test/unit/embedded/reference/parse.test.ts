/** Objects of each version, and what can't be read. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "../../../../src/embedded/reference/parse.ts";
import { normalised } from "../../../../src/embedded/reference/path.ts";

const metadata = { name: "x", namespace: "n" };
const of = (group: string, kind: string, version: string, body: object) =>
  parse({ apiVersion: `${group}.smi-spec.io/${version}`, kind, metadata, ...body });

describe("a TrafficTarget", () => {
  const subject = { kind: "ServiceAccount", name: "a", namespace: "n" };
  const rule = { kind: "HTTPRouteGroup", name: "g", matches: ["m"] };
  const destination = { ...subject, port: 8080 };
  it.each([
    ["v1alpha1", { destination, specs: [rule], sources: [subject] }, 8080],
    ["v1alpha2", { spec: { destination, rules: [rule], sources: [subject] } }, 8080],
    ["v1alpha3", { spec: { destination: subject, rules: [rule], sources: [subject] } }, undefined],
    ["v1alpha4", { spec: { destination: subject, rules: [rule], sources: [subject] } }, undefined],
  ])("of %s", (version, body, port) => {
    expect(of("access", "TrafficTarget", version, body)).toMatchObject({
      destination: subject,
      sources: [subject],
      rules: [rule],
      port,
    });
  });

  it("keeps the port of a version that had one when it is read in one that has none", () => {
    const annotations = { "access.smi-spec.io/destination-port": "8080" };
    const spec = { destination: subject, rules: [rule], sources: [subject] };
    const object = { apiVersion: "access.smi-spec.io/v1alpha3", kind: "TrafficTarget", spec };
    expect(parse({ ...object, metadata: { ...metadata, annotations } })).toMatchObject({ port: 8080 });
  });
});

describe("routes", () => {
  const matches = [{ name: "m", pathRegex: "/x", methods: ["GET"] }];
  it.each([
    ["v1alpha1", { matches }],
    ["v1alpha2", { matches }],
    ["v1alpha3", { spec: { matches } }],
    ["v1alpha4", { spec: { matches } }],
  ])("of an HTTPRouteGroup %s", (version, body) => {
    expect(of("specs", "HTTPRouteGroup", version, body)).toMatchObject({ matches: [{ ...matches[0], headers: [] }] });
  });

  it.each([
    ["v1alpha1", {}, []],
    ["v1alpha3", { spec: {} }, []],
    ["v1alpha4", { spec: { matches: { ports: [1, 2] } } }, [1, 2]],
  ])("of a TCPRoute %s", (version, body, ports) => {
    expect(of("specs", "TCPRoute", version, body)).toMatchObject({ ports });
  });
});

describe("a TrafficSplit", () => {
  const backends = (weight: unknown) => ({ spec: { service: "r", backends: [{ service: "v1", weight }] } });
  it.each([
    ["v1alpha1", "500m", { backends: [{ service: "v1", weight: 0.5 }], broken: undefined }],
    ["v1alpha1", "much", { broken: 'weight "much" of backend v1 is not a quantity' }],
    ["v1alpha2", 5, { backends: [{ service: "v1", weight: 5 }], broken: undefined }],
    ["v1alpha4", 0.5, { broken: "weight 0.5 of backend v1 is not a whole number" }],
    ["v1alpha4", -1, { broken: "weight -1 of backend v1 is not a whole number" }],
    ["v1alpha4", "50m", { broken: 'weight "50m" of backend v1 is not a whole number' }],
  ])("of %s with weight %j", (version, weight, wanted) => {
    expect(of("split", "TrafficSplit", version, backends(weight))).toMatchObject(wanted);
  });
});

it("reads any object whatever, or knows it for none of SMI's", () => {
  const kinds = fc.constantFrom("TrafficTarget", "HTTPRouteGroup", "TCPRoute", "UDPRoute", "TrafficSplit", "Pod");
  fc.assert(
    fc.property(kinds, fc.jsonValue({ maxDepth: 4 }), (kind, spec) => {
      const parsed = parse({ apiVersion: "access.smi-spec.io/v1alpha4", kind, metadata, spec });
      expect(parsed?.kind).toBe(kind === "Pod" ? undefined : kind);
    }),
  );
});

it.each([
  ["/public/../admin", "/admin"],
  ["/public/%2e%2E/admin", "/admin"],
  ["/public/..%2fadmin", "/admin"],
  [String.raw`/public\..\admin`, "/admin"],
  ["/../../a", "/a"],
  ["/a/./b/.", "/a/b/"],
  ["/a/..", "/"],
  ["/a%20b", "/a%20b"],
  ["//a", "//a"],
])("the path %s leads to %s", (path, wanted) => {
  expect(normalised(path)).toBe(wanted);
});
