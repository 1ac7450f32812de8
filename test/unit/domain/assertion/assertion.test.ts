/** The bundled assertions, and what an assertion says of itself. */
import { describe, expect, it } from "vitest";
import { readCatalogue } from "../../../../src/adapters/files/catalogue.ts";
import { changesWorkloads, isBehaviour } from "../../../../src/domain/assertion/assertion.ts";
import { assertionOf } from "../../../fixtures/assertion.ts";

const ok = { from: "client", to: "server", get: "/", is: "ok" };
const refused = { from: "other-client", to: "server", get: "/", is: "refused" };
const sample = { from: "client", to: "root", get: "/", requests: 100, reach: { v1: 1, v2: 1 } };
const target = { trafficTarget: "t", destination: "server", sources: ["client"] };

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

  it("each name the line of the specification or a definition", async () => {
    const { assertions } = await readCatalogue("assertions");
    expect(assertions.length).toBeGreaterThan(20);
    // A definition is not the word of one line.
    const unfounded = assertions.filter((a) => a.basis.length === 0 && !a.id.startsWith("resource/crd-"));
    expect(unfounded.map(({ id }) => id)).toEqual([]);
  });
});

describe("what the bundled assertions say", () => {
  it("is one sentence each, and no two say the same", async () => {
    const { assertions } = await readCatalogue("assertions");
    const odd = assertions.filter(
      ({ says }) => !/^[A-Z].*\.$/.test(says) || /\. [A-Z]/.test(says) || says.length > 180,
    );
    expect(odd.map(({ id, says }) => `${id}: ${says}`)).toEqual([]);
    const said = assertions.map(({ says }) => says);
    expect(said.filter((text, n) => said.indexOf(text) !== n)).toEqual([]);
  });

  it("is what is recorded, and why, where the text is silent", async () => {
    const { assertions } = await readCatalogue("assertions");
    const silent = assertions.filter(({ observed }) => observed === true);
    expect(silent.length).toBeGreaterThan(5);
    for (const { id, says } of silent) expect(`${id}: ${says}`).toMatch(/record.*because/);
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
    expect(isBehaviour(assertionOf([{ apply: [target], mayReject: true, expect: [ok, refused] }]))).toBe(false);
  });

  it("changes workloads where a step scales, restarts or moves one", () => {
    const steps = (change: object) => ({ steps: [{ name: "p", ...change }, { expect: [ok, refused] }] });
    expect(changesWorkloads(assertionOf([], steps({ scale: { workload: "server", replicas: 2 } })))).toBe(true);
    expect(changesWorkloads(assertionOf([], steps({ restart: { workload: "server" } })))).toBe(true);
    const account = { workload: "client", account: "other-client" };
    expect(changesWorkloads(assertionOf([], steps({ setAccount: account })))).toBe(true);
    expect(changesWorkloads(assertionOf([], steps({ apply: [target] })))).toBe(false);
  });
});
