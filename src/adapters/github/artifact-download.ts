/** Lists and downloads artifacts. Whoever uploaded one chose what is in it, so its size and its names are limited. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { RunToRead, StoredArtifact } from "../../domain/github/artifact.ts";
import { InfrastructureError } from "../../errors.ts";
import type { WithTempFolder } from "../../ports.ts";
import { type CallService, DEADLINE_MS, isLate, oneLine } from "./artifact-client.ts";
import { unzip } from "./unzip.ts";

/** Bytes of the largest zip that is downloaded; that of a report folder has some hundred KiB, with evidence some MiB. */
const MAX_ZIP_BYTES = 64 * 1024 * 1024;
/** What a zip may unpack to: logs compress to a tenth, and each assertion has one or two files. */
const UNZIP_LIMITS = { bytes: 1024 * 1024 * 1024, entries: 20_000 };

const findBy = ({ token, repository, runId }: RunToRead) => {
  const [repositoryOwner = "", repositoryName = ""] = repository.split("/");
  return { findBy: { token, workflowRunId: Number(runId), repositoryOwner, repositoryName } };
};

/** @throws InfrastructureError("download"), and what `signal` was aborted with */
export async function listArtifacts(
  run: RunToRead | undefined,
  call: CallService,
  signal: AbortSignal | undefined,
): Promise<readonly StoredArtifact[]> {
  try {
    const { artifacts } = await call((client) => client.listArtifacts(run === undefined ? {} : findBy(run)));
    return artifacts.map(({ id, name, digest, size }) => ({ id, name, digest, size }));
  } catch (cause) {
    signal?.throwIfAborted();
    throw unread("the artifacts of the workflow run could not be listed", cause as Error);
  }
}

export interface DownloadOptions {
  /** This very run where it is undefined. */
  readonly run: RunToRead | undefined;
  readonly call: CallService;
  readonly withTempFolder: WithTempFolder;
  readonly signal: AbortSignal | undefined;
}

/**
 * Unpacks an artifact into a folder, once its digest has been compared with that of the list. One that is too large according to
 * the list is not downloaded, and one that would become too large, or leave the folder, is not unpacked.
 * @throws InfrastructureError("download" | "digest-mismatch"), and what `signal` was aborted with
 */
export async function downloadArtifact(
  artifact: StoredArtifact,
  folder: string,
  options: DownloadOptions,
): Promise<void> {
  assertSmall(artifact);
  await options.withTempFolder(async (temporary) => {
    const zip = await downloadZip(artifact, temporary, options);
    await unzip(zip, folder, UNZIP_LIMITS, options.signal).catch((cause: Error) => {
      options.signal?.throwIfAborted();
      throw new InfrastructureError(
        "download",
        `artifact "${artifact.name}" could not be unpacked: ${oneLine(cause)}`,
        "Upload nothing but the report folder by that name, as a zip.",
        { cause },
      );
    });
  });
}

function assertSmall({ name, size = 0 }: StoredArtifact): void {
  if (size <= MAX_ZIP_BYTES) return;
  throw new InfrastructureError(
    "download",
    `artifact "${name}" has ${size} bytes, and at most ${MAX_ZIP_BYTES} are downloaded`,
    "Upload nothing but the report folder by that name; with evidence: none it is smaller.",
  );
}

/** Path of the zip, in a folder of its own. The client would unpack it while it arrives, before its digest is known. */
async function downloadZip(
  { id, name, digest }: StoredArtifact,
  folder: string,
  { run, call, signal }: DownloadOptions,
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
    mismatch = (await call((client) => client.downloadArtifact(id, options))).digestMismatch;
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
  // The service chooses its name.
  const [file = ""] = await readdir(folder);
  return join(folder, file);
}

function unread(what: string, cause: Error): InfrastructureError {
  return new InfrastructureError(
    "download",
    `${what}: ${isLate(cause) ? `not within ${DEADLINE_MS / 1000} s` : oneLine(cause)}`,
    "Check that the run exists, that its artifacts have not expired, and that the token has the permission actions: read.",
    { cause },
  );
}

/** An answer of the public API other than what was asked for. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** Why a list or a download was refused; undefined where it failed in another way. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof InfrastructureError) || !(error.cause instanceof Error)) return undefined;
  const { status } = error.cause as { readonly status?: unknown };
  return typeof status === "number" ? { status, message: oneLine(error.cause) } : undefined;
}
