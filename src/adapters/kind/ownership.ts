/** Records on disk which cluster belongs to which run, so that what a killed run has left can be told from what a live one uses. */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Tool } from "../../ports.ts";
import { identifyProcess, type Liveness, livenessOf, type ProcessIdentity } from "./process-identity.ts";

/** One folder for each cluster: `owner.json`, and the kubeconfig that is of no use without the cluster. */
export interface OwnershipRecords {
  /** Path of the kubeconfig of the cluster of this name. */
  kubeconfig(name: string): string;
  /** Records us as the owner; false where another run holds the name or may hold it. */
  claim(name: string): Promise<boolean>;
  /** Gives up ownership; the kubeconfig stays. */
  disown(name: string): Promise<void>;
  /** Forgets the cluster and its kubeconfig; no error when it is unknown. */
  forget(name: string): Promise<void>;
  /** Recorded names, each with the state of its owner. */
  all(): Promise<ReadonlyMap<string, Liveness>>;
}

/** Where records are kept: they outlive the run and the boot, unlike what is in RUNNER_TEMP. */
export function defaultStateFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_STATE_HOME || join(homedir(), ".local", "state"), "smi-conformance", "clusters");
}

export interface OwnershipSetup {
  readonly tool: Tool;
  readonly folder: string;
  /** The process whose end makes the clusters leftovers. */
  readonly ownerPid: number;
}

export function createOwnershipRecords({ tool, folder, ownerPid }: OwnershipSetup): OwnershipRecords {
  const of = (name: string, file: string) => join(folder, name, file);

  async function liveness(name: string): Promise<Liveness> {
    try {
      return await livenessOf(JSON.parse(await readFile(of(name, "owner.json"), "utf8")) as ProcessIdentity, tool);
    } catch {
      // Just being written, or damaged: not for us to judge.
      return "unknown";
    }
  }

  return {
    kubeconfig: (name) => of(name, "kubeconfig"),

    async claim(name) {
      const owner = await identifyProcess(ownerPid, tool);
      if (!owner) return false;
      await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
      const record = () =>
        writeFile(of(name, "owner.json"), `${JSON.stringify(owner)}\n`, { flag: "wx", mode: 0o600 }).then(
          () => true,
          isTaken,
        );
      if (await record()) return true;
      if ((await liveness(name)) !== "dead") return false;
      await this.disown(name);
      return record();
    },

    async disown(name) {
      await rm(of(name, "owner.json"), { force: true });
    },

    async forget(name) {
      await rm(join(folder, name), { recursive: true, force: true });
    },

    async all() {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
      return new Map(await Promise.all(names.map(async (name) => [name, await liveness(name)] as const)));
    },
  };
}

function isTaken(error: NodeJS.ErrnoException): false {
  if (error.code === "EEXIST") return false;
  throw error;
}
