/** What would let an assertion pass whatever the mesh does is found before it is run. */
import { describe, expect, it } from "vitest";
import type { AssertionFile } from "../../../../src/domain/assertion/assertion-file.ts";
import { lintAssertion } from "../../../../src/domain/assertion/soundness.ts";
import { assertionFileOf as fileOf } from "../../../fixtures/assertion.ts";

const ok = { from: "a", to: "b", get: "/", is: "ok" };
const refused = { from: "c", to: "b", get: "/", is: "refused" };
const tcpOk = { from: "a", to: "b", tcp: "client-first", is: "ok" };
const sample = { from: "a", to: "root", get: "/", requests: 100, reach: { v1: 1, v2: 1 } };
const target = { trafficTarget: "t", destination: "b", sources: ["a"] };

const messages = (assertion: AssertionFile) => lintAssertion(assertion).map(({ message }) => message);

describe("lintAssertion", () => {
  it.each([
    ["an allowed and a denied probe of one port", fileOf([[ok, refused]])],
    ["a refusal that another phase flips", fileOf([[refused], [{ ...refused, is: "ok" }]])],
    ["a split without a refusal", fileOf([[sample]], { spec: "traffic-split" })],
    ["an allow alone, where nothing is judged", fileOf([[ok]], { observed: true })],
    ["a recorded probe beside a judged pair", fileOf([[ok, refused, { ...ok, is: "recorded" }]])],
    ["a row of the API alone", fileOf([[{ crd: "TrafficTarget", is: "served" }]])],
    [
      "a stored-as-sent that an apply carries out",
      fileOf([{ apply: [target], expect: [ok, refused] }], { controls: ["stored-as-sent"] }),
    ],
  ])("is silent on %s", (_, assertion) => {
    expect(messages(assertion)).toEqual([]);
  });

  it.each([
    ["a refusal alone", fileOf([[refused]])],
    ["a refusal beside an allow of another port", fileOf([[{ ...ok, port: 8081 }, refused]])],
    ["a refusal beside an allow of another service", fileOf([[{ ...ok, to: "d" }, refused]])],
    ["a refusal beside an allow of another transport", fileOf([[tcpOk, refused]])],
    ["a refusal beside an allow in another phase", fileOf([[refused], [ok]])],
    ["a refusal that another phase flips for another path", fileOf([[refused], [{ ...refused, is: "ok", get: "/x" }]])],
    [
      "a refusal that another phase flips for the same path, but written by a client library",
      fileOf([[{ ...refused, raw: true }], [{ ...refused, is: "ok" }]]),
    ],
    [
      "a refusal that another phase flips for another client",
      fileOf([[refused], [{ ...refused, is: "ok", from: "d" }]]),
    ],
  ])("finds %s", (_, assertion) => {
    expect(lintAssertion(assertion)).toContainEqual({
      path: expect.arrayContaining(["steps", "expect"]) as unknown as string[],
      message: expect.stringContaining("is refused by policy") as unknown as string,
      remedy: expect.stringContaining("server-alive") as unknown as string,
    });
  });

  it("points at the expectation", () => {
    expect(lintAssertion(fileOf([[ok, refused], [refused]]))).toMatchObject([{ path: ["steps", 1, "expect", 0] }]);
  });

  it.each([
    ["every expectation is recorded", fileOf([[{ ...ok, is: "recorded" }]])],
    [
      "every expectation is a control",
      fileOf([
        [
          { ...ok, control: "server-alive" },
          { ...refused, control: "sibling-refused" },
        ],
      ]),
    ],
    ["every phase is a control", fileOf([{ control: "policy-flip", expect: [ok, refused] }])],
    ["there is none", fileOf([{ apply: [target] }])],
  ])("finds that nothing can fail where %s", (_, assertion) => {
    expect(messages(assertion)).toContainEqual(expect.stringContaining("nothing here can fail"));
  });

  it.each([[{ v1: 75, v2: "some" }], [{ v1: 1, v2: "none" }], [{ v1: "some", v2: 0 }]])(
    "finds that %j is neither weights nor presence",
    (reach) => {
      const found = lintAssertion(fileOf([[{ ...sample, reach }]], { spec: "traffic-split" }));
      expect(found).toEqual([
        {
          path: ["steps", 0, "expect", 0, "reach"],
          message: "weights and presence cannot be judged in one sample",
          remedy: "Give each backend a weight, or each some or none.",
        },
      ]);
    },
  );

  it.each([[{ v1: "none" }], [{ v1: 0, v2: 0 }], [{ v1: 0, v2: "none" }], [{}]])(
    "finds that %j reaches nothing",
    (reach) => {
      const found = lintAssertion(fileOf([[{ ...sample, reach }]], { spec: "traffic-split" }));
      expect(found).toEqual([
        {
          path: ["steps", 0, "expect", 0, "reach"],
          message: "no backend is to be reached",
          remedy: "Give one a weight above 0, or some.",
        },
      ]);
    },
  );

  it("finds that a mesh which allows everything would pass", () => {
    expect(lintAssertion(fileOf([[ok]]))).toEqual([
      {
        path: ["steps"],
        message: "a mesh that allows everything would pass",
        remedy: expect.stringContaining("sibling-refused"),
      },
    ]);
  });

  it.each([
    ["server-alive", [[{ crd: "TrafficTarget", is: "served" }]]],
    ["stored-as-sent", [[ok, refused]]],
    ["quiet-before", [[ok, refused]]],
    ["data-plane", [[{ crd: "TrafficTarget", is: "served" }]]],
    ["data-plane", [[refused, { ...ok, is: "recorded" }]]],
    ["policy-flip", [[ok, refused]]],
    ["arrivals-agree", [[{ crd: "TrafficTarget", is: "served" }]]],
    ["sibling-refused", [[{ crd: "TrafficTarget", is: "served" }]]],
    ["all-accounted-for", [[ok, refused]]],
    ["backends-reachable", [[ok, refused]]],
    ["valid-variant-accepted", [[{ submit: target, is: "rejected" }]]],
  ])("finds that %s is claimed and not carried out", (control, phases) => {
    const found = lintAssertion(fileOf(phases, { controls: [control] }));
    expect(found).toContainEqual({
      path: ["controls", 0],
      message: `control ${control} is claimed, and no step carries it out`,
      remedy: expect.stringContaining("Leave it out. The steps carry out ") as unknown as string,
    });
  });

  it.each([
    ["server-alive", [[ok, refused]]],
    ["policy-flip", [[{ ...ok, control: "policy-flip" }, refused]]],
    ["stored-as-sent", [{ apply: [target], expect: [ok, refused] }]],
    ["data-plane", [[ok, refused]]],
    ["policy-flip", [[refused], { control: "policy-flip", expect: [{ ...refused, is: "ok" }] }]],
    ["arrivals-agree", [[ok, refused]]],
    ["sibling-refused", [[ok, refused]]],
    ["all-accounted-for", [[ok, refused, sample]]],
    ["backends-reachable", [[ok, refused, sample]]],
    ["valid-variant-accepted", [[{ submit: target, is: "rejected", validVariant: target }]]],
  ])("is silent where %s is carried out", (control, phases) => {
    expect(messages(fileOf(phases, { controls: [control] }))).toEqual([]);
  });
});

describe("an object that must have no effect", () => {
  const submit = { submit: target, is: "rejected-or-ignored" };
  const staysRefused = { from: "a", to: "b" };
  const marker = { apply: [target], probe: { from: "c", to: "b" } };

  it.each([
    ["nothing that it must not open", { ...submit, marker }],
    ["nothing that follows it", { ...submit, staysRefused }],
  ])("is unsound with %s", (_, expectation) => {
    expect(lintAssertion(fileOf([[expectation]]))).toEqual([
      {
        path: ["steps", 0, "expect", 0, "submit"],
        message: "nothing tells when the mesh has taken this object in",
        remedy: expect.stringContaining("staysRefused"),
      },
    ]);
  });

  it("is sound with both", () => {
    expect(messages(fileOf([[{ ...submit, staysRefused, marker }]]))).toEqual([]);
  });
});

describe("an open question", () => {
  it.each([
    ["MUST", 1],
    ["SHOULD", 1],
    ["implied", 0],
    ["none", 0],
  ])("is a mistake in an assertion of level %s: %i", (level, mistakes) => {
    const found = messages(fileOf([[ok, refused]], { level, unless: "recursive-splits" }));
    expect(found.filter((message) => message.includes("not an open question"))).toHaveLength(mistakes);
  });
});
