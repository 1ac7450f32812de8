/** A kind cluster to create: Docker answers, the kind program is found, and what killed runs left is removed. */
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock as clock } from "../adapters/clock.ts";
import { withTempFolder } from "../adapters/files/folders.ts";
import { type KindConfig, newClusterName } from "../adapters/kind/config.ts";
import { createKind } from "../adapters/kind/kind.ts";
import { createImages, dockerVersion } from "../adapters/tools/docker.ts";
import type { KindClusterPlan } from "../engine/run/plan.ts";
import { InfrastructureError } from "../errors.ts";
import type { Inputs } from "../inputs/inputs.ts";
import type { Log, Tool } from "../ports.ts";

export interface PreparedKind {
  readonly cluster: KindClusterPlan;
  /** Path of the kind program. */
  readonly program: string;
}

export interface KindDeps {
  /** Folder that has dist/. */
  readonly root: string;
  readonly tool: Tool;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** The process whose end makes a cluster a leftover; see KindSetup. */
  readonly ownerPid: number;
}

/** @throws InfrastructureError("docker-unavailable" | "download" | "digest-mismatch") */
export async function prepareKind(
  { nodeImage, keepCluster }: Pick<Inputs, "nodeImage" | "keepCluster">,
  config: KindConfig | undefined,
  { root, tool, log, signal, ownerPid }: KindDeps,
): Promise<PreparedKind> {
  if ((await dockerVersion({ tool })) === undefined)
    throw new InfrastructureError(
      "docker-unavailable",
      "no Docker daemon answers, and a kind cluster needs one",
      "Install and start Docker (docs.docker.com/engine/install), then check with `docker info`. On a bare Debian machine as root, `npm run lab` sets one up. Or test on a cluster of your own: --cluster existing --kubeconfig FILE. Or see what a run is like without one, on the reference mesh of this project: --cluster embedded.",
    );
  // Loaded when it is needed: a mistake in the inputs is answered without waiting for it.
  const { findKind } = await import("../adapters/tools/install.ts");
  const { path: program, version } = await findKind({ tool, log, clock, withTempFolder, signal });
  const provider = createKind({ tool, clock, log, kind: program, ownerPid, ...(config && { config }) });
  for (const name of await provider.leftovers()) {
    log.info(`removing cluster ${name}, left behind by a run that was killed`);
    await provider.delete(name);
  }
  const cluster: KindClusterPlan = {
    ...{ provider: "kind", name: newClusterName(), nodeImage, keep: keepCluster, kindVersion: version },
    means: {
      provider,
      images: createImages({ tool, withTempFolder }),
      program: join(root, "dist", "workload.cjs"),
      archive: join(process.env.RUNNER_TEMP || tmpdir(), `smi-conformance-${randomUUID()}.images.tar`),
    },
  };
  return { cluster, program };
}
