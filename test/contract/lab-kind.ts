/** The real kind with what `npm run lab` leaves on a machine. */
import { systemClock } from "../../src/adapters/clock.ts";
import { withTempFolder } from "../../src/adapters/files/folders.ts";
import { createImages, dockerVersion } from "../../src/adapters/tools/docker.ts";
import { createTool } from "../../src/adapters/tools/process.ts";
import { which } from "../../src/adapters/tools/which.ts";
import { recordingLog } from "../fakes/fake-program.ts";

export const NODE_IMAGE = "smi-lab/node:v1.34.4";
export const BASE_IMAGE = "smi-lab/node24:24";

export const log = recordingLog();
export const tool = createTool({ log, clock: systemClock });
export const images = createImages({ tool, withTempFolder });

/** Why the real kind cannot be tried here, or undefined when it can. */
export async function obstacle(): Promise<string | undefined> {
  if (!(await which("kind"))) return "there is no kind on PATH";
  if (!(await dockerVersion({ tool }))) return "no Docker daemon answers";
  const present = await images.local([NODE_IMAGE, BASE_IMAGE]);
  const absent = [NODE_IMAGE, BASE_IMAGE].filter((name) => !present.has(name));
  return absent.length > 0 ? `Docker does not have ${absent.join(", ")} (bash test/lab/up.sh)` : undefined;
}
