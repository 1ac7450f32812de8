/**
 * Ends what main began and could not end, also when main was killed: the cluster is removed, a status is not left pending,
 * and whatever there is of a report is uploaded. Knows nothing of main but what it left.
 */
import { whyNoArtifact } from "../domain/github/artifact.ts";
import { unfinishedDescription, whyNoStatus } from "../domain/github/commit-status.ts";
import type { UnfinishedArtifact, UnfinishedCluster, UnfinishedStatus } from "../domain/github/unfinished.ts";
import { describeError } from "../errors.ts";
import type { ArtifactStore, ClusterProvider, Log, RunState, StatusPublisher } from "../ports.ts";

export interface CleanupDeps {
  readonly state: Pick<RunState, "read">;
  readonly log: Log;
  /** Each is loaded where it is needed: most jobs leave little behind. */
  readonly kind: () => Promise<Pick<ClusterProvider, "list" | "delete">>;
  readonly publisher: () => Promise<StatusPublisher>;
  readonly artifacts: () => Promise<ArtifactStore>;
  /** What the run of this report folder has written, relative to the folder. */
  readonly reportFiles: (run: string) => Promise<{ readonly folder: string; readonly files: readonly string[] }>;
  /** Address of the workflow run. */
  readonly runUrl: () => string;
}

async function removeCluster({ name, keep }: UnfinishedCluster, deps: CleanupDeps): Promise<void> {
  const { log } = deps;
  if (keep) return log.info(`cluster ${name} is kept, as keep-cluster asks`);
  try {
    const kind = await deps.kind();
    const existing = await kind.list();
    // Main's record of it stays: a node that Docker was still creating when main was killed is for the next run to find.
    if (!existing.includes(name)) return log.info(`cluster ${name} is gone already`);
    await kind.delete(name);
    log.info(`deleted cluster ${name}`);
  } catch (error) {
    const { message, next } = describeError(error);
    log.warn(
      `cluster ${name} may still exist: ${message}. ${next === undefined ? "" : `${next} `}Next: kind delete cluster --name ${name}`,
    );
  }
}

async function endStatus(record: UnfinishedStatus, { publisher, log }: CleanupDeps): Promise<void> {
  const { sha, context, targetUrl, title, version } = record;
  const description = unfinishedDescription(title, version, "the run was cancelled or died");
  const outcome = await (await publisher()).publish({ sha, context, targetUrl, state: "error", description });
  if ("set" in outcome) log.info(`set the commit status "${context}" to error: ${description}`);
  else log.warn(`the commit status "${context}" may be left pending: ${whyNoStatus(outcome)}`);
}

async function upload({ name, run, retentionDays }: UnfinishedArtifact, deps: CleanupDeps): Promise<void> {
  const { log } = deps;
  const { folder, files } = await deps.reportFiles(run);
  if (files.length === 0) return log.info("the run ended before it wrote anything, so there is no artifact");
  const outcome = await (await deps.artifacts()).upload({
    ...{ name, folder, files, runUrl: deps.runUrl() },
    // Main may have died while it uploaded: such a name is taken for the rest of the run, and is in no list.
    otherName: name.replace(/(-attempt-\d+)?$/, "-again$1"),
    retentionDays: retentionDays ?? undefined,
  });
  if ("id" in outcome) log.info(`uploaded ${outcome.name}: ${outcome.url}`);
  // Main died between its upload and its record of it, or this step is run again.
  else if ("taken" in outcome && outcome.taken) log.info(`${name} is uploaded already`);
  else log.warn(`no artifact: ${whyNoArtifact(outcome)}`);
}

/** What goes wrong is a warning: a job must not fail because of its cleanup. */
export async function cleanUp(deps: CleanupDeps): Promise<void> {
  const { cluster, status, artifact, unreadable } = deps.state.read();
  for (const name of unreadable) deps.log.warn(`what main saved about the ${name} cannot be read, and is left alone`);
  const each = (what: string, end: Promise<void> | undefined) =>
    end?.catch((error: unknown) => deps.log.warn(`the ${what} was not ended: ${describeError(error).message}`));
  // All at once, since a job that was cancelled has minutes left; each reports for itself what went wrong.
  await Promise.all([
    each("cluster", cluster && removeCluster(cluster, deps)),
    each("commit status", status && endStatus(status, deps)),
    each("upload", artifact && upload(artifact, deps)),
  ]);
}
