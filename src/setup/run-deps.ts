/** The adapters that a run reaches the world with, whatever its cluster. */
import { createHash } from "node:crypto";
import { systemClock } from "../adapters/clock.ts";
import type { RunDeps } from "../engine/run/plan.ts";
import { worksOn } from "../mesh/version.ts";
import type { Log, ReportFolder } from "../ports.ts";
import type { Checked } from "./checked.ts";

export interface ConnectedRun {
  readonly deps: RunDeps;
  /** Path of the kubeconfig of the cluster; known once it has been reached. */
  kubeconfig(): string | undefined;
}

export function runDeps(
  { inputs, profile, entry }: Checked,
  folder: ReportFolder,
  log: Log,
  signal: AbortSignal,
): ConnectedRun {
  let reached: string | undefined;
  return {
    kubeconfig: () => reached,
    deps: {
      clock: systemClock,
      log,
      folder,
      async connect(kubeconfig) {
        reached = kubeconfig;
        // Loaded when it is needed: a mistake in the inputs is answered without waiting for the library.
        const [{ createCluster }, { readKubeconfig }] = await Promise.all([
          import("../adapters/kubernetes/cluster.ts"),
          import("../adapters/kubernetes/kubeconfig.ts"),
        ]);
        const connected = createCluster(await readKubeconfig(kubeconfig), systemClock, signal);
        const kubernetes = await connected.version();
        if (!worksOn(entry, kubernetes))
          log.warn(
            `${profile.profile.title} ${inputs.meshVersion} is not known to work on Kubernetes ${kubernetes} (its profile says ${entry?.kubernetes})`,
          );
        return connected;
      },
      sha256: (text) => createHash("sha256").update(text).digest("hex"),
      signal,
    },
  };
}
