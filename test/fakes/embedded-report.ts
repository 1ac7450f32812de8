/** A report as a run makes it: the suite on a faulty reference mesh, without sockets, put together and gated by the product. */

import type { Catalogue } from "../../src/adapters/files/catalogue.ts";
import { decideGate } from "../../src/domain/gate/gate.ts";
import type { GatePolicy } from "../../src/domain/gate/gate-policy.ts";
import { type ConformanceReport, reportSchema } from "../../src/domain/report/report.ts";
import { buildReport } from "../../src/engine/run/build-report.ts";
import { reportOf } from "../fixtures/report.ts";
import { sha256Of } from "../fixtures/report-files.ts";
import { runEmbedded } from "./embedded-suite.ts";

/** Rows of each verdict but those that tell of trouble. */
export const embeddedRows: readonly string[] = [
  "resource/crd-traffictarget",
  "resource/weight-quantity",
  "traffic-access/deny-by-default-http",
  "traffic-access/http-allow-by-serviceaccount",
  "traffic-access/targets-are-additive",
  "traffic-specs/path-literal",
  "traffic-specs/path-query-string",
  "traffic-split/no-split-default",
  "traffic-split/weight-100-0",
  "traffic-split/weight-75-25",
];

export const embeddedPolicy: GatePolicy = {
  failOn: "must-failures",
  minimum: { all: 50, perSpec: { "traffic-access": 50 } },
  require: ["traffic-access"],
  allowed: [{ id: "traffic-split/weight-75-25", reason: "known", expires: "2027-01-01" }],
  regression: false,
};

export async function embeddedReport(catalogue: Catalogue): Promise<ConformanceReport> {
  const { results, served } = await runEmbedded({
    catalogue,
    only: embeddedRows,
    cluster: { faults: { evenWeights: true } },
  });
  const { mesh, cluster, suite, runner, startedAt, durationMs, phases, reproduce } = reportOf([]);
  const report = buildReport({
    mesh,
    cluster,
    runner,
    startedAt,
    durationMs,
    phases,
    reproduce,
    evidence: [],
    suite: {
      ...suite,
      assertions: catalogue.digest,
      selected: embeddedRows.length,
      planned: catalogue.assertions.map(({ id }) => id).filter((id) => embeddedRows.includes(id)),
    },
    served,
    results,
    error: undefined,
    sha256: sha256Of,
  });
  const gate = decideGate({ report, policy: embeddedPolicy, today: startedAt.slice(0, 10) });
  // As it comes back from a file.
  return reportSchema.parse(JSON.parse(JSON.stringify({ ...report, gate })));
}
