/** The baseline from the artifact of an earlier workflow run of the same repository. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "../adapters/clock.ts";
import { withTempFolder } from "../adapters/files/folders.ts";
import { readReportFile } from "../adapters/files/report-files.ts";
import type { Refusal } from "../adapters/github/artifact-download.ts";
import type { RunToRead, StoredArtifact } from "../domain/github/artifact.ts";
import { defaultArtifactName } from "../domain/github/artifact-name.ts";
import { newestArtifacts, withoutAttempt } from "../domain/github/newest-artifacts.ts";
import type { WorkflowEvent } from "../domain/github/workflow-event.ts";
import { ConfigurationError } from "../errors.ts";
import type { Inputs } from "../inputs/inputs.ts";
import { type IdentityInputs, runIdentityOf } from "../inputs/run-identity.ts";
import type { FetchRun } from "./baseline.ts";

const REPORT = "report.json";

/** What a missing answer means, by what was asked for. */
type Missing = (run: RunToRead, words: string) => ConfigurationError;

const noRun: Missing = ({ runId, repository }, words) =>
  new ConfigurationError(
    "baseline-run",
    `${repository} has no workflow run ${runId} that the token can read ${words}`,
    "Give the id of a run of this repository: the digits at the end of its address (…/actions/runs/DIGITS).",
  );

const noArtifact: Missing = ({ runId }, words) =>
  new ConfigurationError(
    "baseline-run",
    `the report of run ${runId} no longer exists ${words}`,
    "Give a newer run; retention-days says how long an artifact is kept.",
  );

/** What the user can do about a refusal by GitHub's API; undefined where that is nothing. */
function refusedBecause(
  { status, message }: Refusal,
  run: RunToRead,
  missing: Missing,
): ConfigurationError | undefined {
  const words = `(${status}: ${message})`;
  if (status === 404 || status === 410) return missing(run, words);
  if (status === 403 && !/rate limit/i.test(message))
    return new ConfigurationError(
      "baseline-run",
      `the token may not read the artifacts of run ${run.runId} ${words}`,
      "Give the job the permission `actions: read`: where a workflow names any permission, all others are none.",
    );
  // The value of a token is in no message.
  if (status === 401)
    return new ConfigurationError(
      "token",
      `GitHub refuses it for reading run ${run.runId} ${words}`,
      `Give a valid one, for example \${{ github.token }}.`,
    );
  return undefined;
}

/** The newest artifact of that name, of any attempt of the run. */
function newestNamed(stored: readonly StoredArtifact[], wanted: string, runId: string): StoredArtifact {
  const [artifact] = newestArtifacts(stored, (name) => withoutAttempt(name) === withoutAttempt(wanted));
  if (artifact !== undefined) return artifact;
  const names = stored.slice(0, 8).map(({ name }) => name);
  throw new ConfigurationError(
    "baseline-run",
    `run ${runId} has no artifact "${wanted}"`,
    stored.length === 0
      ? "It has no artifact at all: they may have expired. Give another run."
      : `It has ${names.join(", ")}: give one of these as baseline-artifact.`,
  );
}

/** The text of the report in a folder that an artifact was unpacked to. */
async function reportIn(folder: string, name: string, runId: string): Promise<string> {
  const bad = (problem: string) =>
    new ConfigurationError(
      "baseline-run",
      `artifact "${name}" of run ${runId} ${problem}`,
      "Give the name of an artifact that this action uploaded as baseline-artifact.",
    );
  const files = await readdir(folder, { recursive: true });
  const file = files.find((path) => path === REPORT) ?? files.find((path) => path.endsWith(`/${REPORT}`));
  if (file === undefined) throw bad(`contains no ${REPORT}`);
  const found = await readReportFile(join(folder, file), true);
  if ("text" in found) return found.text;
  throw bad(`contains a ${REPORT} that cannot be read: ${found.unreadable}`);
}

/**
 * @param signal ends what is under way
 * @returns undefined outside of a workflow. The function throws ConfigurationError, InfrastructureError("download" |
 * "digest-mismatch"), and what `signal` was aborted with.
 */
export function fetchRunOf(
  inputs: IdentityInputs & Pick<Inputs, "gate" | "publish">,
  event: WorkflowEvent | undefined,
  signal: AbortSignal,
): FetchRun | undefined {
  if (event === undefined) return undefined;

  return async (runId, mesh) => {
    // Loaded when it is needed: a run without a baseline does not wait for it.
    const [{ createArtifactStore }, { refusalOf }] = await Promise.all([
      import("../adapters/github/artifact-store.ts"),
      import("../adapters/github/artifact-download.ts"),
    ]);
    const artifacts = createArtifactStore({ clock: systemClock, withTempFolder });
    const { gate, publish } = inputs;
    const run = { token: publish.token ?? "", repository: event.repository, runId };
    const wanted =
      gate.baselineArtifact ??
      publish.artifactName ??
      defaultArtifactName({ ...runIdentityOf(inputs, mesh), job: event.job, attempt: event.attempt });

    async function asked<T>(answer: Promise<T>, missing: Missing): Promise<T> {
      try {
        return await answer;
      } catch (error) {
        const refusal = refusalOf(error);
        const mistake = refusal && refusedBecause(refusal, run, missing);
        throw mistake ?? error;
      }
    }

    const artifact = newestNamed(await asked(artifacts.list(run, signal), noRun), wanted, runId);
    return withTempFolder(async (folder) => {
      await asked(artifacts.download(artifact, folder, run, signal), noArtifact);
      const text = await reportIn(folder, artifact.name, runId);
      return { text, source: `artifact ${artifact.name} of run ${runId}` };
    });
  };
}
