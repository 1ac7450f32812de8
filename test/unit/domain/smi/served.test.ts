import { describe, expect, it } from "vitest";
import { compatibleSets, newestServed, servedFromCrds, unservedVersion } from "../../../../src/domain/smi/served.ts";
import { crdOf, headersSchema, serving } from "../../../fixtures/crds.ts";

describe("served kinds", () => {
  it("are read from their definitions: served versions that are known, oldest first, others apart", () => {
    const crd = crdOf("TrafficTarget", ["v1alpha3", "v1alpha2", "v1beta1", "v1alpha1"], { notServed: ["v1alpha1"] });
    expect(servedFromCrds([crd])).toEqual({
      TrafficTarget: {
        kind: "TrafficTarget",
        versions: [
          { name: "v1alpha2", storage: false },
          { name: "v1alpha3", storage: true },
        ],
        unknownVersions: ["v1beta1"],
        scope: "Namespaced",
        shortNames: ["tt"],
        established: true,
        namesAccepted: true,
        spec: crd.spec,
      },
    });
  });

  it("pass over definitions of others, and those whose kind is another", () => {
    const other = { ...crdOf("TCPRoute", ["v1alpha4"]), metadata: { name: "tcproutes.gateway.networking.k8s.io" } };
    const renamed = { ...crdOf("TCPRoute", ["v1alpha4"]), metadata: { name: "udproutes.specs.smi-spec.io" } };
    expect(servedFromCrds([other, renamed])).toEqual({});
  });

  it.each([
    [["Established"], true, false],
    [["NamesAccepted"], false, true],
    [[], false, false],
  ])("with conditions %j", (conditions, established, namesAccepted) => {
    const served = servedFromCrds([crdOf("TrafficSplit", ["v1alpha4"], { conditions })]);
    expect(served.TrafficSplit).toMatchObject({ established, namesAccepted });
  });

  it.each([
    ["under spec, a list", { spec: { properties: { matches: headersSchema("array") } } }, "list"],
    ["under spec, a map", { spec: { properties: { matches: headersSchema("object") } } }, "map"],
    ["at the top, a list", { matches: headersSchema("array") }, "list"],
    ["at the top, a map", { matches: headersSchema("object") }, "map"],
    ["in a schema that does not say", { spec: { type: "object" } }, undefined],
    ["in no schema", undefined, undefined],
  ])("say how headers are written: %s", (_, properties, form) => {
    const served = servedFromCrds([crdOf("HTTPRouteGroup", ["v1alpha3"], { properties })]);
    expect(served.HTTPRouteGroup?.versions[0]?.headersForm).toBe(form);
  });

  it("say nothing of headers for other kinds", () => {
    const properties = { matches: headersSchema("array") };
    expect(servedFromCrds([crdOf("TCPRoute", ["v1alpha3"], { properties })]).TCPRoute?.versions).toEqual([
      { name: "v1alpha3", storage: true },
    ]);
  });

  it("know the newest, within what is allowed", () => {
    const served = servedFromCrds([crdOf("TrafficSplit", ["v1alpha1", "v1alpha2", "v1alpha4"])]);
    expect(newestServed(served, "TrafficSplit")?.name).toBe("v1alpha4");
    expect(newestServed(served, "TrafficSplit", ["v1alpha1", "v1alpha2", "v1alpha3"])?.name).toBe("v1alpha2");
    expect(newestServed(served, "TrafficSplit", ["v1alpha3"])).toBeUndefined();
    expect(newestServed(served, "TrafficTarget")).toBeUndefined();
  });
});

describe("versions that go together", () => {
  it.each([
    ["v1alpha1", "v1alpha1", "v1alpha1", true],
    ["v1alpha1", "v1alpha2", "v1alpha2", true],
    ["v1alpha2", "v1alpha3", "v1alpha3", true],
    ["v1alpha3", "v1alpha4", "v1alpha4", true],
    ["v1alpha4", "v1alpha4", "v1alpha2", true],
    // Released together as v0.4.0, although the lines of split v1alpha3 name specs v1alpha3 alone.
    ["v1alpha1", "v1alpha2", "v1alpha3", true],
    ["v1alpha3", "v1alpha3", "v1alpha4", false],
    // One pair goes together, and the third with neither.
    ["v1alpha3", "v1alpha3", "v1alpha3", false],
    ["v1alpha3", "v1alpha4", "v1alpha3", false],
    ["v1alpha2", "v1alpha2", "v1alpha3", false],
  ])("access %s, specs %s, split %s: %s", (access, specs, split, together) => {
    const all = `traffic-access/${access} + traffic-specs/${specs} + traffic-split/${split}`;
    expect(compatibleSets(serving(access, specs, split))).toEqual({
      together: together ? [all] : [],
      apart: `traffic-access ${access}; traffic-specs ${specs}; traffic-split ${split}`,
    });
  });

  it("are found among several of a kind, and among two kinds where the third is not served", () => {
    const crds = [crdOf("TrafficTarget", ["v1alpha2", "v1alpha3"]), crdOf("HTTPRouteGroup", ["v1alpha3", "v1alpha4"])];
    expect(compatibleSets(servedFromCrds(crds)).together).toEqual([
      "traffic-access/v1alpha2 + traffic-specs/v1alpha3",
      "traffic-access/v1alpha3 + traffic-specs/v1alpha4",
    ]);
    const split = [crdOf("TrafficSplit", ["v1alpha3"]), crdOf("HTTPRouteGroup", ["v1alpha4"])];
    expect(compatibleSets(servedFromCrds(split)).together).toEqual([]);
  });

  it("are none where no routes, or nothing but routes, are served", () => {
    for (const kind of ["TrafficTarget", "HTTPRouteGroup"] as const)
      expect(compatibleSets(servedFromCrds([crdOf(kind, ["v1alpha3"])])).together).toEqual([]);
  });
});

describe("a version that is not served", () => {
  it("is the newest of the specification's, or none", () => {
    const served = servedFromCrds([crdOf("TrafficSplit", ["v1alpha4", "v1alpha2"]), crdOf("UDPRoute", ["v1alpha4"])]);
    expect(unservedVersion(served, "TrafficSplit")?.name).toBe("v1alpha3");
    expect(unservedVersion(served, "UDPRoute")).toBeUndefined();
    expect(unservedVersion(served, "TCPRoute")?.name).toBe("v1alpha4");
  });
});
