/** Text as a cluster under test could send it: markup of every kind, controls, broken characters. */
import fc from "fast-check";
import type { AssertionResult, ConformanceReport } from "../../../src/domain/report/report.ts";
import { verdicts } from "../../../src/domain/report/verdict.ts";
import { findingOf, reportOf, resultOf } from "../../fixtures/report.ts";

const fragments = [
  ..."<>&|`*_[]\\~#$\"'!-+=:@()\t\n\r\0\u001B\u009B\u202E\u2028\uD800\uDC00\uFFFE\uFFFF",
  ..."ab 1.",
  ...[
    "```",
    "</details>",
    "<script>",
    "|---|",
    "\n\n# x",
    "![x](y)",
    "]]>",
    "&#0;",
    "<!--",
    "http://x",
    "\\|",
    "\r\n",
    "🎉",
  ],
];

export const hostileText = fc.oneof(
  fc.array(fc.constantFrom(...fragments), { maxLength: 30 }).map((parts) => parts.join("")),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
);

/** A report with one result of each verdict that says `say` wherever a cluster, a mesh or a user could. */
export function reportSaying(say: string, given: Partial<ConformanceReport> = {}): ConformanceReport {
  const sample = {
    n: 400,
    falseFailure: 1e-8,
    bins: [{ backend: say, weight: 1, low: 1, high: 2, observed: 3 }],
    detects: [{ mesh: say, acceptedWithRepeat: 0.5 }],
    tries: 2,
  };
  const results = verdicts.map(
    (verdict): AssertionResult =>
      resultOf({
        id: say,
        title: say,
        verdict,
        reason: say,
        cell: say,
        basis: [{ doc: say, line: 1 }],
        findings: [
          findingOf({ phase: say, statement: say, expected: say, observed: say, status: "violated", sample }),
          findingOf({
            phase: say,
            statement: say,
            expected: say,
            observed: say,
            status: "unknown",
            control: "server-alive",
          }),
        ],
        propagation: [{ phase: say, what: say, ms: 5, inForce: true, deadlineMs: 9 }],
        evidence: [say],
      }),
  );
  return reportOf(results, {
    reason: say,
    mesh: {
      name: say,
      title: say,
      versionAsked: say,
      versionFound: say,
      images: [{ workload: say, image: say, digest: say }],
      access: "enforced",
      source: say,
    },
    cluster: { provider: "existing", name: say, kubernetes: say, nodeImage: say, kind: say },
    served: [{ kind: say, versions: [say], unknownVersions: [say], sha256: say }],
    suite: {
      version: say,
      assertions: say,
      profile: say,
      appImage: say,
      selected: 99,
      cellsReadyMs: 4200,
      verdictsMs: 6100,
    },
    runner: { os: say, arch: say, cpus: 1, node: say, workflow: say },
    phases: [{ name: say, startedMs: 0, durationMs: 1, ok: true }],
    evidence: [say],
    ...given,
  });
}
