/** What the main step of the action has begun, and the post step ends where main could not. */

/** The cluster that main created, or was creating. */
export interface UnfinishedCluster {
  readonly name: string;
  /** Path of the kind program. */
  readonly kind: string;
  /** The user wants it kept. */
  readonly keep: boolean;
}

/** A commit status that main set to pending. */
export interface UnfinishedStatus {
  /** `owner/name`. */
  readonly repository: string;
  readonly apiUrl: string;
  readonly sha: string;
  readonly context: string;
  readonly targetUrl: string;
  /** Of the mesh, for people. */
  readonly title: string;
  readonly version: string;
}

/** A report folder that main has not uploaded. */
export interface UnfinishedArtifact {
  readonly name: string;
  readonly folder: string;
  /** 1 to 90; null for the repository's own setting. */
  readonly retentionDays: number | null;
  readonly runUrl: string;
}

/** Each is undefined where there is nothing to do. */
export interface Unfinished {
  readonly cluster: UnfinishedCluster | undefined;
  readonly status: UnfinishedStatus | undefined;
  readonly artifact: UnfinishedArtifact | undefined;
}
