/** Packs the images that a run's cluster needs, as far as this machine has them, into one archive. */
import { InfrastructureError } from "../../errors.ts";
import { imagesOf } from "../../mesh/images.ts";
import type { Log } from "../../ports.ts";
import type { KindMeans, RunPlan } from "./plan.ts";

/** Builds the sample application's image on a base image; returns its name. */
export async function buildAppImage(
  base: string,
  { images, program }: KindMeans,
  log: Log,
  signal: AbortSignal,
): Promise<string> {
  const image = await images.buildWorkload({ base, program, signal });
  log.info(`built ${image} on ${base}`);
  return image;
}

/** What the user named, and what the manifest runs. */
export function imagesToLoad({ images, manifest }: RunPlan): readonly string[] {
  return [...images, ...imagesOf(manifest ?? [])];
}

/**
 * Writes the archive.
 * @returns the images in it: those that are not on this machine are left to the node to pull.
 * @throws InfrastructureError("image-load") where this machine has none of them.
 */
export async function packImages(
  names: readonly string[],
  { images, archive }: KindMeans,
  log: Log,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const wanted = [...new Set(names)];
  const local = await images.local(wanted);
  for (const name of wanted)
    if (!local.has(name)) log.info(`  ${name} is not on this machine: the node has to pull it`);
  const packed = wanted.filter((name) => local.has(name));
  if (packed.length === 0)
    throw new InfrastructureError(
      "image-load",
      `none of the images ${wanted.join(", ")} is on this machine`,
      "Pull or build app-image first.",
    );
  await images.save(packed, archive, signal);
  return packed;
}
