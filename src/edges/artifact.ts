/** Workflow artifacts, through @actions/artifact: only a JavaScript action can reach the service that keeps them. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { InfrastructureError } from "../errors.ts";

export type UploadOutcome =
  | { readonly id: number; readonly digest: string; readonly url: string; readonly bytes: number }
  /** There is no such service here. */
  | { readonly unavailable: string }
  /** `taken`: the run has an artifact of that name already. */
  | { readonly failed: string; readonly next: string; readonly taken?: true };

export interface UploadRequest {
  readonly name: string;
  /** Everything below it goes in. */
  readonly folder: string;
  /** 1 to 90; undefined for the repository's own setting. */
  readonly retentionDays: number | undefined;
  /** Address of the workflow run, which the artifact's page is below. */
  readonly runUrl: string;
  readonly signal?: AbortSignal;
}

/** Milliseconds: the client tries five times, and waits longer each time. */
const UPLOAD_DEADLINE_MS = 120_000;

/** Whether the runner gave the step what uploading needs. `run:` steps and shells have neither. */
const isOffered = (env: NodeJS.ProcessEnv) => Boolean(env.ACTIONS_RUNTIME_TOKEN && env.ACTIONS_RESULTS_URL);

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".tmp"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Never rejects: an artifact that is not kept changes no verdict. */
export async function uploadFolder(request: UploadRequest, env = process.env): Promise<UploadOutcome> {
  if (!isOffered(env)) return { unavailable: "the runner offers no artifact service to this step" };
  try {
    const files = await filesBelow(request.folder);
    if (files.length === 0)
      return { failed: `${request.folder} holds no file`, next: "The run ended before it wrote a report." };
    const { DefaultArtifactClient } = await import("@actions/artifact");
    const options = request.retentionDays === undefined ? {} : { retentionDays: request.retentionDays };
    const upload = new DefaultArtifactClient().uploadArtifact(request.name, [...files], request.folder, options);
    const { id, digest, size } = await ended(upload, request.signal);
    if (id === undefined) return { failed: "the artifact service gave no id", next: "Run the job again." };
    return { id, digest: digest ?? "", url: `${request.runUrl}/artifacts/${id}`, bytes: size ?? 0 };
  } catch (error) {
    return outcomeOf(error as Error, request.name);
  }
}

/** The client has no way to be ended, so what it does is left behind. */
async function ended<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  const limit = AbortSignal.timeout(UPLOAD_DEADLINE_MS);
  const stop = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  stop.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(stop.reason);
  stop.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    stop.removeEventListener("abort", onAbort);
    work.catch(() => {});
  }
}

function outcomeOf(error: Error, name: string): UploadOutcome {
  if (error.name === "GHESNotSupportedError") return { unavailable: error.message };
  const failed = `artifact "${name}" was not uploaded: ${error.message}`;
  if (error.name === "TimeoutError")
    return { failed: `artifact "${name}" was not uploaded within ${UPLOAD_DEADLINE_MS / 1000} s`, next: "Run again." };
  if (/\b409\b|already exists/.test(error.message))
    return { failed, taken: true, next: "Give each leg of a matrix an artifact-name of its own." };
  return { failed, next: "The report is on the runner still: upload its folder in a step of its own, or run again." };
}

export interface StoredArtifact {
  readonly id: number;
  readonly name: string;
}

/** Another or this workflow run whose artifacts are read by the public API. */
export interface RunToRead {
  readonly token: string;
  readonly repository: string;
  readonly runId: string;
}

const findBy = ({ token, repository, runId }: RunToRead) => {
  const [repositoryOwner = "", repositoryName = ""] = repository.split("/");
  return { findBy: { token, workflowRunId: Number(runId), repositoryOwner, repositoryName } };
};

/** Artifacts of a run; of this very run where `run` is undefined. @throws InfrastructureError("download") */
export async function listArtifacts(run: RunToRead | undefined): Promise<readonly StoredArtifact[]> {
  try {
    const { DefaultArtifactClient } = await import("@actions/artifact");
    const { artifacts } = await new DefaultArtifactClient().listArtifacts(run === undefined ? {} : findBy(run));
    return artifacts.map(({ id, name }) => ({ id, name }));
  } catch (cause) {
    throw unread("the artifacts of the workflow run could not be listed", cause);
  }
}

/** Unpacks an artifact into a folder; its digest is compared. @throws InfrastructureError("download" | "digest-mismatch") */
export async function downloadArtifact(
  { id, name }: StoredArtifact,
  folder: string,
  run: RunToRead | undefined,
): Promise<void> {
  let mismatch: boolean | undefined;
  try {
    const { DefaultArtifactClient } = await import("@actions/artifact");
    const options = { path: folder, ...(run === undefined ? {} : findBy(run)) };
    mismatch = (await new DefaultArtifactClient().downloadArtifact(id, options)).digestMismatch;
  } catch (cause) {
    throw unread(`artifact "${name}" could not be downloaded`, cause);
  }
  if (mismatch === true)
    throw new InfrastructureError(
      "digest-mismatch",
      `artifact "${name}" is not what was uploaded: its digest differs`,
      "Run the job that uploaded it again.",
    );
}

function unread(what: string, cause: unknown): InfrastructureError {
  return new InfrastructureError(
    "download",
    `${what}: ${(cause as Error).message}`,
    "Check that the run exists and that the token has the permission actions: read.",
    { cause },
  );
}
