/** The step of publish/action.yml: sets the status of a run that could not set it, from the report in that run's artifact. */
import { systemClock as clock } from "./adapters/clock.ts";
import { withTempFolder } from "./adapters/files/folders.ts";
import { readReportFile } from "./adapters/files/report-files.ts";
import { actionsLog as log, readInputs, stepReport as step } from "./adapters/github/actions.ts";
import { createArtifactStore } from "./adapters/github/artifact-store.ts";
import { readEvent } from "./adapters/github/event.ts";
import { createStatusPublisher } from "./adapters/github/status.ts";
import { ConfigurationError } from "./errors.ts";
import { publishActionInputs } from "./inputs/definitions/publish-action.ts";
import { readPublishRequest } from "./inputs/publish-request.ts";
import { publishForeignStatus } from "./publishing/foreign-status.ts";
import { runStep } from "./publishing/step-failure.ts";
import { interruption } from "./setup/interrupt.ts";
import { maskSecrets } from "./setup/secrets.ts";

async function run(): Promise<number> {
  const raw = readInputs(publishActionInputs.map(({ name }) => name));
  maskSecrets(raw, log);
  const request = readPublishRequest(raw);
  const event = await readEvent(process.env);
  if (event === undefined)
    throw new ConfigurationError("GITHUB_ACTIONS", "is not set", "This is a step of a workflow, and no program.");
  const { repository, apiUrl } = event;
  return publishForeignStatus(request, event, {
    // Cancelled, the status is still set, to error: one that is required would hold up the pull request without a word.
    artifacts: createArtifactStore({ clock, withTempFolder, stop: interruption(log).signal }),
    publisher: createStatusPublisher({ token: request.token, repository, apiUrl, clock, log }),
    readFile: (path) => readReportFile(path, true),
    ...{ withTempFolder, step, log },
  });
}

runStep("SMI conformance status", run, step);
