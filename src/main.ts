/** The action's main step. */
import { join } from "node:path";
import { systemClock } from "./adapters/clock.ts";
import { withTempFolder } from "./adapters/files/folders.ts";
import {
  actionsLog,
  annotate,
  fail,
  readInputs,
  runState,
  writeOutputs,
  writeSummary,
} from "./adapters/github/actions.ts";
import { createArtifactStore } from "./adapters/github/artifact-store.ts";
import { readEvent } from "./adapters/github/event.ts";
import { createStatusPublisher } from "./adapters/github/status.ts";
import { type GatedReport, gated, gateExit } from "./domain/gate/gate.ts";
import { runUrl, type WorkflowEvent } from "./domain/github/workflow-event.ts";
import { runConformance } from "./engine/run/run-conformance.ts";
import { describeError, failureOf } from "./errors.ts";
import { inputDefinitions } from "./inputs/definitions/index.ts";
import { runIdentityOf } from "./inputs/run-identity.ts";
import { type Publication, type PublishingWorkflow, preparePublication } from "./publishing/publication.ts";
import { outputsOf, writeReport } from "./publishing/report-files.ts";
import { failureLines } from "./publishing/step-failure.ts";
import { annotationsOf } from "./render/annotations.ts";
import { renderMarkdown } from "./render/markdown/markdown.ts";
import { progressLine } from "./render/terminal/console.ts";
import { gateLines } from "./render/terminal/gate-lines.ts";
import { type Interruption, interruption } from "./setup/interrupt.ts";
import { type RunSetup, setUpRun } from "./setup/run-setup.ts";

/** Longest that a run may take before inputs are known: the platform's own limit of a job. */
const JOB_LIMIT_MS = 6 * 3600 * 1000;

/** The step's page shows ten; one is for what ended the step, two for what could not be published. */
const ANNOTATIONS = 7;

async function run(): Promise<number> {
  const raw = readInputs(inputDefinitions.map(({ name }) => name));
  // No program that is started from here on is told it.
  delete process.env.INPUT_TOKEN;
  const limitMs = Number(raw.timeout) > 0 ? Number(raw.timeout) * 1000 : JOB_LIMIT_MS;
  const interrupt = interruption(actionsLog, limitMs);
  try {
    const event = await readEvent(process.env);
    const prepared = await setUpRun(raw, {
      root: join(import.meta.dirname, ".."),
      log: actionsLog,
      signal: interrupt.signal,
      // post runs in the runner's care after this process has ended.
      ownerPid: process.ppid,
      workflow: event === undefined ? null : runUrl(event),
      ...(event && { event }),
    });
    const { plan, deps } = prepared;
    const { mesh, title } = plan.profile;
    const { publish } = prepared.inputs;
    const publication = preparePublication(
      publish,
      { identity: runIdentityOf(prepared.inputs, mesh), title },
      deps.folder.path,
      event && publishingWorkflow(event, publish.token),
      actionsLog,
    );
    if (plan.cluster.provider === "kind")
      runState.saveCluster({ name: plan.cluster.name, kind: prepared.kindProgram ?? "kind", keep: plan.cluster.keep });
    publication.begin(interrupt.signal);
    const report = await runConformance(plan, {
      ...deps,
      onResult: (result) => actionsLog.info(progressLine(result)),
    });
    return await conclude(gated(report, prepared.gating), prepared, publication, interrupt);
  } catch (error) {
    return refuse(error);
  } finally {
    interrupt.stop();
  }
}

function publishingWorkflow(event: WorkflowEvent, token = ""): PublishingWorkflow {
  const { repository, apiUrl } = event;
  return {
    ...{ event, state: runState },
    publisher: createStatusPublisher({ token, repository, apiUrl, clock: systemClock, log: actionsLog }),
    artifacts: createArtifactStore({ clock: systemClock, withTempFolder }),
  };
}

/** Writes, publishes and tells the report. */
async function conclude(
  report: GatedReport,
  { deps, inputs, kubeconfig }: RunSetup,
  publication: Publication,
  interrupt: Interruption,
): Promise<number> {
  const files = await writeReport(report, deps.folder);
  const outputs = outputsOf(report, files, inputs.keepCluster ? kubeconfig() : undefined);
  writeOutputs(outputs);
  for (const line of gateLines(report)) actionsLog.info(line);
  // After a cancellation there are seconds left: post publishes.
  const published = interrupt.cancelled.aborted ? undefined : await publication.end(report, interrupt.cancelled);
  if (published !== undefined) writeOutputs(published.outputs);
  const missing = (published?.missing ?? []).map((line) => `> ⚠️ ${line}\n`).join("");
  await writeSummary(`${renderMarkdown(report)}${missing === "" ? "" : `\n${missing}`}`);
  for (const { level, title, message } of annotationsOf(report, { limit: ANNOTATIONS }))
    annotate(level, title, message);
  const code = gateExit(report.gate);
  if (code !== 0) {
    const broken = report.gate.rules.filter(({ held }) => !held).map(({ text }) => text);
    fail(
      `${report.mesh.title} ${report.mesh.versionAsked} is ${report.verdict}, and the gate blocks: ${broken.join("; ")}`,
    );
  }
  if (published?.fails === true) {
    fail("the report could not be uploaded, and fail-on-upload-error is true");
    return code === 0 ? 3 : code;
  }
  return code;
}

/** Nothing was created: the user's mistake, or something missing on this machine. */
async function refuse(error: unknown): Promise<number> {
  const { errors, exitCode } = failureOf(error);
  const lines = failureLines(errors);
  for (const line of lines) fail(line);
  await writeSummary(`## SMI conformance: not run\n\n${lines.map((line) => `- ${line}`).join("\n")}\n`);
  return exitCode;
}

// No await here: the bundle is CommonJS.
void run()
  .catch((error: unknown) => {
    fail(describeError(error).message);
    return 3;
  })
  // Sockets of exec sessions may linger; what had to be written is written.
  .then((code) => process.exit(code));
