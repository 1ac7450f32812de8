/** The cases of the Cluster port on a real cluster that kind makes. Those on the embedded one are a unit test. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createImages, dockerVersion } from "../../src/edges/docker.ts";
import { createKind } from "../../src/edges/kind.ts";
import { newClusterName } from "../../src/edges/kind-config.ts";
import { createCluster, readKubeconfig } from "../../src/edges/kubernetes.ts";
import { createTool, which } from "../../src/edges/process.ts";
import { recordingLog } from "../unit/edges/fake-program.ts";
import type { Opened } from "./cases/ground.ts";
import { clusterCases } from "./cluster-cases.ts";

const NODE_IMAGE = "smi-lab/node:v1.34.4";
const BASE_IMAGE = "smi-lab/node24:24";
const program = join(import.meta.dirname, "..", "..", "dist", "workload.cjs");

const log = recordingLog();
const tool = createTool({ log });
const images = createImages({ tool });

/** Why there can be no cluster of kind here, or undefined when there can. */
async function obstacle(): Promise<string | undefined> {
  if (!(await which("kind"))) return "there is no kind on PATH";
  if (!(await dockerVersion({ tool }))) return "no Docker daemon answers";
  const present = await images.local([NODE_IMAGE, BASE_IMAGE]);
  const absent = [NODE_IMAGE, BASE_IMAGE].filter((name) => !present.has(name));
  return absent.length > 0 ? `Docker does not have ${absent.join(", ")} (bash test/lab/up.sh)` : undefined;
}

/** A cluster with the sample application's image on its node. */
async function open(): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), "smi-contract-"));
  const kind = createKind({ tool, log, stateFolder: join(folder, "state") });
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
    return { cluster: createCluster(await readKubeconfig(made.kubeconfig)), image, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const reason = await obstacle();
if (reason) console.warn(`The cluster of kind is not tried: ${reason}.`);

clusterCases({ name: "kind", obstacle: reason, patience: { timeout: 120_000, interval: 100 }, open });
