/** The cases of the Cluster port on a real cluster that kind makes. Those on the embedded one are a unit test. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/adapters/clock.ts";
import { newClusterName } from "../../src/adapters/kind/config.ts";
import { createKind } from "../../src/adapters/kind/kind.ts";
import { createCluster } from "../../src/adapters/kubernetes/cluster.ts";
import { readKubeconfig } from "../../src/adapters/kubernetes/kubeconfig.ts";
import type { Opened } from "./cases/ground.ts";
import { clusterCases } from "./cluster-cases.ts";
import { BASE_IMAGE, images, log, NODE_IMAGE, obstacle, tool } from "./lab-kind.ts";

const program = join(import.meta.dirname, "..", "..", "dist", "workload.cjs");

/** A cluster with the sample application's image on its node. */
async function open(): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), "smi-contract-"));
  const kind = createKind({ tool, clock: systemClock, log, stateFolder: join(folder, "state") });
  const name = newClusterName();
  const close = async () => {
    await kind.delete(name);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const [made, image] = await Promise.all([
      kind.create({ name, nodeImage: NODE_IMAGE, deadlineMs: 5 * 60_000 }),
      images.buildWorkload({ base: BASE_IMAGE, program }),
    ]);
    const archive = join(folder, "images.tar");
    await images.save([image], archive);
    await kind.loadArchive(name, archive);
    return { cluster: createCluster(await readKubeconfig(made.kubeconfig), systemClock), image, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const reason = await obstacle();
if (reason) console.warn(`The cluster of kind is not tried: ${reason}.`);

clusterCases({ name: "kind", obstacle: reason, patience: { timeout: 120_000, interval: 100 }, open });
