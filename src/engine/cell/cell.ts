/** A test cell: one fixture running in namespaces of its own, leased to one assertion at a time. */
import type { Fixture } from "../../domain/assertion/fixture.ts";
import type { Bindings } from "../../domain/smi/render.ts";
import type { Served } from "../../domain/smi/served.ts";
import type { Agent, Clock, Cluster, Log } from "../../ports.ts";
import type { CellPlan } from "./manifest.ts";
import type { PodWatch } from "./pod-watch.ts";

export interface Member {
  readonly pod: string;
  readonly ip: string;
  readonly agent: Agent;
}

export interface Cell {
  readonly id: string;
  readonly plan: CellPlan;
  readonly fixture: Fixture;
  readonly bindings: Bindings;
  /** Running pods by workload, with their agents. */
  readonly members: Map<string, readonly Member[]>;
  /** ClusterIP by `namespace/service`. */
  readonly clusterIPs: Map<string, string>;
  /** Its pods by namespace, kept current by a watch. */
  readonly pods: ReadonlyMap<string, PodWatch>;
  /** Counts the batches sent, so that no request id is used twice. */
  readonly sent: { batches: number };
}

export interface CellDeps {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
  readonly served: Served;
  readonly signal?: AbortSignal;
}
