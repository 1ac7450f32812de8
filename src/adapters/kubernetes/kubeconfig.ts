/** Reads the kubeconfig of the cluster to test. */
import { readFile } from "node:fs/promises";
import { KubeConfig, type User } from "@kubernetes/client-node";
import { isPrivateVariable } from "../../domain/github/private-environment.ts";
import { ConfigurationError } from "../../errors.ts";

/** @throws ConfigurationError for the input `kubeconfig` when the file cannot be read or names no cluster. */
export async function readKubeconfig(path: string): Promise<KubeConfig> {
  const mistake = (problem: string, cause?: unknown) =>
    new ConfigurationError(
      "kubeconfig",
      `"${path}" ${problem}`,
      "Give the path of a readable kubeconfig whose current context is the cluster to test.",
      cause === undefined ? undefined : { cause },
    );
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw mistake(`cannot be read (${error.code})`, error);
  });
  const config = new KubeConfig();
  try {
    config.loadFromString(text);
  } catch (error) {
    throw mistake(`is not a kubeconfig (${(error as Error).message.split("\n")[0]})`, error);
  }
  if (config.getCurrentCluster() === null)
    throw mistake(`has no cluster for its current context "${config.getCurrentContext() ?? ""}"`);
  for (const user of config.users) withholdSecrets(user, mistake);
  return config;
}

/**
 * A program that the kubeconfig names for logging in gets none of the runner's variables. The library starts it with all of
 * this process's and those that the kubeconfig adds: so each private one is added, empty.
 */
function withholdSecrets(user: User, mistake: (problem: string) => Error): void {
  const { authProvider } = user;
  // The library starts this one by a shell, with every variable.
  if (authProvider?.config?.["cmd-path"] !== undefined)
    throw mistake(`logs in by the program of an auth-provider, which Kubernetes no longer has; use exec instead`);
  const exec: ExecConfig | undefined = user.exec ?? authProvider?.config?.exec;
  if (exec === undefined || exec === null) return;
  const empty = Object.keys(process.env).filter(isPrivateVariable);
  exec.env = [...(exec.env ?? []), ...empty.map((name) => ({ name, value: "" }))];
}

interface ExecConfig {
  env?: readonly { readonly name: string; readonly value: string }[];
}
