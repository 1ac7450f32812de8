/** The report as one page: to open, filter and print, without a network, and without a script where there is none. */
import type { ConformanceReport } from "../../domain/report/report.ts";
import { meshName } from "../text/by-spec.ts";
import { runTitles } from "../text/wording.ts";
import { assertionsSection } from "./assertions.ts";
import { failureSections } from "./failures.ts";
import { gateSection } from "./gate.ts";
import { renderPage } from "./page.ts";
import { propagationSection } from "./propagation.ts";
import { runSections } from "./run.ts";
import { html } from "./text.ts";
import { errorSection, matrixSection, topOf } from "./verdict.ts";

/**
 * The page is in the report folder: links to evidence are relative to it. Values longer than some thousand characters
 * are cut; the JSON report has all of them.
 */
export function renderHtml(report: ConformanceReport): string {
  const { verdict, suite, startedAt } = report;
  return renderPage({
    title: `${runTitles[verdict]}: ${meshName(report)}, SMI conformance`,
    verdict,
    skipTo:
      report.assertions.length > 0
        ? { id: "assertions", text: "Skip to all assertions" }
        : { id: "more", text: "Skip to the run" },
    top: topOf(report),
    main: html`${[
      errorSection(report),
      gateSection(report),
      matrixSection(report),
      failureSections(report),
      assertionsSection(report),
      propagationSection(report),
      runSections(report),
    ]}`,
    foot: html`<p>smi-conformance ${suite.version}. Run of ${startedAt}. The same content for programs: <a href="report.json">report.json</a>, <a href="junit.xml">junit.xml</a>.</p>`,
  });
}
