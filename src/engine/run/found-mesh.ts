/** What the cluster says that the mesh really is: its version and its images. */
import { tagOf } from "../../mesh/images.ts";
import type { MeshProfile } from "../../mesh/profile.ts";
import type { Cluster } from "../../ports.ts";
import { refOfWorkload } from "./mesh-install.ts";

export interface FoundMesh {
  /** From the image tag of what runs, without a leading v; null where the profile does not say where to look. */
  readonly version: string | null;
  readonly images: readonly { readonly workload: string; readonly image: string; readonly digest: string }[];
}

interface PodStatus {
  readonly containerStatuses?: readonly { readonly name: string; readonly image: string; readonly imageID: string }[];
}

interface WorkloadSpec {
  readonly template?: {
    readonly spec?: { readonly containers?: readonly { readonly name: string; readonly image: string }[] };
  };
}

/** Asks the mesh's pods: their specs may name a tag, their statuses name the digest. */
export async function findMesh(profile: MeshProfile, cluster: Cluster): Promise<FoundMesh> {
  const pods = await cluster.list({ apiVersion: "v1", kind: "Pod", namespace: profile.namespace });
  const images = new Map<string, FoundMesh["images"][number]>();
  for (const pod of pods) {
    for (const { name, image, imageID } of (pod.status as PodStatus | undefined)?.containerStatuses ?? [])
      images.set(`${name} ${image}`, { workload: name, image, digest: imageID });
  }
  return { version: await versionOf(profile, cluster), images: [...images.values()] };
}

async function versionOf({ version, namespace }: MeshProfile, cluster: Cluster): Promise<string | null> {
  if (version === undefined) return null;
  const workload = await cluster.get(refOfWorkload(version.workload, namespace));
  const { containers = [] } = (workload?.spec as WorkloadSpec | undefined)?.template?.spec ?? {};
  const container =
    version.container === undefined ? containers[0] : containers.find(({ name }) => name === version.container);
  return tagOf(container?.image ?? "")?.replace(/^v/, "") ?? null;
}
