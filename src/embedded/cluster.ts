/** The embedded cluster: a Kubernetes-like cluster in this process, with the reference mesh, that needs nothing but Node. */
import type { SmiVersions } from "../domain/smi/version-set.ts";
import type { Clock } from "../ports.ts";
import { optionsFromEnv } from "../workload/settings.ts";
import { smiDefinitions } from "./api/definitions.ts";
import type { ApiServer } from "./api-server.ts";
import { type DataPlane, noDataPlane } from "./data-plane.ts";
import type { Faults } from "./mutants/faults.ts";
import { createFaultyApi, faultyVersions } from "./mutants/faulty-api.ts";
import { createFaultyMesh } from "./mutants/faulty-mesh.ts";
import { seeded } from "./random.ts";
import { convertSmi } from "./reference/conversion.ts";
import type { Mesh } from "./reference/mesh.ts";
import type { Choices } from "./reference/open-choices.ts";
import { claimBlock, type PodPorts, unclaimedBlock } from "./runtime/addresses.ts";
import { createMemoryWire } from "./runtime/memory-wire.ts";
import { type EmbeddedCluster, runCluster } from "./runtime/running-cluster.ts";
import { socketWire } from "./runtime/wire.ts";

export type { EmbeddedCluster } from "./runtime/running-cluster.ts";

export interface EmbeddedOptions {
  /** Versions of the SMI kinds that are served; `{}` for none. */
  readonly versions: SmiVersions;
  /** `none`: Kubernetes alone. `deny-all`: traffic between pods is dropped, as by a NetworkPolicy. */
  readonly mesh: "reference" | "none" | "deny-all";
  /** `{}` for the reference mesh itself. */
  readonly faults: Faults;
  readonly choices: Choices;
  /** Milliseconds from a change in the API server until the mesh acts on it. */
  readonly delayMs: number;
  /** Random seed, for the balancing of kube-proxy and of the mesh. */
  readonly seed: number;
  readonly clock: Clock;
  /** Second octet of the 127.x.0.0/16 of the pods; the first free one by default. */
  readonly block?: number;
  /**
   * `sockets` (default): each pod listens on an address of its own. `memory`: probes are function calls that take time of the
   * clock, so that with a virtual clock a run takes no longer than its computations and always has the same outcome.
   */
  readonly wire?: "sockets" | "memory";
}

const denyAll: DataPlane = { route: () => undefined, admit: () => ({ kind: "hang" }) };

function createMesh(options: EmbeddedOptions, api: ApiServer): Mesh {
  if (options.mesh !== "reference")
    return { dataPlane: options.mesh === "none" ? noDataPlane : denyAll, close: () => {} };
  const { clock, delayMs, choices, faults, seed } = options;
  // Another sequence than kube-proxy's, so that draws of the one do not affect the other.
  return createFaultyMesh({ api, clock, random: seeded(seed ^ 0x5eed), delayMs, choices }, faults);
}

/** The ports that every pod has. */
function podPorts(): PodPorts {
  const { httpPorts, tcpPorts, udpPorts, learnLayer5Port } = optionsFromEnv({});
  return { tcp: [...httpPorts, ...tcpPorts, learnLayer5Port], udp: udpPorts };
}

/** An API server that serves these versions. */
function createApi({ clock, faults, versions }: EmbeddedOptions, clusterIP: () => string): ApiServer {
  const options = { now: () => clock.timestamp(), clusterIP, conversionWebhook: convertSmi };
  const api = createFaultyApi(options, faults);
  for (const definition of smiDefinitions(faultyVersions(versions, faults))) {
    const answer = api.apply(definition);
    if (!answer.accepted) throw new Error(`${definition.metadata.name} was refused: ${answer.message}`);
  }
  return api;
}

/** @throws InfrastructureError("address-in-use"), with nothing left listening. */
export async function createEmbeddedCluster(options: EmbeddedOptions): Promise<EmbeddedCluster> {
  const inMemory = options.wire === "memory";
  const addresses = inMemory ? unclaimedBlock() : await claimBlock(podPorts(), options.block);
  try {
    const api = createApi(options, addresses.take);
    const { dataPlane, close } = createMesh(options, api);
    const now = () => options.clock.timestamp();
    const wire = inMemory ? createMemoryWire(options.clock) : socketWire;
    const cluster = runCluster({ api, dataPlane, addresses, wire, random: seeded(options.seed), now });
    return {
      ...cluster,
      close() {
        close();
        return cluster.close();
      },
    };
  } catch (error) {
    await addresses.release();
    throw error;
  }
}
