/** Workflow artifacts: what is asked of the service that keeps them, and what it answers. */

export interface UploadRequest {
  readonly name: string;
  /** Used where an earlier upload of `name` was cut short: that name stays taken for the rest of the run, and is in no list. */
  readonly otherName?: string;
  /** Absolute path. */
  readonly folder: string;
  /** Paths below the folder: these are uploaded, and nothing else that may be there. */
  readonly files: readonly string[];
  /** 1 to 90; undefined for the repository's own setting. */
  readonly retentionDays: number | undefined;
  /** Address of the workflow run, which the artifact's page is below. */
  readonly runUrl: string;
}

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
  /** `taken`: the run already has a complete artifact of that name. */
  | { readonly failed: string; readonly next: string; readonly taken?: true };

/** Why there is no artifact, and what to do about it. */
export const whyNoArtifact = (outcome: Exclude<UploadOutcome, { readonly id: number }>): string =>
  "unavailable" in outcome ? outcome.unavailable : `${outcome.failed}. ${outcome.next}`;

export interface StoredArtifact {
  readonly id: number;
  readonly name: string;
  /** `sha256:` and hexadecimal digits; undefined where the service gives none. */
  readonly digest?: string | undefined;
  /** Bytes of the zip, according to the service. */
  readonly size?: number | undefined;
}

/** A workflow run whose artifacts are read through the public API. */
export interface RunToRead {
  readonly token: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly runId: string;
}
