/** The operations of the server process, for agents over a socket and for callers in the same process. */
import type {
  AgentReply,
  AgentRequest,
  Arrival,
  Health,
  Observation,
  ProbeBatch,
} from "../../domain/measurement/probe.ts";
import { runBatch } from "../client/probe.ts";
import type { Identity } from "../identity.ts";
import { type Network, resolveHost } from "../network.ts";
import type { ArrivalLog } from "../server/arrivals.ts";
import { checkHealth, type OwnPorts } from "./health.ts";
import { packArrivals, packObservations } from "./packing.ts";

export interface Operations {
  probe(batch: ProbeBatch, signal?: AbortSignal): Promise<readonly Observation[]>;
  arrivals(prefix: string): readonly Arrival[];
  health(): Promise<Health>;
  /** Empty if the name does not resolve; rejects if the resolver itself fails. */
  resolve(host: string): Promise<readonly string[]>;
}

export interface OperationsOptions {
  readonly identity: Identity;
  readonly network: Network;
  readonly arrivals: ArrivalLog;
  readonly ports: OwnPorts;
  /** The endpoints at which the server reaches itself. */
  readonly loopback: string;
}

/** The resolver's codes for a name that does not exist. */
const NO_SUCH_NAME = new Set(["ENOTFOUND", "ENODATA"]);

export function createOperations(options: OperationsOptions): Operations {
  const { identity, network, arrivals } = options;
  return {
    probe: (batch, signal) => runBatch(batch, { caller: identity.workload, network }, signal),
    arrivals: (prefix) => arrivals.withPrefix(prefix),
    health: () => checkHealth(identity, options.loopback, options.ports, arrivals),
    async resolve(host) {
      try {
        return await resolveHost(network, host);
      } catch (error) {
        if (NO_SUCH_NAME.has((error as NodeJS.ErrnoException).code ?? "")) return [];
        throw error;
      }
    },
  };
}

/** Carries out one request; never rejects. */
export async function answerRequest(
  operations: Operations,
  request: AgentRequest,
  signal?: AbortSignal,
): Promise<AgentReply> {
  try {
    return { seq: request.seq, ok: true, result: await carryOut(operations, request, signal) };
  } catch (error) {
    return { seq: request.seq, ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

async function carryOut(operations: Operations, request: AgentRequest, signal?: AbortSignal): Promise<unknown> {
  switch (request.op) {
    case "probe":
      return packObservations(await operations.probe(request.batch, signal));
    case "arrivals":
      return packArrivals(request.prefix, operations.arrivals(request.prefix));
    case "health":
      return operations.health();
    case "resolve":
      return operations.resolve(request.host);
  }
}
