/** The artifacts of one workflow run: Twirp methods over names and ids. results-contract.md says where each rule is from. */
import { createHash } from "node:crypto";
import type { Blobs } from "./results-blobs.ts";

export interface StoredArtifact {
  readonly id: number;
  readonly name: string;
  readonly zip: Buffer;
  /** `sha256:` and hexadecimal digits. */
  readonly digest: string;
  /** UTC, ISO 8601, as the client asked for it; null where it asked for nothing. */
  readonly expiresAtAsked: string | null;
  /** UTC, ISO 8601, after the repository's own limit. */
  readonly expiresAt: string;
  readonly createdAt: string;
}

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

export interface ArtifactRules {
  /** Most days that the repository keeps an artifact. */
  readonly maxRetentionDays: number;
  /** Most artifacts of a job; 500 on GitHub. */
  readonly maxArtifacts: number;
  /** Of the run and the job, as the token names them. */
  readonly backendIds: readonly [run: string, job: string];
  /** Wall clock in milliseconds. */
  readonly now: () => number;
  /** Address that a client may add a path to. */
  readonly url: () => string;
}

export interface Artifacts {
  readonly stored: readonly StoredArtifact[];
  /** Undefined where there is no such method. */
  call(method: string, body: Fields): Reply | undefined;
  /** Where its bytes are; undefined where there is no such artifact. */
  signedUrl(id: number): string | undefined;
  onStored(listener: (artifact: StoredArtifact) => void): void;
}

interface Begun {
  readonly blob: number;
  readonly expiresAtAsked: string | null;
}

const DAY_MS = 24 * 3600 * 1000;
const FORBIDDEN = /["<>:|*?\r\n\\/]/;
const twirp = (status: number, code: string, msg: string): Reply => ({ status, body: { code, msg } });
const known: Readonly<Record<string, readonly string[]>> = {
  CreateArtifact: ["name", "expires_at", "version", "mime_type"],
  FinalizeArtifact: ["name", "size", "hash"],
  ListArtifacts: ["name_filter", "id_filter"],
  GetSignedArtifactURL: ["name"],
  DeleteArtifact: ["name"],
};

export const sha256 = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

export function createArtifacts(blobs: Blobs, rules: ArtifactRules): Artifacts {
  const { backendIds, maxArtifacts, maxRetentionDays, now, url } = rules;
  /** A name is taken once it has been asked for, whether or not its bytes ever come. */
  const begun = new Map<string, Begun>();
  const stored: StoredArtifact[] = [];
  const listeners: ((artifact: StoredArtifact) => void)[] = [];
  let lastId = 0;

  function create({ name, version, mime_type: mimeType, expires_at: asked }: Fields): Reply {
    if (typeof name !== "string" || name === "" || FORBIDDEN.test(name))
      return twirp(400, "invalid_argument", `artifact name is not valid: ${JSON.stringify(name)}`);
    if (Number(version) >= 7 && typeof mimeType !== "string")
      return twirp(400, "invalid_argument", "mime_type is required");
    if (asked !== undefined && Number.isNaN(Date.parse(String(asked))))
      return twirp(400, "malformed", "expires_at is not a time");
    if (begun.has(name))
      return twirp(409, "already_exists", "an artifact with this name already exists on the workflow run");
    if (begun.size >= maxArtifacts)
      return twirp(403, "permission_denied", "(fake) this job has as many artifacts as it may have");
    const blob = blobs.open();
    begun.set(name, { blob, expiresAtAsked: asked === undefined ? null : String(asked) });
    return { status: 200, body: { ok: true, signed_upload_url: `${url()}${blobs.signedPath(blob)}` } };
  }

  function finalize({ name, size, hash }: Fields): Reply {
    const { blob, expiresAtAsked } = begun.get(String(name)) ?? {};
    if (blob === undefined || expiresAtAsked === undefined) return twirp(404, "not_found", "artifact not found");
    const zip = blobs.read(blob);
    if (zip === undefined) return twirp(400, "failed_precondition", "no blob was committed");
    if (String(size) !== String(zip.length))
      return twirp(400, "invalid_argument", `size ${size} is not that of the blob, ${zip.length}`);
    const digest = sha256(zip);
    if (hash !== digest) return twirp(400, "invalid_argument", `hash ${hash} is not that of the blob, ${digest}`);
    const latest = now() + maxRetentionDays * DAY_MS;
    lastId += 1;
    const artifact: StoredArtifact = {
      ...{ id: lastId, name: String(name), zip, digest, expiresAtAsked },
      expiresAt: new Date(Math.min(latest, Date.parse(expiresAtAsked ?? "") || latest)).toISOString(),
      createdAt: new Date(now()).toISOString(),
    };
    stored.push(artifact);
    for (const listener of listeners) listener(artifact);
    return { status: 200, body: { ok: true, artifact_id: String(lastId) } };
  }

  const shown = ({ id, name, zip, digest, createdAt }: StoredArtifact) => ({
    ...{ workflow_run_backend_id: backendIds[0], workflow_job_run_backend_id: backendIds[1] },
    ...{ database_id: String(id), name, size: String(zip.length), created_at: createdAt, digest },
  });

  const signedUrl = (id: number): string | undefined => {
    const { name = "" } = stored.find((one) => one.id === id) ?? {};
    const blob = begun.get(name)?.blob;
    return blob === undefined ? undefined : `${url()}${blobs.signedPath(blob)}`;
  };

  const methods: Readonly<Record<string, (body: Fields) => Reply>> = {
    CreateArtifact: create,
    FinalizeArtifact: finalize,
    ListArtifacts({ name_filter: name, id_filter: id }) {
      const found = stored.filter(
        (one) => (name === undefined || one.name === name) && (id === undefined || String(one.id) === id),
      );
      return { status: 200, body: { artifacts: found.map(shown) } };
    },
    GetSignedArtifactURL({ name }) {
      const found = stored.find((one) => one.name === name);
      const signed = found && signedUrl(found.id);
      return signed === undefined
        ? twirp(404, "not_found", "artifact not found")
        : { status: 200, body: { name, signed_url: signed } };
    },
    DeleteArtifact({ name }) {
      const at = stored.findIndex((one) => one.name === name);
      const [gone] = at < 0 ? [] : stored.splice(at, 1);
      if (gone === undefined) return twirp(404, "not_found", "artifact not found");
      begun.delete(gone.name);
      return { status: 200, body: { ok: true, artifact_id: String(gone.id) } };
    },
  };

  return {
    stored,
    signedUrl,
    onStored: (listener) => void listeners.push(listener),
    call(method, body) {
      const run = Object.hasOwn(methods, method) ? methods[method] : undefined;
      if (run === undefined) return undefined;
      const { workflow_run_backend_id: runId, workflow_job_run_backend_id: jobId, ...rest } = body;
      if (runId !== backendIds[0] || jobId !== backendIds[1])
        return twirp(403, "permission_denied", "(fake) the token is of another run or job");
      // As a server of protobuf's JSON does: act's refused `mime_type` so (act #6022).
      const [odd] = Object.keys(rest).filter((field) => !known[method]?.includes(field));
      return odd === undefined ? run(rest) : twirp(400, "malformed", `unknown field ${JSON.stringify(odd)}`);
    },
  };
}
