/** The files of a report folder: nothing else in it is a run's. */
import { TEST_RESULT_FILE } from "./in-toto.ts";

export const reportFileNames = {
  report: "report.json",
  statement: TEST_RESULT_FILE,
  summary: "report.md",
  junit: "junit.xml",
  html: "report.html",
  badge: "badge.svg",
  shields: "badge.json",
} as const;

/** Folder of what explains results that are not a pass. */
export const EVIDENCE_FOLDER = "evidence";

/** What a run writes at the top of the folder. */
export const topNames: readonly string[] = [...Object.values(reportFileNames), EVIDENCE_FOLDER];

/** Whether a path, relative to the folder, is one that a run may write. */
export function isReportPath(path: string): boolean {
  if (/[\p{Cc}\\]/u.test(path)) return false;
  const [top = "", ...below] = path.split("/");
  if (below.some((name) => name === "" || name === "." || name === "..")) return false;
  return topNames.includes(top) && (top === EVIDENCE_FOLDER) === below.length > 0;
}
