/** How pods reach each other: over real sockets, or in memory (memory-wire.ts). */
import type { Network } from "../../workload/network.ts";
import { startServer, type Workload, type WorkloadOptions } from "../../workload/server/server.ts";

export interface Wire {
  /** Starts a pod's application. */
  start(options: WorkloadOptions): Promise<Workload>;
  /** What clients in pods need besides names and routes. */
  readonly client: Pick<Network, "resetsWhenDone" | "now">;
}

export const socketWire: Wire = { start: startServer, client: { resetsWhenDone: true } };
