/**
 * A report of version 1 in the words of today. Names that are data are translated; texts, such as reasons and findings, are
 * what was written then, and stay.
 */
import type { ControlName } from "../assertion/controls.ts";
import { type AssertionResult, type ConformanceReport, REPORT_API_VERSION } from "./report.ts";
import type { ReportV1 } from "./report-v1.ts";

type ResultV1 = ReportV1["assertions"][number];
type FindingV1 = ResultV1["findings"][number];
type ControlV1 = NonNullable<FindingV1["control"]>;

const controls: Readonly<Record<ControlV1, ControlName>> = {
  K1: "server-alive",
  K2: "policy-flip",
  K3: "arrivals-agree",
  K4: "sibling-refused",
  K5: "all-accounted-for",
  K6: "backends-reachable",
  K7: "stored-as-sent",
  K8: "quiet-before",
  K9: "valid-variant-accepted",
  "data-plane": "data-plane",
};

function upgradeFinding({ control, sample, ...same }: FindingV1): AssertionResult["findings"][number] {
  const { cells: bins = [], ...rest } = sample ?? {};
  return {
    ...same,
    ...(control !== undefined && { control: controls[control] }),
    ...(sample !== undefined && { sample: { ...(rest as Omit<typeof sample, "cells">), bins } }),
  };
}

function upgradeResult({ succeeds, beside, findings, ...same }: ResultV1): AssertionResult {
  return {
    ...same,
    says: null,
    replaces: succeeds,
    ...(beside !== undefined && { parallelAttempt: beside }),
    findings: findings.map(upgradeFinding),
  };
}

function upgradeLegacy({ rows, ...same }: ReportV1["legacy"]): ConformanceReport["legacy"] {
  return { ...same, steps: rows.map(({ successors, ...step }) => ({ ...step, replacedBy: successors })) };
}

export function upgradeReportV1(report: ReportV1): ConformanceReport {
  return {
    ...report,
    apiVersion: REPORT_API_VERSION,
    assertions: report.assertions.map(upgradeResult),
    legacy: upgradeLegacy(report.legacy),
  };
}
