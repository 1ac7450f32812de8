/** Which clusters there are, asked of kind itself. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { vi } from "vitest";
import { processesWith } from "./processes.ts";

const run = promisify(execFile);

export async function clusters(): Promise<readonly string[]> {
  const { stdout } = await run("kind", ["get", "clusters"]);
  return stdout.split("\n").filter(Boolean);
}

/** For what a failed test left. No error where it is gone. */
export async function deleteCluster(name: string): Promise<void> {
  await run("kind", ["delete", "cluster", "--name", name, "--kubeconfig", "/dev/null"]);
}

/** Milliseconds that kind and its docker clients may take to end once the run that started them is dead. */
const ORPHANS_MS = 5 * 60_000;

/** For what a run left that was killed while it made its cluster: what still makes the node is first seen to end. */
export async function deleteWhenMade(name: string): Promise<void> {
  const creators = () => processesWith((argument) => argument === name || argument === nodeOf(name));
  await vi.waitFor(
    async () => {
      const alive = await creators();
      if (alive.length > 0) throw new Error(`processes ${alive.join(", ")} are at work on cluster ${name}`);
    },
    { timeout: ORPHANS_MS },
  );
  await deleteCluster(name);
}

export const nodeOf = (cluster: string) => `${cluster}-control-plane`;

/** Runs a program in the node's container. */
export async function inNode(cluster: string, ...argv: readonly string[]): Promise<string> {
  return (await run("docker", ["exec", nodeOf(cluster), ...argv])).stdout;
}

export function kubectl(cluster: string, ...argv: readonly string[]): Promise<string> {
  return inNode(cluster, "kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf", ...argv);
}

export async function docker(...argv: readonly string[]): Promise<string> {
  return (await run("docker", [...argv])).stdout;
}
