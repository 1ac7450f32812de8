/**
 * Ends what main began and could not end, also when main was killed: the cluster is removed, a status is not left pending,
 * and what there is of a report is uploaded. Knows nothing else of main.
 */

import { actionsLog, readInputs, runState } from "../adapters/github/actions.ts";
import { whyNoArtifact } from "../domain/github/artifact.ts";
import { unfinishedDescription, whyNoStatus } from "../domain/github/commit-status.ts";
import type { UnfinishedArtifact, UnfinishedCluster, UnfinishedStatus } from "../domain/github/unfinished.ts";
import { describeError } from "../errors.ts";

async function removeCluster({ name, kind: program, keep }: UnfinishedCluster): Promise<void> {
  if (keep) return actionsLog.info(`cluster ${name} is kept, as keep-cluster asks`);
  const [{ createKind }, { createTool }] = await Promise.all([
    import("../adapters/kind/kind.ts"),
    import("../adapters/tools/process.ts"),
  ]);
  const kind = createKind({ tool: createTool({ log: actionsLog }), log: actionsLog, kind: program });
  try {
    const existing = await kind.list();
    // Main's record of it stays: a node that Docker was still making when main was killed is for the next run to find.
    if (!existing.includes(name)) return actionsLog.info(`cluster ${name} is gone already`);
    await kind.delete(name);
    actionsLog.info(`deleted cluster ${name}`);
  } catch (error) {
    const { message, next } = describeError(error);
    actionsLog.warn(
      `cluster ${name} may be left: ${message}. ${next === undefined ? "" : `${next} `}Next: kind delete cluster --name ${name}`,
    );
  }
}

async function endStatus(state: UnfinishedStatus): Promise<void> {
  const { token = "" } = readInputs(["token"]);
  if (token !== "") actionsLog.mask(token);
  const [{ createStatusPublisher }, { systemClock }] = await Promise.all([
    import("../adapters/github/status.ts"),
    import("../adapters/clock.ts"),
  ]);
  const { repository, apiUrl, title, version, ...where } = state;
  const publisher = createStatusPublisher({ token, repository, apiUrl, clock: systemClock, log: actionsLog });
  const description = unfinishedDescription(title, version, "the run was cancelled or died");
  const outcome = await publisher.publish({ ...where, state: "error", description });
  if ("set" in outcome) actionsLog.info(`set the commit status "${state.context}" to error: ${description}`);
  else actionsLog.warn(`the commit status "${state.context}" may be left pending: ${whyNoStatus(outcome)}`);
}

async function upload({ retentionDays, ...rest }: UnfinishedArtifact): Promise<void> {
  const { existsSync } = await import("node:fs");
  if (!existsSync(rest.folder))
    return actionsLog.info("the run ended before it wrote anything, so there is no artifact");
  const [{ createArtifactStore }, { systemClock }, { withTempFolder }] = await Promise.all([
    import("../adapters/github/artifact-store.ts"),
    import("../adapters/clock.ts"),
    import("../adapters/files/folders.ts"),
  ]);
  const outcome = await createArtifactStore({ clock: systemClock, withTempFolder }).upload({
    ...rest,
    // Main may have died in its upload: such a name is taken for the rest of the run, and is in no list.
    otherName: rest.name.replace(/(-attempt-\d+)?$/, "-again$1"),
    retentionDays: retentionDays ?? undefined,
  });
  if ("id" in outcome) actionsLog.info(`uploaded ${outcome.name}: ${outcome.url}`);
  // Main died between its upload and the note of it, or this step is run again.
  else if ("taken" in outcome && outcome.taken) actionsLog.info(`${rest.name} is uploaded already`);
  else actionsLog.warn(`no artifact: ${whyNoArtifact(outcome)}`);
}

/** Rejects for nothing that it knows of: a job must not fail for its cleaning up. */
export async function endWhatIsLeft(): Promise<void> {
  const { cluster, status, artifact } = runState.read();
  // Beside each other, since a job that was cancelled has minutes left; each says itself what went wrong.
  await Promise.all([cluster && removeCluster(cluster), status && endStatus(status), artifact && upload(artifact)]);
}
