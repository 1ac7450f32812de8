/** What the program needs of the world: interfaces only. Each has one real implementation in `adapters/`. */
import type { RunToRead, StoredArtifact, UploadOutcome, UploadRequest } from "./domain/github/artifact.ts";
import type { CommitStatus, StatusOutcome } from "./domain/github/commit-status.ts";
import type {
  SavedState,
  UnfinishedArtifact,
  UnfinishedCluster,
  UnfinishedStatus,
} from "./domain/github/unfinished.ts";
import type { KubernetesObject, ObjectRef } from "./domain/kubernetes/object.ts";
import type { Arrival, Health, Observation, ProbeBatch } from "./domain/measurement/probe.ts";

/** Time, so that tests control it. `wait` is for the convergence module alone. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Wall clock, ISO 8601 in UTC. */
  timestamp(): string;
  /** Resolves after `ms`, rejects when `signal` aborts. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** Aborts `ms` from now with a TimeoutError. Nothing has to be cleared, and it keeps no process alive. */
  deadline(ms: number): AbortSignal;
}

/** What a person follows during a run. */
export interface Log {
  info(line: string): void;
  warn(line: string): void;
  /** Detail that is shown only on request. */
  debug(line: string): void;
  /** A phase of the run: lines until `endGroup` belong to it. */
  group(title: string): void;
  endGroup(): void;
  /** From now on this text is never shown. */
  mask(secret: string): void;
}

export interface ToolResult {
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: Buffer | string;
  readonly signal?: AbortSignal;
  /** Milliseconds after which the program is ended and a ToolError thrown. */
  readonly timeoutMs?: number;
  /** Called with each line of standard error as it is printed, for progress. */
  readonly onLine?: (line: string) => void;
}

/** The only starter of programs. Throws ToolError when one ends other than with 0. */
export interface Tool {
  run(argv: readonly [string, ...string[]], options?: ToolOptions): Promise<ToolResult>;
}

/** The API server's answer to a write: a refusal is an answer, not an exception. */
export type Admission =
  | { readonly accepted: true; readonly stored: KubernetesObject }
  | { readonly accepted: false; readonly status: number; readonly reason: string; readonly message: string };

