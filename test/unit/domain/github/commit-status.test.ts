import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Gate } from "../../../../src/domain/gate/gate-policy.ts";
import {
  CONTEXT_LIMIT,
  contextProblem,
  DESCRIPTION_LIMIT,
  type DescribedReport,
  defaultContext,
  pendingDescription,
  reportDescription,
  unfinishedDescription,
} from "../../../../src/domain/github/commit-status.ts";
import type { AssertionResult } from "../../../../src/domain/report/report.ts";
import type { Verdict } from "../../../../src/domain/report/verdict.ts";
import { reportOf, resultOf } from "../../../fixtures/report.ts";

const rowsOf = (spec: string, ...verdicts: readonly Verdict[]): readonly AssertionResult[] =>
  verdicts.map((verdict, index) => resultOf({ id: `${spec}/${index}`, verdict }));

const report = reportOf([
  ...rowsOf("traffic-split", "PASS", "FAIL"),
  ...rowsOf("traffic-access", "PASS", "PASS", "NOT_APPLICABLE"),
]);
const conformant = reportOf(rowsOf("traffic-split", "PASS", "PASS"));
const gateOf = (broken: readonly string[], given: Partial<Gate> = {}): Gate => ({
  decision: broken.length > 0 ? "block" : "pass",
  enforced: true,
  failOn: "must-failures",
  rules: [
    { rule: "complete", held: true, text: "", ids: [] },
    ...broken.map((rule) => ({ rule, held: false, text: "", ids: [] })),
  ],
  allowed: [],
  newlyPassing: [],
  policy: {
    failOn: "must-failures",
    minimum: { all: null, perSpec: {} },
    require: [],
    allowed: [],
    regression: false,
  },
  baseline: null,
  ...given,
});
const allowed = [
  { id: "traffic-split/1", reason: "known", expires: "2027-01-01", used: true },
  { id: "traffic-split/9", reason: "known", expires: "2027-01-01", used: false },
];

describe("the context of a status", () => {
  it.each([
    [{ mesh: "traefik-mesh", version: "v1.4.8" }, "smi-conformance/traefik-mesh/1.4.8"],
    [{ mesh: "traefik-mesh", version: "1.4.8" }, "smi-conformance/traefik-mesh/1.4.8"],
    [{ mesh: "m", version: "vista", kubernetes: "" }, "smi-conformance/m/vista"],
    [{ mesh: "m", version: "1.0.0", kubernetes: "v1.34.4" }, "smi-conformance/m/1.0.0/k8s-1.34.4"],
    [
      { mesh: "m", version: "1.0.0", kubernetes: "1.34", shard: { index: 2, of: 4 } },
      "smi-conformance/m/1.0.0/k8s-1.34/shard-2-of-4",
    ],
    [{ mesh: "m", version: "1.0.0", existing: true }, "smi-conformance/m/1.0.0/cluster-existing"],
    [
      {
        ...{ mesh: "reference-mesh", version: "0.1.0", mutant: "ignores-weights" },
        smi: { access: "v1alpha3", specs: "v1alpha4", split: "v1alpha2" },
      },
      "smi-conformance/reference-mesh/0.1.0/mutant-ignores-weights/smi-v1alpha3-v1alpha4-v1alpha2",
    ],
  ])("of %j is %s", (parts, context) => {
    expect(defaultContext(parts)).toBe(context);
    expect(contextProblem(context)).toBeUndefined();
  });

  it.each([
    ["", "is blank"],
    ["a\nb", "line breaks"],
    ["gate 🚦", "emoji"],
    [" gate", "blanks at an end"],
    ["x".repeat(256), "256 characters"],
  ])("may not be %j", (context, problem) => {
    expect(contextProblem(context)).toContain(problem);
  });
});

