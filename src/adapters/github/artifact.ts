/** Workflow artifacts, through @actions/artifact: only a JavaScript action can reach the service that keeps them. */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { InfrastructureError } from "../../errors.ts";
import { withTempFolder } from "../files/folders.ts";
import { unzip } from "./unzip.ts";

export type UploadOutcome =
  | {
      readonly id: number;
      /** The name that it has: the request's, or its `otherName`. */
      readonly name: string;
      /** SHA-256 of the zip, in hexadecimal digits. */
      readonly digest: string;
      readonly url: string;
      readonly bytes: number;
    }
  /** There is no such service here. */
  | { readonly unavailable: string }
  /** `taken`: the run has an artifact of that name already, whole. */
  | { readonly failed: string; readonly next: string; readonly taken?: true };

/** Why there is no artifact, and what to do about it. */
export const whyNoArtifact = (outcome: Exclude<UploadOutcome, { readonly id: number }>): string =>
  "unavailable" in outcome ? outcome.unavailable : `${outcome.failed}. ${outcome.next}`;

export interface UploadRequest {
  readonly name: string;
  /** For where an upload of that name was cut short: it holds the name for the rest of the run, and is in no list. */
  readonly otherName?: string;
  /** Everything below it goes in. */
  readonly folder: string;
  /** 1 to 90; undefined for the repository's own setting. */
  readonly retentionDays: number | undefined;
  /** Address of the workflow run, which the artifact's page is below. */
  readonly runUrl: string;
  readonly signal?: AbortSignal;
}

/** Milliseconds, for an upload, a list or a download: the client tries five times, and waits longer each time. */
const DEADLINE_MS = 120_000;

/** Whether the runner gave the step what uploading needs. `run:` steps and shells have neither. */
const isOffered = (env: NodeJS.ProcessEnv) => Boolean(env.ACTIONS_RUNTIME_TOKEN && env.ACTIONS_RESULTS_URL);

/** GitHub's words for a name that the run has given away already. */
const isConflict = ({ message }: Error) => /\(409\)|already exists/.test(message);

async function filesBelow(folder: string): Promise<readonly string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".tmp"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The library is loaded when it is needed: few runs of a program that imports this file come so far. */
async function client() {
  const { DefaultArtifactClient } = await import("@actions/artifact");
  return new DefaultArtifactClient();
}

/** Never rejects: an artifact that is not kept changes no verdict. */
export async function uploadFolder(request: UploadRequest, env = process.env): Promise<UploadOutcome> {
  if (!isOffered(env)) return { unavailable: "the runner offers no artifact service to this step" };
  try {
    const files = await filesBelow(request.folder);
    return files.length === 0
      ? { failed: `${request.folder} holds no file`, next: "The run ended before it wrote a report." }
      : await uploadFiles(files, request, deadline(request.signal));
  } catch (error) {
    return refused(error as Error, request.name);
  }
}

async function uploadFiles(
  files: readonly string[],
  { name, otherName, folder, retentionDays, runUrl }: UploadRequest,
  stop: AbortSignal,
): Promise<UploadOutcome> {
  async function uploadAs(as: string): Promise<UploadOutcome> {
    const options = retentionDays === undefined ? {} : { retentionDays };
    const begin = async () => (await client()).uploadArtifact(as, [...files], folder, options);
    const { id, digest, size } = await ended(begin, stop);
    if (id === undefined) return { failed: "the artifact service gave no id", next: "Run the job again." };
    return { id, name: as, digest: digest ?? "", url: `${runUrl}/artifacts/${id}`, bytes: size ?? 0 };
  }

  try {
    return await uploadAs(name);
  } catch (error) {
    if (!isConflict(error as Error)) throw error;
    const { artifacts } = await ended(async () => (await client()).listArtifacts(), stop);
    if (artifacts.some((one) => one.name === name))
      return {
        failed: notUploaded(name, error as Error),
        next: "Give each leg of a matrix an artifact-name of its own.",
        taken: true,
      };
    if (otherName !== undefined) return await uploadAs(otherName);
    throw error;
  }
}

const deadline = (signal?: AbortSignal): AbortSignal => {
  const limit = AbortSignal.timeout(DEADLINE_MS);
  return signal === undefined ? limit : AbortSignal.any([signal, limit]);
};

/** The client has no way to be ended, so what it does is left behind. */
async function ended<T>(begin: () => Promise<T>, stop: AbortSignal): Promise<T> {
  stop.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(stop.reason);
  stop.addEventListener("abort", onAbort, { once: true });
  const work = begin();
  try {
    return await Promise.race([work, promise]);
  } finally {
    stop.removeEventListener("abort", onAbort);
    work.catch(() => {});
  }
}

const isLate = ({ name }: Error) => name === "TimeoutError";

/** The client's errors have addresses of pages on lines of their own. */
const oneLine = ({ message }: Error) => message.replace(/\s*\n\s*/g, " ");

const notUploaded = (name: string, error: Error) =>
  isLate(error)
    ? `artifact "${name}" was not uploaded within ${DEADLINE_MS / 1000} s`
    : `artifact "${name}" was not uploaded: ${oneLine(error)}`;