export interface WriteOptions {
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

/** One version of an API group as discovery lists it. */
export interface DiscoveredVersion {
  readonly version: string;
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

/** Which objects a list or a watch is about. */
export interface ObjectQuery {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** As it is now, or where it was deleted, as it was last. */
  readonly object: KubernetesObject;
}

/** A running cluster: kind, any kubeconfig, or (another adapter) the embedded one. */
export interface Cluster {
  /** Kubernetes version of the API server, for example `v1.34.4`. */
  version(): Promise<string>;
  /** Create; a name that exists already is a refusal (409). */
  create(object: KubernetesObject, options?: WriteOptions): Promise<Admission>;
  /** Server-side apply, forced, as field manager `smi-conformance`. */
  apply(object: KubernetesObject, options?: WriteOptions): Promise<Admission>;
  get(ref: ObjectRef): Promise<KubernetesObject | undefined>;
  list(query: ObjectQuery): Promise<readonly KubernetesObject[]>;
  /**
   * Reports each object that exists (ADDED), resolves, and then reports each change until `signal` aborts.
   * `onLost` is called when the watch ends by itself: nothing more comes, and the caller lists or watches again.
   */
  watch(
    query: ObjectQuery,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
    onLost: (error: Error) => void,
  ): Promise<void>;
  /** Returns once the deletion is accepted; an absent object is no error. */
  delete(ref: ObjectRef, options?: { readonly graceSeconds?: number }): Promise<void>;
  /** Served versions of an API group, preferred first; empty when the group is not served. */
  discover(group: string): Promise<readonly DiscoveredVersion[]>;
  /** The last `lines` lines of a container's log, of its previous run where `previous`. */
  logs(
    pod: {
      readonly namespace: string;
      readonly name: string;
      readonly container?: string;
      readonly previous?: boolean;
    },
    lines: number,
  ): Promise<string>;
  /** Opens the one exec session of this pod's agent. */
  agent(pod: { readonly namespace: string; readonly name: string; readonly container: string }): Promise<Agent>;
}

/** The workload's agent in one pod, commanded through the Kubernetes API and never through the mesh. */
export interface Agent {
  probe(batch: ProbeBatch, signal?: AbortSignal): Promise<readonly Observation[]>;
  /** Requests that reached this pod's server, by request id prefix. */
  arrivals(prefix: string): Promise<readonly Arrival[]>;
  health(): Promise<Health>;
  /** IP addresses that a name resolves to in this pod; empty when it does not. */
  resolve(host: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface ClusterSpec {
  /** Unique among the clusters of this machine. */
  readonly name: string;
  readonly nodeImage: string | undefined;
  /** Milliseconds until the cluster must be ready. */
  readonly deadlineMs: number;
}

/** A cluster that we created. */
export interface CreatedCluster {
  readonly name: string;
  /** Path of its own kubeconfig, apart from the user's. */
  readonly kubeconfig: string;
}

/** Creates and deletes clusters. */
export interface ClusterProvider {
  create(spec: ClusterSpec, signal?: AbortSignal): Promise<CreatedCluster>;
  /** Puts the images of one archive (docker save) on every node, in one call. */
  loadArchive(name: string, archive: string, signal?: AbortSignal): Promise<void>;
  exportLogs(name: string, folder: string): Promise<void>;
  /** No error when it is gone already. */
  delete(name: string): Promise<void>;
  list(): Promise<readonly string[]>;
}

/** The container images of this machine. */
export interface Images {
  /** Which of these the local engine has, by name: image id. */
  local(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Builds the workload's image from its bundled program on a Node base; returns its name. */
  buildWorkload(options: {
    readonly base: string;
    readonly program: string;
    readonly signal?: AbortSignal;
  }): Promise<string>;
  /** Writes images into one archive. */
  save(names: readonly string[], archive: string, signal?: AbortSignal): Promise<void>;
  /** Removes an archive; no error when there is none. */
  discard(archive: string): Promise<void>;
}

/** Runs `use` with a folder of its own, which is removed afterwards, whatever happens. */
export type WithTempFolder = <T>(use: (folder: string) => Promise<T>) => Promise<T>;

/** Where reports and evidence go. Paths are relative to the report folder. */
export interface ReportFolder {
  readonly path: string;
  write(path: string, content: string): Promise<void>;
  /** Lets another program write files into a folder below, whose absolute path `fill` is given. */
  collect(path: string, fill: (folder: string) => Promise<void>): Promise<void>;
}

/** A report folder that knows which of its files are this run's. */
export interface OwnReportFolder extends ReportFolder {
  /** Tells this run's files from those of another run in the same folder. */
  readonly run: string;
  /** Removes what an earlier run has left; to be called before anything is created. */
  begin(): Promise<void>;
  /** Those that were written, relative to `path`. */
  files(): readonly string[];
}

/** Sets commit statuses at GitHub. */
export interface StatusPublisher {
  /** Never rejects: what goes wrong is an outcome. `signal` ends it at once. */
  publish(status: CommitStatus, signal?: AbortSignal): Promise<StatusOutcome>;
}

/** Artifacts of workflow runs. */
export interface ArtifactStore {
  /** Never rejects: an artifact that is not kept changes no verdict. */
  upload(request: UploadRequest, signal?: AbortSignal): Promise<UploadOutcome>;
  /**
   * Artifacts of a run; of this very run where `run` is undefined.
   * @throws InfrastructureError("download"), and what `signal` was aborted with
   */
  list(run: RunToRead | undefined, signal?: AbortSignal): Promise<readonly StoredArtifact[]>;
  /**
   * Unpacks an artifact into `folder`, which is made where it is missing.
   * @throws InfrastructureError("download" | "digest-mismatch"), and what `signal` was aborted with
   */
  download(artifact: StoredArtifact, folder: string, run: RunToRead | undefined, signal?: AbortSignal): Promise<void>;
}

/** What a step of a workflow shows of its result. */
export interface StepReport {
  writeOutputs(outputs: Readonly<Record<string, string>>): void;
  /** Appended to the summary of the job. */
  writeSummary(markdown: string): Promise<void>;
  annotate(level: "error" | "warning" | "notice", title: string, message: string): void;
  /** Marks the step as failed. */
  fail(message: string): void;
}

/** What the main step of the action leaves for the post step, which also runs where main was killed. The last save counts. */
export interface RunState {
  saveCluster(cluster: UnfinishedCluster): void;
  /** Undefined once it has ended. */
  saveStatus(status: UnfinishedStatus | undefined): void;
  /** Undefined once it has been uploaded. */
  saveArtifact(artifact: UnfinishedArtifact | undefined): void;
  /** What does not read as what main saves is left out, and told: it is main's no more than anybody else's. */
  read(): SavedState;
}
