/** Assertions that do not apply to a cluster or a mesh are recognised before anything is created, with the reason. */
import { describe, expect, it } from "vitest";
import type { Assertion } from "../../../../src/domain/assertion/assertion.ts";
import { fixtureSchema } from "../../../../src/domain/assertion/fixture.ts";
import { servedFromCrds } from "../../../../src/domain/smi/served.ts";
import { applicability } from "../../../../src/engine/suite/applicability.ts";
import { profileSchema } from "../../../../src/mesh/profile.ts";
import { assertionOf } from "../../../fixtures/assertion.ts";
import { crdOf } from "../../../fixtures/crds.ts";

const profile = profileSchema.parse({
  ...{ mesh: "some", title: "Some Mesh", namespace: "some-system", join: {}, access: "enforced", dataPlane: {} },
  ...{ propagation: { deadline: 5 }, ready: { deadline: 10, workloads: [{ kind: "Deployment", name: "some" }] } },
});
const fixture = fixtureSchema.parse({ id: "f", title: "f", namespaces: ["n1"], workloads: { a: {}, b: {} } });
const split = { trafficSplit: "s", service: "root", backends: { v1: 1 } };

const splitAssertion = (expect: readonly object[], given: object = {}): Assertion =>
  assertionOf([expect], { id: "resource/x", spec: "traffic-split", level: "implied", fixture: "f", ...given });

const reasonOf = (assertion: Assertion, versions: readonly string[], readings: (typeof profile)["readings"] = []) => {
  const ruling = applicability(assertion, fixture, servedFromCrds([crdOf("TrafficSplit", versions)]), {
    ...profile,
    readings,
  });
  return ruling.applies ? undefined : ruling.reason;
};

describe("an assertion does not apply", () => {
  it("to a mesh that reads its open question otherwise", () => {
    const assertion = splitAssertion([{ submit: split, is: "stored" }], { unless: "recursive-splits" });
    expect(reasonOf(assertion, ["v1alpha4"])).toBeUndefined();
    expect(reasonOf(assertion, ["v1alpha4"], ["http-splits-only"])).toBeUndefined();
    expect(reasonOf(assertion, ["v1alpha4"], ["recursive-splits"])).toContain(
      "Some Mesh reads it otherwise: a backend that is",
    );
  });

  it("to a mesh without access control, and does to one that enforces it", () => {
    const assertion = splitAssertion([{ from: "a", to: "b", get: "/", is: "refused" }], { spec: "traffic-access" });
    const served = servedFromCrds([crdOf("TrafficTarget", ["v1alpha3"])]);
    const rulingOn = (access: (typeof profile)["access"]) =>
      applicability(assertion, fixture, served, { ...profile, access });
    expect(rulingOn("none")).toEqual({ applies: false, reason: "Some Mesh has no access control to install" });
    expect(rulingOn("enforced").applies).toBe(true);
  });

  it("where nothing can be converted: one served version that it is for, whatever it stores besides", () => {
    const assertion = splitAssertion([
      { submit: split, is: "converted" },
      { submit: split, is: "stored" },
    ]);
    expect(reasonOf(assertion, ["v1alpha4"])).toBe("each kind is served in one version only");
    expect(reasonOf(assertion, ["v1alpha3", "v1alpha4"])).toBeUndefined();
    const newest = { ...assertion, versions: { "traffic-split": ["v1alpha4"] } };
    expect(reasonOf(newest, ["v1alpha3", "v1alpha4"])).toBe("each kind is served in one version only");
  });

  it("about a definition: where none of the versions that it is for is served, unless the definition has none that is known", () => {
    const assertion = splitAssertion([{ crd: "TrafficSplit", is: "served" }], {
      versions: { "traffic-split": ["v1alpha4"] },
    });
    expect(reasonOf(assertion, ["v1alpha4"])).toBeUndefined();
    expect(reasonOf(assertion, ["v1alpha3"])).toBe(
      "the assertion is for traffic-split v1alpha4, of which none is served",
    );
    expect(reasonOf(assertion, ["v1beta1"])).toBeUndefined();
  });

  it("where no version is left that is not served", () => {
    const assertion = splitAssertion([{ submit: split, at: "unserved", is: "rejected" }]);
    expect(reasonOf(assertion, ["v1alpha2", "v1alpha4"])).toBeUndefined();
    expect(reasonOf(assertion, ["v1alpha1", "v1alpha2", "v1alpha3", "v1alpha4"])).toBe(
      "every version of the specification is served",
    );
  });
});
