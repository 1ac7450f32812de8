/** Which clusters there are, asked of kind itself. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export async function clusters(): Promise<readonly string[]> {
  const { stdout } = await run("kind", ["get", "clusters"]);
  return stdout.split("\n").filter(Boolean);
}

/** For what a failed test left. No error where it is gone. */
export async function deleteCluster(name: string): Promise<void> {
  await run("kind", ["delete", "cluster", "--name", name, "--kubeconfig", "/dev/null"]);
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
