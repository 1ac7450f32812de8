/** Uploads files of a folder as an artifact of this workflow run. */
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { UploadOutcome, UploadRequest } from "../../domain/github/artifact.ts";
import { type CallService, DEADLINE_MS, isLate, oneLine } from "./artifact-client.ts";

/** Whether the runner gave this step what uploading needs. `run:` steps and shells have neither. */
const isOffered = (env: NodeJS.ProcessEnv) => Boolean(env.ACTIONS_RUNTIME_TOKEN && env.ACTIONS_RESULTS_URL);

/** GitHub's words for a name that is taken in this run. */
const isConflict = ({ message }: Error) => /\(409\)|already exists/.test(message);

/** Those that are there, as absolute paths; a link may lead out of the folder. */
async function presentFiles({ folder, files }: UploadRequest): Promise<readonly string[]> {
  const present: string[] = [];
  for (const path of files.map((file) => join(folder, file)))
    if ((await lstat(path).catch(() => undefined))?.isFile() === true) present.push(path);
  return present.sort();
}

/** Never rejects. */
export async function uploadArtifact(
  request: UploadRequest,
  call: CallService,
  env: NodeJS.ProcessEnv,
): Promise<UploadOutcome> {
  if (!isOffered(env)) return { unavailable: "the runner offers no artifact service to this step" };
  try {
    const files = await presentFiles(request);
    return files.length === 0
      ? { failed: `${request.folder} holds no file`, next: "The run ended before it wrote a report." }
      : await uploadFiles(files, request, call);
  } catch (error) {
    return refused(error as Error, request.name);
  }
}

async function uploadFiles(
  files: readonly string[],
  { name, otherName, folder, retentionDays, runUrl }: UploadRequest,
  call: CallService,
): Promise<UploadOutcome> {
  async function uploadAs(as: string): Promise<UploadOutcome> {
    const options = retentionDays === undefined ? {} : { retentionDays };
    const { id, digest, size } = await call((client) => client.uploadArtifact(as, [...files], folder, options));
    if (id === undefined) return { failed: "the artifact service gave no id", next: "Run the job again." };
    return { id, name: as, digest: digest ?? "", url: `${runUrl}/artifacts/${id}`, bytes: size ?? 0 };
  }

  try {
    return await uploadAs(name);
  } catch (error) {
    if (!isConflict(error as Error)) throw error;
    const { artifacts } = await call((client) => client.listArtifacts());
    if (artifacts.some((one) => one.name === name))
      return {
        failed: notUploaded(name, error as Error),
        next: "Give each job of a matrix an artifact-name of its own.",
        taken: true,
      };
    if (otherName !== undefined) return await uploadAs(otherName);
    throw error;
  }
}

const notUploaded = (name: string, error: Error) =>
  isLate(error)
    ? `artifact "${name}" was not uploaded within ${DEADLINE_MS / 1000} s`
    : `artifact "${name}" was not uploaded: ${oneLine(error)}`;

function refused(error: Error, name: string): UploadOutcome {
  if (error.name === "GHESNotSupportedError") return { unavailable: error.message };
  const failed = notUploaded(name, error);
  if (isLate(error)) return { failed, next: "Run the job again." };
  if (/storage quota/.test(error.message))
    return { failed, next: "Delete artifacts of the account, or give retention-days." };
  if (isConflict(error))
    return {
      failed,
      next: "An earlier upload of that name was cut short, and the name stays taken in this workflow run: give another artifact-name.",
    };
  return {
    failed,
    next: "The report is still on the runner: upload its folder in a step of its own, or run the job again.",
  };
}