function refused(error: Error, name: string): UploadOutcome {
  if (error.name === "GHESNotSupportedError") return { unavailable: error.message };
  const failed = notUploaded(name, error);
  if (isLate(error)) return { failed, next: "Run again." };
  if (/storage quota/.test(error.message))
    return { failed, next: "Delete artifacts of the account, or give retention-days." };
  if (isConflict(error))
    return {
      failed,
      next: "An upload of that name was cut short and holds the name in this workflow run: give another artifact-name.",
    };
  return { failed, next: "The report is on the runner still: upload its folder in a step of its own, or run again." };
}

export interface StoredArtifact {
  readonly id: number;
  readonly name: string;
  /** `sha256:` and hexadecimal digits; undefined where the service tells none. */
  readonly digest?: string | undefined;
  /** Bytes of the zip, as the service tells them. */
  readonly size?: number | undefined;
}

/**
 * Bytes of the largest zip that is downloaded; that of a report folder has some hundred KiB, with evidence some MiB. Whoever
 * uploads one chooses what is in it.
 */
const MAX_ZIP_BYTES = 64 * 1024 * 1024;
/** What may come of it: logs pack to a tenth, and have a file or two for each row. */
const UNZIP_LIMITS = { bytes: 1024 * 1024 * 1024, entries: 20_000 };

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

/**
 * Artifacts of a run; of this very run where `run` is undefined.
 * @throws InfrastructureError("download"), and what `signal` was aborted with
 */
export async function listArtifacts(
  run: RunToRead | undefined,
  signal?: AbortSignal,
): Promise<readonly StoredArtifact[]> {
  try {
    const list = async () => (await client()).listArtifacts(run === undefined ? {} : findBy(run));
    const { artifacts } = await ended(list, deadline(signal));
    return artifacts.map(({ id, name, digest, size }) => ({ id, name, digest, size }));
  } catch (cause) {
    signal?.throwIfAborted();
    throw unread("the artifacts of the workflow run could not be listed", cause as Error);
  }
}

function assertSmall({ name, size = 0 }: StoredArtifact): void {
  if (size <= MAX_ZIP_BYTES) return;
  throw new InfrastructureError(
    "download",
    `artifact "${name}" has ${size} bytes, and at most ${MAX_ZIP_BYTES} are downloaded`,
    "Upload nothing but the report folder by that name; with evidence: none it is smaller.",
  );
}

/** The zip itself, in a folder that is made for it. The client would unpack it as it comes, before its digest is known. */
async function downloadZip(
  { id, name, digest }: StoredArtifact,
  folder: string,
  run: RunToRead | undefined,
  signal?: AbortSignal,
): Promise<string> {
  let mismatch: boolean | undefined;
  try {
    const options = {
      path: folder,
      skipDecompress: true,
      // The client compares with nothing else.
      ...(digest ? { expectedHash: digest } : {}),
      ...(run === undefined ? {} : findBy(run)),
    };
    const download = async () => (await client()).downloadArtifact(id, options);
    mismatch = (await ended(download, deadline(signal))).digestMismatch;
  } catch (cause) {
    signal?.throwIfAborted();
    throw unread(`artifact "${name}" could not be downloaded`, cause as Error);
  }
  if (mismatch === true)
    throw new InfrastructureError(
      "digest-mismatch",
      `artifact "${name}" is not what was uploaded: its digest differs`,
      "Run the job that uploaded it again.",
    );
  // Its name is what the service says.
  const [file = ""] = await readdir(folder);
  return join(folder, file);
}

/**
 * Unpacks an artifact into a folder, after its digest was compared with that of the list. One that is too large by its list is
 * not downloaded, and one that would become too large, or leave the folder, is not unpacked.
 * @throws InfrastructureError("download" | "digest-mismatch"), and what `signal` was aborted with
 */
export async function downloadArtifact(
  artifact: StoredArtifact,
  folder: string,
  run: RunToRead | undefined,
  signal?: AbortSignal,
): Promise<void> {
  assertSmall(artifact);
  await withTempFolder(async (temporary) => {
    const zip = await downloadZip(artifact, temporary, run, signal);
    await unzip(zip, folder, UNZIP_LIMITS, signal).catch((cause: Error) => {
      signal?.throwIfAborted();
      throw new InfrastructureError(
        "download",
        `artifact "${artifact.name}" could not be unpacked: ${oneLine(cause)}`,
        "Upload nothing but the report folder by that name, as a zip.",
        { cause },
      );
    });
  });
}

/** An answer of the public API that is not what was asked for. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** Why a list or a download failed; undefined where it was not refused. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof InfrastructureError) || !(error.cause instanceof Error)) return undefined;
  const { status } = error.cause as { readonly status?: unknown };
  return typeof status === "number" ? { status, message: oneLine(error.cause) } : undefined;
}

function unread(what: string, cause: Error): InfrastructureError {
  return new InfrastructureError(
    "download",
    `${what}: ${isLate(cause) ? `not within ${DEADLINE_MS / 1000} s` : oneLine(cause)}`,
    "Check that the run exists, that its artifacts have not expired, and that the token has the permission actions: read.",
    { cause },
  );
}
