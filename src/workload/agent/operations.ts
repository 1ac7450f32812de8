/** What an agent can ask of the server process: the same for a socket and for a caller in the process. */
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
  /** Empty when the name does not resolve; rejects when the resolver itself fails. */
  resolve(host: string): Promise<readonly string[]>;
}

export interface OperationsOptions {
  readonly identity: Identity;
  readonly network: Network;
  readonly arrivals: ArrivalLog;
  readonly ports: OwnPorts;
  /** Where the server reaches itself. */
  readonly loopback: string;
}

/** The resolver's words for "there is no such name". */
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
