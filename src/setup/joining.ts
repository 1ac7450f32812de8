/** How a mesh is joined, from its profile: for `explain`, which shows what a person would write by hand. */
import { join } from "node:path";
import { readProfile } from "../adapters/files/catalogue.ts";
import { type MeshProfile, profileSchema } from "../mesh/profile.ts";

/**
 * @param root of this project
 * @param mesh a bundled one; undefined where `path` names a profile of the user's.
 * @throws ConfigurationError or InputErrors for the inputs mesh and mesh-profile.
 */
export async function readJoining(
  root: string,
  mesh: string | undefined,
  path: string | undefined,
): Promise<Pick<MeshProfile, "title"> & MeshProfile["join"]> {
  const { profile } = await readProfile(join(root, "meshes"), mesh, path, profileSchema);
  return { title: profile.title, ...profile.join };
}
