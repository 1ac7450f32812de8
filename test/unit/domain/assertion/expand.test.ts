/** What a file leaves out is filled in, and what it says is kept. */
import { describe, expect, it } from "vitest";
import { specOf } from "../../../../src/domain/assertion/assertion-file.ts";
import { expandAssertion } from "../../../../src/domain/assertion/expand.ts";
import { httpRouteGroupSchema } from "../../../../src/domain/smi/resource.ts";
import { assertionFileOf, assertionOf } from "../../../fixtures/assertion.ts";

const ok = { from: "client", to: "server", get: "/", is: "ok" };
const refused = { from: "other-client", to: "server", get: "/", is: "refused" };
const sample = { from: "client", to: "root", get: "/", requests: 100, reach: { v1: 1, v2: 1 } };
const target = { trafficTarget: "t", destination: "server", sources: ["client"] };
const all = ["v1alpha1", "v1alpha2", "v1alpha3", "v1alpha4"];

describe("the specification", () => {
  it("is the folder of the id, unless the file says another", () => {
    expect(assertionOf([[ok, refused]], { id: "traffic-split/x" }).spec).toBe("traffic-split");
    expect(assertionOf([[ok, refused]], { id: "lifecycle/x", spec: "traffic-specs" }).spec).toBe("traffic-specs");
    expect(assertionOf([[ok, refused]], { id: "traffic-split/x", spec: "traffic-specs" }).spec).toBe("traffic-specs");
  });

  it("has to be said in a folder of another name", () => {
    const file = assertionFileOf([[ok, refused]], { id: "lifecycle/x" });
    expect(specOf(file)).toBeUndefined();
    expect(() => expandAssertion(file)).toThrow("lifecycle/x does not say which of traffic-access");
  });
});

describe("versions", () => {
  it("are all four of the assertion's own specification", () => {
    expect(assertionOf([[ok, refused]]).versions).toEqual({ "traffic-access": all });
  });

  it("that are written are kept, whichever specification they limit", () => {
    const limited = { "traffic-access": ["v1alpha3"] };
    expect(assertionOf([[ok, refused]], { versions: limited }).versions).toEqual(limited);
    const other = { "traffic-specs": ["v1alpha4"] };
    expect(assertionOf([[ok, refused]], { versions: other }).versions).toEqual({ "traffic-access": all, ...other });
  });
});

describe("controls", () => {
  it.each([
    ["probes", [[ok, refused]], ["server-alive", "arrivals-agree", "sibling-refused"]],
    ["a refusal alone", [[refused], [{ ...refused, is: "ok" }]], ["server-alive", "arrivals-agree"]],
    ["probes that are only recorded", [[{ ...ok, is: "recorded" }]], []],
    ["a sample", [[sample]], ["all-accounted-for", "backends-reachable"]],
    [
      "a change that traffic tells of",
      [{ apply: [target], expect: [ok] }],
      ["policy-flip", "arrivals-agree", "stored-as-sent"],
    ],
    ["a step that is a control", [{ control: "policy-flip", expect: [ok] }], ["policy-flip", "arrivals-agree"]],
    ["a definition", [[{ crd: "TCPRoute", is: "served" }]], ["valid-variant-accepted"]],
    [
      "an object beside its valid variant",
      [[{ submit: target, is: "rejected", validVariant: target }]],
      ["valid-variant-accepted"],
    ],
    ["an object alone", [[{ submit: target, is: "stored" }]], []],
  ])("are those that %s brings along", (_, stages, controls) => {
    expect(assertionOf(stages).controls).toEqual(controls);
  });

  it("that are asked for come to those", () => {
    expect(assertionOf([[sample]], { controls: ["data-plane"] }).controls).toEqual([
      "all-accounted-for",
      "backends-reachable",
      "data-plane",
    ]);
  });
});

describe("matches: all", () => {
  it("is the one match named all, for every path and method", () => {
    expect(httpRouteGroupSchema.parse({ httpRouteGroup: "everything", matches: "all" }).matches).toEqual([
      { name: "all", pathRegex: ".*", methods: ["*"] },
    ]);
  });
});
