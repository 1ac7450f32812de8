/** What would let an assertion pass for nothing is found before it is run. */
import { describe, expect, it } from "vitest";
import { readCatalogue } from "../../../../src/adapters/files/catalogue.ts";
import { type Assertion, assertionSchema, isBehaviour } from "../../../../src/domain/assertion/assertion.ts";
import { lintAssertion } from "../../../../src/domain/assertion/soundness.ts";

const ok = { from: "a", to: "b", get: "/", is: "ok" };
const refused = { from: "c", to: "b", get: "/", is: "refused" };
const tcpOk = { from: "a", to: "b", tcp: "client-first", is: "ok" };
const sample = { from: "a", to: "root", get: "/", requests: 100, reach: { v1: 1, v2: 1 } };
const target = { trafficTarget: "t", destination: "b", sources: ["a"] };

function assertionOf(phases: readonly (readonly object[] | object)[], given: object = {}): Assertion {
  return assertionSchema.parse({
    id: "traffic-access/x",
    title: "x",
    spec: "traffic-access",
    level: "MUST",
    versions: { "traffic-access": ["v1alpha3"] },
    fixture: "access",
    phases: phases.map((phase, n) => ({ name: `p${n}`, ...(Array.isArray(phase) ? { expect: phase } : phase) })),
    ...given,
  });
}

const messages = (assertion: Assertion) => lintAssertion(assertion).map(({ message }) => message);

