/** The report as a file: what every other form of it is made from. */
import type { ConformanceReport } from "../domain/report.ts";

export function renderJson(report: ConformanceReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
