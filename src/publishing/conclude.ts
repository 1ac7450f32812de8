/** How the main step ends once there is a report: its files, outputs, status, artifact, summary, annotations and exit code. */
import type { GatedReport } from "../domain/gate/gate.ts";
import { gateExit } from "../domain/gate/gate-outcome.ts";
import type { Log, ReportFolder, StepReport } from "../ports.ts";
import { annotationsOf } from "../render/annotations.ts";
import { renderMarkdown } from "../render/markdown/markdown.ts";
import { gateLines } from "../render/terminal/gate-lines.ts";
import { text } from "../render/text/gfm.ts";
import type { Publication } from "./publication.ts";
import { outputsOf, writeReport } from "./report-files.ts";

/** The step's page shows ten; one is for what ended the step, two for what could not be published. */
const ANNOTATIONS = 7;

export interface Conclusion {
  readonly folder: ReportFolder;
  readonly publication: Publication;
  /** Aborted where somebody cancelled the run: there are seconds left, and the post step publishes. */
  readonly cancelled: AbortSignal;
  /** Path of the kubeconfig of a cluster that is kept. */
  readonly kubeconfig: string | undefined;
  readonly step: StepReport;
  readonly log: Pick<Log, "info">;
}

/** @returns exit code. @throws InfrastructureError("report-write") */
export async function concludeStep(report: GatedReport, conclusion: Conclusion): Promise<number> {
  const { folder, publication, cancelled, kubeconfig, step, log } = conclusion;
  const files = await writeReport(report, folder);
  step.writeOutputs(outputsOf(report, files, kubeconfig));
  for (const line of gateLines(report)) log.info(line);
  const published = cancelled.aborted ? undefined : await publication.end(report, cancelled);
  if (published !== undefined) step.writeOutputs(published.outputs);
  const missing = (published?.missing ?? []).map((line) => `> ⚠️ ${text(line, 1000)}\n`).join("");
  await step.writeSummary(`${renderMarkdown(report)}${missing === "" ? "" : `\n${missing}`}`);
  for (const { level, title, message } of annotationsOf(report, { limit: ANNOTATIONS }))
    step.annotate(level, title, message);
  const code = gateExit(report.gate);
  if (code !== 0) step.fail(blocked(report));
  if (published?.fails !== true) return code;
  step.fail("the report could not be uploaded, and fail-on-upload-error is true");
  return code === 0 ? 3 : code;
}

function blocked({ mesh, verdict, gate }: GatedReport): string {
  const broken = gate.rules.filter(({ held }) => !held).map(({ text }) => text);
  return `${mesh.title} ${mesh.versionAsked} is ${verdict}, and the gate blocks: ${broken.join("; ")}`;
}
