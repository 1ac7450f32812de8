/** What a run is to do, and by what means. */
import type { Assertion } from "../../domain/assertion/assertion.ts";
import type { Fixture } from "../../domain/assertion/fixture.ts";
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import type { AssertionResult, ConformanceReport } from "../../domain/report/report.ts";
import type { Shard } from "../../domain/report/shard.ts";
import type { MeshProfile } from "../../mesh/profile.ts";
import type { Clock, Cluster, ClusterProvider, Images, Log, ReportFolder } from "../../ports.ts";

/** What it takes to create a kind cluster, and to have its images there. */
export interface KindMeans {
  readonly provider: ClusterProvider & { readonly keep: (name: string) => Promise<void> };
  readonly images: Images;
  /** Path of the sample application's bundled program. */
  readonly program: string;
  /** Path of a file that may be written, for the images' archive. */
  readonly archive: string;
}

/** A cluster that kind creates for this run. */
export interface KindClusterPlan {
  readonly provider: "kind";
  readonly name: string;
  readonly nodeImage: string | undefined;
  /** Whether the cluster outlives the run. */
  readonly keep: boolean;
  readonly kindVersion: string | null;
  readonly means: KindMeans;
}

/** A cluster that was there before, and stays. */
export interface ExistingClusterPlan {
  readonly provider: "existing";
  readonly name: string;
  /** Path of the file. */
  readonly kubeconfig: string;
}

export interface ClosableCluster extends Cluster {
  close(): Promise<void>;
}

/** A cluster in this process, with its mesh. */
export interface EmbeddedClusterPlan {
  readonly provider: "embedded";
  readonly name: string;
  readonly start: () => Promise<ClosableCluster>;
}

/** `provider` says which kind of cluster it is, from the inputs to the report. */
export type ClusterPlan = KindClusterPlan | ExistingClusterPlan | EmbeddedClusterPlan;

/** Installs by some other means than a manifest, for example a chart. */
export type Installer = (kubeconfig: string, signal?: AbortSignal) => Promise<void>;

export interface RunPlan {
  /** Short id of the run, part of every namespace's name. */
  readonly run: string;
  readonly profile: MeshProfile;
  readonly profileDigest: string;
  readonly meshVersion: string;
  /** What the mesh is installed from, for the report. */
  readonly source: string;
  /** Undefined where a chart is installed, or nothing. */
  readonly manifest: readonly KubernetesObject[] | undefined;
  readonly installer: Installer | undefined;
  readonly assertions: readonly Assertion[];
  readonly fixtures: ReadonlyMap<string, Fixture>;
  readonly catalogueDigest: string;
  readonly cluster: ClusterPlan;
  /** The fault that was put into the reference mesh; undefined for none, and for any other mesh. */
  readonly mutant?: { readonly name: string; readonly title: string };
  /** Image of the sample application; undefined where the run builds it. */
  readonly appImage: string | undefined;
  readonly appBaseImage: string;
  /** Images of this machine to load besides those of the manifest. */
  readonly images: readonly string[];
  readonly parallel: number;
  /** How often each assertion is run, from 1. */
  readonly repeat: number;
  /** The part of a larger selection that `assertions` is; undefined where it is all of it. */
  readonly shard: Shard | undefined;
  /** none: of assertions that did not pass, nothing is kept but what the report says. */
  readonly evidence: "failures" | "none";
  /** Overrides the profile's propagation deadline, in milliseconds. */
  readonly deadlineMs: number | undefined;
  readonly suiteVersion: string;
  readonly runner: ConformanceReport["runner"];
  readonly provenance?: ConformanceReport["provenance"];
  readonly reproduce: string;
}

export interface RunDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly folder: ReportFolder;
  readonly connect: (kubeconfig: string) => Promise<Cluster>;
  readonly sha256: (text: string) => string;
  readonly signal?: AbortSignal;
  readonly onResult?: (result: AssertionResult) => void;
}
