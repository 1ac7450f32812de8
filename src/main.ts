/** The action's main step. */
import { join } from "node:path";
import { systemClock as clock } from "./adapters/clock.ts";
import { withTempFolder } from "./adapters/files/folders.ts";
import { actionsLog as log, readInputs, runState as state, stepReport as step } from "./adapters/github/actions.ts";
import { createArtifactStore } from "./adapters/github/artifact-store.ts";
import { readEvent } from "./adapters/github/event.ts";
import { createStatusPublisher } from "./adapters/github/status.ts";
import { lastingProcess } from "./adapters/kind/process-identity.ts";
import { gated } from "./domain/gate/gate.ts";
import type { WorkflowEvent } from "./domain/github/workflow-event.ts";
import { runConformance } from "./engine/run/run-conformance.ts";
import { inputDefinitions } from "./inputs/definitions/index.ts";
import { runIdentityOf } from "./inputs/run-identity.ts";
import { concludeStep } from "./publishing/conclude.ts";
import { type PublishingWorkflow, preparePublication } from "./publishing/publication.ts";
import { runStep } from "./publishing/step-failure.ts";
import { progressLine } from "./render/terminal/console.ts";
import { startLines } from "./render/text/reference-notice.ts";
import { interruption } from "./setup/interrupt.ts";
import { setUpRun } from "./setup/run-setup.ts";

const root = join(import.meta.dirname, "..");

async function run(): Promise<number> {
  const raw = readInputs(inputDefinitions.map(({ name }) => name));
  // No program that is started from here on sees it.
  delete process.env.INPUT_TOKEN;
  const { signal, cancelled, limit, stop } = interruption(log);
  try {
    const event = await readEvent(process.env);
    // It outlives this process, and post runs in its care.
    const around = { root, log, signal, limit, ownerPid: lastingProcess(process.ppid), event };
    // A report of an earlier run must not be taken for this one's, however it ends.
    const setup = await setUpRun(raw, { ...around, beforeCreating: (folder) => folder.begin() });
    const { inputs, plan, deps, kind } = setup;
    for (const line of startLines(setup.embedded)) log.info(line);
    const subject = { identity: runIdentityOf(inputs, plan.profile.mesh), title: plan.profile.title };
    const workflow = event && workflowOf(event, inputs.publish.token);
    const publication = preparePublication(inputs.publish, subject, setup.folder, workflow, log);
    if (kind) state.saveCluster({ name: kind.cluster.name, keep: kind.cluster.keep });
    publication.begin(signal);
    const found = await runConformance(plan, { ...deps, onResult: (result) => log.info(progressLine(result)) });
    const kubeconfig = inputs.keepCluster ? setup.kubeconfig() : undefined;
    const conclusion = { folder: deps.folder, publication, cancelled, kubeconfig, step, log };
    return await concludeStep(gated(found, setup.gating), conclusion);
  } finally {
    stop();
  }
}

const workflowOf = (event: WorkflowEvent, token = ""): PublishingWorkflow => ({
  ...{ event, state },
  publisher: createStatusPublisher({ token, repository: event.repository, apiUrl: event.apiUrl, clock, log }),
  artifacts: createArtifactStore({ clock, withTempFolder }),
});

runStep("SMI conformance", run, step);