describe("lintAssertion", () => {
  it.each([
    ["an allowed and a denied probe of one port", assertionOf([[ok, refused]])],
    ["a refusal that another phase flips", assertionOf([[refused], [{ ...refused, is: "ok" }]])],
    ["a split without a refusal", assertionOf([[sample]], { spec: "traffic-split" })],
    ["an allow alone, where nothing is judged", assertionOf([[ok]], { observed: true })],
    ["a recorded probe beside a judged pair", assertionOf([[ok, refused, { ...ok, is: "recorded" }]])],
    ["a row of the API alone", assertionOf([[{ crd: "TrafficTarget", is: "served" }]])],
    [
      "a stored-as-sent that an apply carries out",
      assertionOf([{ apply: [target], expect: [ok, refused] }], { controls: ["stored-as-sent"] }),
    ],
  ])("is silent on %s", (_, assertion) => {
    expect(messages(assertion)).toEqual([]);
  });

  it.each([
    ["a refusal alone", assertionOf([[refused]])],
    ["a refusal beside an allow of another port", assertionOf([[{ ...ok, port: 8081 }, refused]])],
    ["a refusal beside an allow of another service", assertionOf([[{ ...ok, to: "d" }, refused]])],
    ["a refusal beside an allow of another transport", assertionOf([[tcpOk, refused]])],
    ["a refusal beside an allow in another phase", assertionOf([[refused], [ok]])],
    [
      "a refusal that another phase flips for another path",
      assertionOf([[refused], [{ ...refused, is: "ok", get: "/x" }]]),
    ],
    [
      "a refusal that another phase flips for the same path, but written by a client library",
      assertionOf([[{ ...refused, raw: true }], [{ ...refused, is: "ok" }]]),
    ],
    [
      "a refusal that another phase flips for another client",
      assertionOf([[refused], [{ ...refused, is: "ok", from: "d" }]]),
    ],
  ])("finds %s", (_, assertion) => {
    expect(lintAssertion(assertion)).toContainEqual({
      path: expect.arrayContaining(["phases", "expect"]) as unknown as string[],
      message: expect.stringContaining("is refused by policy") as unknown as string,
    });
  });

  it("points at the expectation", () => {
    expect(lintAssertion(assertionOf([[ok, refused], [refused]]))).toMatchObject([
      { path: ["phases", 1, "expect", 0] },
    ]);
  });

  it.each([
    ["every expectation is recorded", assertionOf([[{ ...ok, is: "recorded" }]])],
    [
      "every expectation is a control",
      assertionOf([
        [
          { ...ok, control: "server-alive" },
          { ...refused, control: "sibling-refused" },
        ],
      ]),
    ],
    ["every phase is a control", assertionOf([{ control: "policy-flip", expect: [ok, refused] }])],
    ["there is none", assertionOf([{ apply: [target] }])],
  ])("finds that nothing can fail where %s", (_, assertion) => {
    expect(messages(assertion)).toContainEqual(expect.stringContaining("nothing here can fail"));
  });

  it.each([[{ v1: "none" }], [{ v1: 0, v2: 0 }], [{ v1: 0, v2: "none" }], [{}]])(
    "finds that %j reaches nothing",
    (reach) => {
      const found = lintAssertion(assertionOf([[{ ...sample, reach }]], { spec: "traffic-split" }));
      expect(found).toEqual([
        { path: ["phases", 0, "expect", 0, "reach"], message: expect.stringContaining("no backend is to be reached") },
      ]);
    },
  );

  it("finds that a mesh which allows everything would pass", () => {
    expect(messages(assertionOf([[ok]]))).toEqual([expect.stringContaining("denied sibling (sibling-refused)")]);
  });

  it.each([
    ["server-alive", [[{ crd: "TrafficTarget", is: "served" }]]],
    ["stored-as-sent", [[ok, refused]]],
    ["quiet-before", [[ok, refused]]],
    ["data-plane", [[{ crd: "TrafficTarget", is: "served" }]]],
    ["policy-flip", [[ok, refused]]],
    ["arrivals-agree", [[{ crd: "TrafficTarget", is: "served" }]]],
    ["sibling-refused", [[{ crd: "TrafficTarget", is: "served" }]]],
    ["all-accounted-for", [[ok, refused]]],
    ["backends-reachable", [[ok, refused]]],
    ["server-alive", [[{ crd: "TrafficTarget", is: "served" }]]],
    ["stored-as-sent", [[ok, refused]]],
    ["quiet-before", [[ok, refused]]],
    ["data-plane", [[{ crd: "TrafficTarget", is: "served" }]]],
    ["valid-variant-accepted", [[{ submit: target, is: "rejected" }]]],
  ])("finds that %s is claimed and not carried out", (control, phases) => {
    const found = lintAssertion(assertionOf(phases, { controls: [control] }));
    expect(found).toContainEqual({
      path: ["controls", 0],
      message: expect.stringContaining(`control ${control} is claimed`) as unknown as string,
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
    expect(messages(assertionOf(phases, { controls: [control] }))).toEqual([]);
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
    expect(lintAssertion(assertionOf([[expectation]]))).toEqual([
      { path: ["phases", 0, "expect", 0, "submit"], message: expect.stringContaining("has taken this object in") },
    ]);
  });

  it("is sound with both", () => {
    expect(messages(assertionOf([[{ ...submit, staysRefused, marker }]]))).toEqual([]);
  });
});

describe("a matter of reading", () => {
  it.each([
    ["MUST", 1],
    ["SHOULD", 1],
    ["implied", 0],
    ["none", 0],
  ])("is a fault in a row of level %s: %i", (level, faults) => {
    const found = messages(assertionOf([[ok, refused]], { level, unless: "recursive-splits" }));
    expect(found.filter((message) => message.includes("matter of reading"))).toHaveLength(faults);
  });
});

/** What makes a result meaningful at all, in the order of the catalogue that the rows come from. */
const firstSlice = [
  ...["crd-traffictarget", "crd-httproutegroup", "crd-tcproute", "crd-udproute", "crd-trafficsplit"].map(
    (n) => `resource/${n}`,
  ),
  ...["versions-compatible", "target-requires-three", "headers-form"].map((n) => `resource/${n}`),
  ...["deny-by-default-http", "deny-by-default-tcp", "http-allow-by-serviceaccount"].map((n) => `traffic-access/${n}`),
  ...["tcp-allow-by-serviceaccount", "deny-unlisted-source", "targets-are-additive"].map((n) => `traffic-access/${n}`),
  ...["matches-omitted-means-all", "tcproute-ports", "server-side-enforcement"].map((n) => `traffic-access/${n}`),
  ...["method-allow-list", "path-anchored-start", "headers-and"].map((n) => `traffic-specs/${n}`),
  ...["weight-100-0", "weight-75-25", "three-backends", "weights-not-100"].map((n) => `traffic-split/${n}`),
  ...["port-mismatch-excluded", "match-header-hit", "match-header-miss"].map((n) => `traffic-split/${n}`),
  ...["update-weights", "delete-reverts"].map((n) => `traffic-split/${n}`),
  "lifecycle/target-delete-revokes",
];

describe("the bundled assertions", () => {
  it("have the first slice of the catalogue", async () => {
    const { assertions } = await readCatalogue("assertions");
    expect(firstSlice).toHaveLength(30);
    expect(firstSlice.filter((id) => !assertions.some((a) => a.id === id))).toEqual([]);
  });

  it("submit alone what may stop a mesh for everybody", async () => {
    const { assertions } = await readCatalogue("assertions");
    expect(assertions.filter(({ exclusive }) => exclusive).map(({ id }) => id)).toEqual([
      "lifecycle/client-pod-restart",
      "lifecycle/serviceaccount-change",
      "resource/conversion-lossless",
      "resource/headers-form",
      "resource/invalid-regex",
      "resource/removed-port-field",
      "resource/roundtrip-traffictarget",
      "resource/target-requires-three",
      "resource/weight-whole-number",
    ]);
  });

  it("are all sound, and each names the line of the specification or a definition", async () => {
    const { assertions } = await readCatalogue("assertions");
    expect(assertions.length).toBeGreaterThan(20);
    expect(assertions.flatMap((a) => lintAssertion(a).map(({ message }) => `${a.id}: ${message}`))).toEqual([]);
    const unfounded = assertions.filter((a) => a.basis.length === 0 && !a.id.startsWith("resource/crd-"));
    expect(unfounded.map(({ id }) => id)).toEqual([]);
  });
});

describe("an assertion", () => {
  it("is about behaviour when it sends traffic", () => {
    expect(isBehaviour(assertionOf([[ok, refused]]))).toBe(true);
    expect(isBehaviour(assertionOf([[{ crd: "TrafficTarget", is: "served" }], [sample]]))).toBe(true);
    expect(isBehaviour(assertionOf([[{ crd: "TrafficTarget", is: "served" }]]))).toBe(false);
    expect(isBehaviour(assertionOf([[{ submit: target, is: "stored" }]]))).toBe(false);
    expect(
      isBehaviour(assertionOf([[{ submit: target, is: "rejected-or-ignored", staysRefused: { from: "a", to: "b" } }]])),
    ).toBe(false);
  });
});
