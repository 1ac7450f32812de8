/** The action's main step. */
import { join } from "node:path";
import { runConformance } from "./app/conformance.ts";
import { exitCodes } from "./domain/verdict.ts";
import { actionsLog, fail, readInputs, saveState, workflowUrl, writeOutputs, writeSummary } from "./edges/actions.ts";
import { ConfigurationError, describeError } from "./errors.ts";
import { inputDefinitions } from "./input-definitions.ts";
import { InputErrors } from "./inputs.ts";
import { interruption } from "./interrupt.ts";
import { prepare } from "./prepare.ts";
import { progressLine } from "./render/console.ts";
import { renderMarkdown } from "./render/markdown.ts";
import { outputsOf, writeReport } from "./write-report.ts";

/** Longest that a run may take before inputs are known: the platform's own limit of a job. */
const JOB_LIMIT_MS = 6 * 3600 * 1000;

async function run(): Promise<number> {
  const raw = readInputs(inputDefinitions.map(({ name }) => name));
  const limitMs = Number(raw.timeout) > 0 ? Number(raw.timeout) * 1000 : JOB_LIMIT_MS;
  const interrupt = interruption(actionsLog, limitMs);
  try {
    const prepared = await prepare(raw, {
      root: join(import.meta.dirname, ".."),
      log: actionsLog,
      signal: interrupt.signal,
      // post runs in the runner's care after this process has ended.
      ownerPid: process.ppid,
      workflow: workflowUrl(process.env),
    });
    const { plan, deps, inputs } = prepared;
    if ("keep" in plan.cluster)
      saveState({ cluster: plan.cluster.name, kind: prepared.kindProgram ?? "kind", keep: plan.cluster.keep });
    const report = await runConformance(plan, {
      ...deps,
      onResult: (result) => actionsLog.info(progressLine(result)),
    });
    const files = await writeReport(report, deps.folder);
    writeOutputs(outputsOf(report, files, inputs.keepCluster ? prepared.kubeconfig() : undefined));
    await writeSummary(renderMarkdown(report));
    const code = exitCodes[report.verdict];
    if (code !== 0) fail(`${plan.profile.title} ${plan.meshVersion} is ${report.verdict}: ${report.reason}`);
    return code;
  } catch (error) {
    return refuse(error);
  } finally {
    interrupt.stop();
  }
}

/** Nothing was created: the user's mistake, or something missing on this machine. */
async function refuse(error: unknown): Promise<number> {
  const list = error instanceof InputErrors ? error.errors : [error];
  const lines = list.map((one) => {
    const { message, next } = describeError(one);
    return next === undefined ? message : `${message}. ${next}`;
  });
  for (const line of lines) fail(line);
  await writeSummary(`## SMI conformance: not run\n\n${lines.map((line) => `- ${line}`).join("\n")}\n`);
  return list.every((one) => one instanceof ConfigurationError) ? 2 : 3;
}

// No await here: the bundle is CommonJS.
void run()
  .catch((error: unknown) => {
    fail(describeError(error).message);
    return 3;
  })
  // Sockets of exec sessions may linger; what had to be written is written.
  .then((code) => process.exit(code));
