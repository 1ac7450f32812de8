/** Writes the report in its forms, and names what the action puts out. */
import { createHash } from "node:crypto";
import { reportFileNames } from "../domain/report/file-names.ts";
import { testResultStatement } from "../domain/report/in-toto.ts";
import type { ConformanceReport } from "../domain/report/report.ts";
import type { ReportFolder } from "../ports.ts";
import { renderBadge, shieldsEndpoint } from "../render/badge.ts";
import { renderHtml } from "../render/html/html.ts";
import { renderJUnit } from "../render/junit.ts";
import { renderMarkdown } from "../render/markdown/markdown.ts";

export interface ReportFiles {
  readonly report: string;
  readonly summary: string;
  readonly junit: string;
  readonly html: string;
}

export async function writeReport(report: ConformanceReport, folder: ReportFolder): Promise<ReportFiles> {
  const json = `${JSON.stringify(report, null, 2)}\n`;
  const statement = testResultStatement(report, createHash("sha256").update(json).digest("hex"));
  const forms = {
    report: [reportFileNames.report, json],
    statement: [reportFileNames.statement, `${JSON.stringify(statement, null, 2)}\n`],
    summary: [reportFileNames.summary, renderMarkdown(report)],
    junit: [reportFileNames.junit, renderJUnit(report)],
    html: [reportFileNames.html, renderHtml(report)],
    badge: [reportFileNames.badge, renderBadge(report)],
    shields: [reportFileNames.shields, `${JSON.stringify(shieldsEndpoint(report), null, 2)}\n`],
  } as const;
  for (const [name, content] of Object.values(forms)) await folder.write(name, content);
  const at = (form: keyof typeof forms) => `${folder.path}/${forms[form][0]}`;
  return { report: at("report"), summary: at("summary"), junit: at("junit"), html: at("html") };
}

const plainVersion = (found: string | null) => (found !== null && /^[\w.+-]{1,128}$/.test(found) ? found : "");

export function outputsOf(
  report: ConformanceReport,
  files: ReportFiles,
  kubeconfig: string | undefined,
): Readonly<Record<string, string>> {
  return {
    verdict: report.verdict,
    gate: report.gate?.decision ?? "",
    conformant: String(report.verdict === "conformant"),
    capability: JSON.stringify(Object.fromEntries(report.specs.map((s) => [s.spec, s.capability]))),
    percentage: report.percentage === null ? "" : String(report.percentage),
    counts: JSON.stringify(report.counts),
    failed: JSON.stringify(report.assertions.filter((a) => a.verdict === "FAIL").map((a) => a.id)),
    // A tag of an image, which whoever pushed it has chosen: a workflow may well put an output into a shell line.
    "mesh-version": plainVersion(report.mesh.versionFound),
    report: files.report,
    summary: files.summary,
    junit: files.junit,
    html: files.html,
    "cluster-name": report.cluster.provider === "kind" ? report.cluster.name : "",
    kubeconfig: kubeconfig ?? "",
  };
}
