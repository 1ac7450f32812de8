/**
 * The result as an in-toto statement of predicate test-result. Sources: in-toto/attestation spec/v1/statement.md,
 * spec/v1/resource_descriptor.md and spec/predicates/test-result.md.
 */
import type { AssertionResult, ConformanceReport } from "./report.ts";
import { isUnclear } from "./verdict.ts";

export const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
export const TEST_RESULT_TYPE = "https://in-toto.io/attestation/test-result/v0.1";
/** Its file, in the folder of report.json. */
export const TEST_RESULT_FILE = "test-result.intoto.json";

/** Always has a digest: a name alone proves nothing. */
export interface ResourceDescriptor {
  readonly name: string;
  readonly digest: { readonly sha256: string } | { readonly gitCommit: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface TestResultStatement {
  readonly _type: typeof STATEMENT_TYPE;
  readonly subject: readonly [{ readonly name: "report.json"; readonly digest: { readonly sha256: string } }];
  readonly predicateType: typeof TEST_RESULT_TYPE;
  readonly predicate: {
    readonly result: "PASSED" | "WARNED" | "FAILED";
    readonly configuration: readonly ResourceDescriptor[];
    readonly url?: string;
    readonly passedTests: readonly string[];
    readonly warnedTests: readonly string[];
    readonly failedTests: readonly string[];
  };
}

/** The hexadecimal digits of a SHA-256 as the report has it: bare, as `sha256:…` or at the end of an image's name. */
const hexOf = (text: string | null | undefined) => /(?:^|sha256:)([0-9a-f]{64})$/.exec(text ?? "")?.[1];

function descriptor(
  name: string,
  digest: string | null | undefined,
  annotations?: Readonly<Record<string, string>>,
): readonly ResourceDescriptor[] {
  const sha256 = hexOf(digest);
  return sha256 === undefined ? [] : [{ name, digest: { sha256 }, ...(annotations && { annotations }) }];
}

function configuration({ mesh, suite, served, cluster, provenance }: ConformanceReport): readonly ResourceDescriptor[] {
  const { chart, action, manifestSha256 } = provenance ?? { chart: null, action: undefined, manifestSha256: null };
  return [
    ...descriptor("assertions", suite.assertions),
    ...descriptor("mesh-profile", suite.profile),
    ...mesh.images.flatMap(({ workload, image, digest }) => descriptor(image, digest, { workload })),
    ...(chart === null
      ? []
      : descriptor(
          `chart ${chart.name}`,
          chart.sha256,
          chart.version === null ? undefined : { version: chart.version },
        )),
    ...descriptor("manifest", manifestSha256),
    ...served.flatMap(({ kind, sha256 }) => descriptor(`crd ${kind}`, sha256)),
    ...descriptor("node-image", cluster.nodeImage),
    ...(action?.commit === undefined || action.commit === null
      ? []
      : [{ name: `action ${action.repository ?? ""}`.trimEnd(), digest: { gitCommit: action.commit } }]),
  ];
}

/**
 * PASSED: conformant, and no assertion fails. WARNED: conformant, and one below MUST fails. FAILED: anything else, also what
 * is unclear; policies over this predicate ask for an empty `failedTests`, so that what is unclear is listed there.
 * @param sha256 of the bytes of report.json, in hexadecimal.
 */
export function testResultStatement(report: ConformanceReport, sha256: string): TestResultStatement {
  const idsWhere = (test: (result: AssertionResult) => boolean) => report.assertions.filter(test).map(({ id }) => id);
  const warnedTests = idsWhere(({ verdict, level }) => verdict === "FAIL" && level !== "MUST");
  const failedTests = idsWhere((result) => (result.verdict === "FAIL" && result.level === "MUST") || isUnclear(result));
  const url = report.provenance?.workflow?.url;
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: "report.json", digest: { sha256 } }],
    predicateType: TEST_RESULT_TYPE,
    predicate: {
      result:
        report.verdict !== "conformant" || failedTests.length > 0
          ? "FAILED"
          : warnedTests.length > 0
            ? "WARNED"
            : "PASSED",
      configuration: configuration(report),
      ...(url !== undefined && { url }),
      passedTests: idsWhere(({ verdict }) => verdict === "PASS"),
      warnedTests,
      failedTests,
    },
  };
}