describe("the line of a status", () => {
  it.each<[string, DescribedReport, string]>([
    ["figures, in the order of the specs", report, "Traefik Mesh v1.4.8: 3/4 MUST, access HALF, split HALF"],
    ["a gate that passes", { ...conformant, gate: gateOf([]) }, "Traefik Mesh v1.4.8: 2/2 MUST, split FULL"],
    [
      "failures that are allowed",
      { ...report, gate: gateOf([], { allowed }) },
      "Traefik Mesh v1.4.8: 3/4 MUST, 1 known failure allowed, access HALF, split HALF",
    ],
    [
      "failures that are not new",
      { ...report, gate: gateOf([], { failOn: "regression" }) },
      "Traefik Mesh v1.4.8: 3/4 MUST, gated on regression, access HALF, split HALF",
    ],
    [
      "a mesh that conforms, and what blocks it",
      { ...conformant, gate: gateOf(["failures", "required"]) },
      "Traefik Mesh v1.4.8: 2/2 MUST, blocked by failures and required, split FULL",
    ],
    [
      "a failed MUST alone",
      { ...report, gate: gateOf(["failures"]) },
      "Traefik Mesh v1.4.8: 3/4 MUST, access HALF, split HALF",
    ],
    [
      "other rules that broke",
      { ...report, gate: gateOf(["minimum", "regression", "minimum"]) },
      "Traefik Mesh v1.4.8: 3/4 MUST, blocked by minimum and regression, access HALF, split HALF",
    ],
    [
      "a gate that is not enforced",
      { ...report, gate: gateOf(["failures"], { enforced: false }) },
      "Traefik Mesh v1.4.8: 3/4 MUST, gate not enforced, access HALF, split HALF",
    ],
    [
      "something unclear",
      reportOf(rowsOf("traffic-split", "PASS", "INCONCLUSIVE")),
      "Traefik Mesh v1.4.8: inconclusive, 1/2 MUST, 1 unclear, split NOT ASSESSED",
    ],
    [
      "nothing that applied",
      reportOf(rowsOf("traffic-split", "NOT_APPLICABLE")),
      "Traefik Mesh v1.4.8: inconclusive, no MUST applied, split NONE",
    ],
    [
      "an assertion that ended in an error",
      reportOf(rowsOf("traffic-split", "ERROR")),
      "Traefik Mesh v1.4.8: error, 0/1 MUST, 1 unclear, split NOT ASSESSED",
    ],
    [
      "a run that went wrong",
      reportOf([], {
        verdict: "error",
        error: { phase: "mesh", code: "mesh-not-ready", message: "no pod\nis ready", next: "" },
      }),
      "Traefik Mesh v1.4.8: error, no pod is ready",
    ],
    [
      "a version that was not read back",
      { ...report, mesh: { ...report.mesh, versionFound: null, versionAsked: "2.0.0-rc.1" } },
      "Traefik Mesh v2.0.0-rc.1: 3/4 MUST, access HALF, split HALF",
    ],
    [
      "a title with emoji",
      { ...report, mesh: { ...report.mesh, title: "Mesh 🕸\tone" } },
      "Mesh one v1.4.8: 3/4 MUST, access HALF, split HALF",
    ],
  ])("tells %s", (_, given, line) => {
    expect(reportDescription(given)).toBe(line);
  });

  it("leaves out specs rather than cut a word, and shows that it did", () => {
    const given = {
      ...report,
      mesh: { ...report.mesh, title: "M".repeat(62) },
      gate: gateOf(["minimum", "required", "regression"]),
    };
    expect(reportDescription(given)).toBe(
      `${"M".repeat(62)} v1.4.8: 3/4 MUST, blocked by minimum and required and regression, …`,
    );
  });

  it("cuts a long message at a word", () => {
    const message = "the image could not be pulled ".repeat(10);
    const line = reportDescription(
      reportOf([], { verdict: "error", error: { phase: "p", code: "c", message, next: "" } }),
    );
    expect(line).toMatch(/^Traefik Mesh v1\.4\.8: error, the image .* (the|image|could|not|be|pulled)…$/);
    expect([...line].length).toBeLessThanOrEqual(DESCRIPTION_LIMIT);
  });

  it("fills the 140 characters and no more", () => {
    const whole = (index: number) => ({ ...report, gate: gateOf([`minimum${"m".repeat(index)}`]) });
    const failed = (index: number) => ({
      ...report,
      verdict: "error" as const,
      error: { phase: "p", code: "c", message: "m".repeat(index), next: "" },
    });
    for (const given of [whole, failed]) {
      const lengths = Array.from({ length: 160 }, (_, index) => reportDescription(given(index)).length);
      expect(Math.max(...lengths)).toBe(DESCRIPTION_LIMIT);
    }
    expect(defaultContext({ mesh: "m".repeat(400), version: "1" })).toHaveLength(CONTEXT_LIMIT);
  });

  it("tells of a run that has begun, and of one that came to nothing", () => {
    expect(pendingDescription("Traefik Mesh", "1.4.8")).toBe("Traefik Mesh v1.4.8: SMI conformance is being tested");
    expect(unfinishedDescription("Traefik Mesh", "1.4.8", "the run was cancelled")).toBe(
      "Traefik Mesh v1.4.8: no verdict, the run was cancelled",
    );
  });

  it("is one that GitHub takes, whatever the mesh is called and whatever went wrong", () => {
    const taken = (line: string, limit: number) =>
      [...line].length <= limit && !/[\u{10000}-\u{10FFFF}\n\r\t]/u.test(line) && line.trim() !== "";
    const words = fc.string({ unit: "binary", maxLength: 400 });
    fc.assert(
      fc.property(words, words, words, fc.array(words, { maxLength: 5 }), (title, version, message, rules) => {
        const given = { ...report, mesh: { ...report.mesh, title, versionFound: version }, gate: gateOf(rules) };
        const error = { phase: "", code: "", message, next: "" };
        for (const line of [
          reportDescription(given),
          reportDescription({ ...given, verdict: "error", error }),
          pendingDescription(title, version),
          unfinishedDescription(title, version, message),
        ])
          expect(taken(line, DESCRIPTION_LIMIT), line).toBe(true);
        expect(taken(defaultContext({ mesh: title, version }), CONTEXT_LIMIT)).toBe(true);
      }),
    );
  });
});
