import { describe, expect, it } from "vitest";
import { testResultStatement } from "../../../../src/domain/report/in-toto.ts";
import type { ConformanceReport } from "../../../../src/domain/report/report.ts";
import type { Verdict } from "../../../../src/domain/report/verdict.ts";
import { diedReport, mixedReport, reportOf, resultOf } from "../../../fixtures/report.ts";

const sha256 = "1".repeat(64);
const provenance: NonNullable<ConformanceReport["provenance"]> = {
  action: { repository: "layer5io/smi-conformance-action", ref: "main", commit: "4".repeat(40) },
  workflow: {
    repository: "o/r",
    runId: "7",
    attempt: 1,
    job: "conformance",
    event: "push",
    sha: "5".repeat(40),
    ref: "refs/heads/main",
    url: "https://github.com/o/r/actions/runs/7/attempts/1",
  },
  chart: { name: "traefik-mesh", version: "4.1.1", sha256: "6".repeat(64) },
  manifestSha256: "7".repeat(64),
  seed: null,
  runnerImage: null,
};

const result = (id: string, verdict: Verdict, level: "MUST" | "SHOULD" = "MUST") => resultOf({ id, verdict, level });

describe("testResultStatement", () => {
  it("is about the bytes of report.json, by the types of the in-toto specification", () => {
    expect(testResultStatement(mixedReport(), sha256)).toMatchObject({
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ name: "report.json", digest: { sha256 } }],
      predicateType: "https://in-toto.io/attestation/test-result/v0.1",
    });
  });

  it.each([
    ["only passes", [result("x/a", "PASS"), result("x/n", "NOT_APPLICABLE")], "PASSED", ["x/a"], [], []],
    ["a SHOULD that fails", [result("x/a", "PASS"), result("x/b", "FAIL", "SHOULD")], "WARNED", ["x/a"], ["x/b"], []],
    ["a MUST that fails", [result("x/a", "PASS"), result("x/b", "FAIL")], "FAILED", ["x/a"], [], ["x/b"]],
    [
      "what is not clear",
      [result("x/a", "PASS"), result("x/b", "INCONCLUSIVE", "SHOULD")],
      "FAILED",
      ["x/a"],
      [],
      ["x/b"],
    ],
    ["what went wrong", [result("x/a", "PASS"), result("x/b", "ERROR")], "FAILED", ["x/a"], [], ["x/b"]],
    ["nothing that applies", [result("x/a", "NOT_APPLICABLE")], "FAILED", [], [], []],
    ["what was only observed", [result("x/a", "PASS"), result("x/o", "OBSERVED")], "PASSED", ["x/a"], [], []],
  ] as const)("of %s", (_, results, result, passedTests, warnedTests, failedTests) => {
    const { predicate } = testResultStatement(reportOf(results), sha256);
    expect(predicate).toMatchObject({ result, passedTests, warnedTests, failedTests });
  });

  it("of a run that died is FAILED, though no test failed", () => {
    expect(testResultStatement(diedReport(), sha256).predicate).toMatchObject({ result: "FAILED", failedTests: [] });
  });

  it("names what was tested and with what, each by its digest", () => {
    const { configuration, url } = testResultStatement({ ...mixedReport(), provenance }, sha256).predicate;
    expect(url).toBe(provenance.workflow?.url);
    expect(configuration).toEqual([
      { name: "assertions", digest: { sha256: "d".repeat(64) } },
      { name: "mesh-profile", digest: { sha256: "e".repeat(64) } },
      {
        name: "traefik/mesh:v1.4.8",
        digest: { sha256: "a".repeat(64) },
        annotations: { workload: "Deployment/traefik-mesh-controller" },
      },
      { name: "chart traefik-mesh", digest: { sha256: "6".repeat(64) }, annotations: { version: "4.1.1" } },
      { name: "manifest", digest: { sha256: "7".repeat(64) } },
      { name: "crd TrafficTarget", digest: { sha256: "c".repeat(64) } },
      { name: "node-image", digest: { sha256: "b".repeat(64) } },
      { name: "action layer5io/smi-conformance-action", digest: { gitCommit: "4".repeat(40) } },
    ]);
  });

  it("leaves out what has no digest, and reads one at the end of an image's name", () => {
    const report = mixedReport();
    const images = [
      { workload: "w", image: "mesh:1", digest: "" },
      { workload: "w", image: "proxy:1", digest: `docker.io/library/x@sha256:${"9".repeat(64)}` },
    ];
    const { configuration } = testResultStatement(
      {
        ...report,
        mesh: { ...report.mesh, images },
        cluster: { ...report.cluster, nodeImage: "kindest/node:v1.34.4" },
      },
      sha256,
    ).predicate;
    expect(configuration.map(({ name }) => name)).toEqual([
      "assertions",
      "mesh-profile",
      "proxy:1",
      "crd TrafficTarget",
    ]);
    expect(testResultStatement(report, sha256).predicate).not.toHaveProperty("url");
  });
});
