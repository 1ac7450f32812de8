/** Reads the kubeconfig of the cluster to test. */
import { readFile } from "node:fs/promises";
import { KubeConfig } from "@kubernetes/client-node";
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
  return config;
}
