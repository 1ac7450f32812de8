/** What a run asks of its cluster, whichever provider it comes from. */
import type { Cluster } from "../../ports.ts";
import type { FoundMesh } from "./found-mesh.ts";

export interface OpenCluster {
  readonly cluster: Cluster;
  /** Path of the kubeconfig by which other programs reach it; undefined where none can. */
  readonly kubeconfig: string | undefined;
  /** The mesh that is part of the cluster; undefined where the cluster has to be asked what runs. */
  readonly builtInMesh: FoundMesh | undefined;
}

export interface RunCluster {
  /** Creates the cluster, or connects to it, and notes it in the record as soon as it is reached. */
  open(): Promise<OpenCluster>;
  /** Keeps what explains a failure outside of Kubernetes; returns the paths below the report folder. Never rejects. */
  evidence(): Promise<readonly string[]>;
  /** Gives back what `open` took, however far it got. Never rejects. */
  end(): Promise<void>;
}
