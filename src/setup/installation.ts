/** How the mesh comes to the cluster. */
import { ConfigurationError } from "../errors.ts";
import type { Inputs } from "../inputs/inputs.ts";
import type { MeshProfile, MeshVersion } from "../mesh/profile.ts";
import { versionEntry } from "../mesh/version.ts";

/** none: it is there already, or part of the embedded cluster. */
export type Installation = "none" | "manifest" | "own-chart" | "profile-chart";

export function installationOf({
  cluster,
  install,
  manifest,
  chart,
}: Pick<Inputs, "cluster" | "install" | "manifest" | "chart">): Installation {
  if (cluster === "embedded" || !install) return "none";
  if (manifest !== undefined) return "manifest";
  return chart === undefined ? "profile-chart" : "own-chart";
}

/**
 * What the profile says of the version; undefined where it does not know the version and does not install it.
 * @throws ConfigurationError for a version that the profile does not know, where it has to install it
 */
export function entryOf(profile: MeshProfile, inputs: Inputs): MeshVersion | undefined {
  const byProfile = installationOf(inputs) === "profile-chart";
  const entry = versionEntry(profile, inputs.meshVersion, inputs.allowUnknownVersion || !byProfile);
  if (byProfile && entry === undefined)
    throw new ConfigurationError(
      "manifest",
      `the profile of ${profile.title} names no chart`,
      "Give manifest or chart.",
    );
  return entry;
}
