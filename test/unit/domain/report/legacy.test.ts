/** The model of the 24-step suite, held against what that suite was seen to say (docs/legacy.md). */
import { describe, expect, it } from "vitest";
import { legacyIds, legacyScore, legacySteps } from "../../../../src/domain/report/legacy.ts";
import type { Verdict } from "../../../../src/domain/report/verdict.ts";
import { serving } from "../../../fixtures/crds.ts";

const traefik = serving("v1alpha2", "v1alpha3", "v1alpha3");
const newest = serving("v1alpha3", "v1alpha4", "v1alpha4");

describe("the old suite's score", () => {
  it.each([
    ["Traefik Mesh 1.4.8 on Kubernetes 1.34", traefik, 34, 0, 8],
    ["Traefik Mesh 1.4.8 on Kubernetes 1.21", traefik, 21, 8, 8],
    ["definitions of the newest versions on Kubernetes 1.34", newest, 34, 0, 24],
    ["definitions of the newest versions on Kubernetes 1.22", newest, 22, 0, 24],
    ["definitions of the newest versions on Kubernetes 1.21", newest, 21, 24, 24],
    ["no definitions at all", {}, 21, 0, 0],
    ["a split alone, of the version it asks for", { TrafficSplit: newest.TrafficSplit }, 21, 11, 11],
  ] as const)("on %s", (_, served, minor, published, ported) => {
    const score = legacyScore(served as typeof newest, minor, []);
    expect([score.asPublished, score.crdChecksPorted]).toEqual([published, ported]);
    expect(score.steps).toHaveLength(24);
  });

  it("stops each of its suites at the first step that fails", () => {
    const steps = legacyScore(traefik, 21, []).steps;
    const of = (verdict: string) => steps.filter(({ old }) => old === verdict).map(({ id }) => id);
    expect(of("FAILED")).toEqual(["access-04", "split-04", "spec-03"]);
    expect(of("PASSED")).toEqual([
      "access-01",
      "access-02",
      "access-03",
      "split-01",
      "split-02",
      "split-03",
      "spec-01",
      "spec-02",
    ]);
    expect(of("NOT_REACHED")).toHaveLength(13);
  });

  it("never falls for the mesh's behaviour: no traffic check can fail a step", () => {
    const checks = legacySteps.filter(({ title }) => /raffic is|backend/.test(title));
    expect(checks).toHaveLength(10);
    expect(checks.every(({ needs }) => needs === "nothing")).toBe(true);
  });
});

describe("the comparison", () => {
  const compared = (...verdicts: readonly Verdict[]) =>
    legacyScore(
      newest,
      34,
      verdicts.map((verdict, n) => ({ id: `row-${n}`, replaces: ["access-03"], verdict })),
    ).steps.find(({ id }) => id === "access-03");

  it.each([
    [["PASS"], "PASS"],
    [["PASS", "FAIL"], "FAIL"],
    [["INCONCLUSIVE", "FAIL", "ERROR"], "FAIL"],
    [["PASS", "ERROR", "INCONCLUSIVE"], "ERROR"],
    [["PASS", "INCONCLUSIVE"], "INCONCLUSIVE"],
    [["NOT_APPLICABLE"], "NOT_APPLICABLE"],
    [[], "NOT_RUN"],
  ] as const)("of %j is %s", (verdicts, wanted) => {
    expect(compared(...verdicts)?.verdict).toBe(wanted);
  });

  it("names what replaces each, and counts the steps that pass for good", () => {
    const results = [
      { id: "traffic-access/x", replaces: ["access-03", "access-04"], verdict: "PASS" },
      { id: "traffic-access/y", replaces: ["access-04"], verdict: "FAIL" },
    ] as const;
    const score = legacyScore(newest, 34, results);
    expect(score.sound).toBe(1);
    expect(score.steps.find(({ id }) => id === "access-04")?.replacedBy).toEqual([
      "traffic-access/x",
      "traffic-access/y",
    ]);
  });

  it("knows 24 steps by ids of their own", () => {
    expect(new Set(legacyIds).size).toBe(24);
  });
});
