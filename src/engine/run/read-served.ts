/** Reads from the cluster's definitions which SMI kinds it serves, and in which versions. */
import { type Served, servedFromCrds } from "../../domain/smi/served.ts";
import type { Cluster, Log } from "../../ports.ts";

export async function readServed(cluster: Cluster, log: Log): Promise<Served> {
  const served = servedFromCrds(
    await cluster.list({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" }),
  );
  for (const { kind, versions } of Object.values(served))
    log.info(`  ${kind}: ${versions.map(({ name }) => name).join(", ")}`);
  if (Object.keys(served).length === 0) log.info("  no SMI kind at all");
  return served;
}
