/** Node images by Kubernetes version. */
import { withoutV } from "../report/mesh-version.ts";

/**
 * Those that kind's project built for kind 0.33.0, the release that we download.
 * Source: https://github.com/kubernetes-sigs/kind/releases/tag/v0.33.0. A tag alone would not do: its image may be
 * rebuilt for another release of kind.
 */
const images: readonly { readonly version: string; readonly sha256: string }[] = [
  { version: "1.37.0", sha256: "a1ed56cfb0e7b93589bdf97c8cd566405a265939e3620fc4f5de89adff580ae5" },
  { version: "1.36.4", sha256: "099e049362a1526b2db71494e1947aae99bd16290d7c895f2b7ea312e3cbfaed" },
  { version: "1.35.8", sha256: "07b2536e30b803ed61d1677a79df6115f798ce64c80f9e22f6ed45afd09323c0" },
  { version: "1.34.11", sha256: "44e222ee2132dab25ff87301682f89eb82c7880ea3a1bf543bfe9708fd08d67d" },
];

/** MAJOR.MINOR.PATCH, newest first. */
export const kubernetesVersions: readonly string[] = images.map(({ version }) => version);

/**
 * The node image of a Kubernetes version, by digest. MAJOR.MINOR means its one patch release that has an image; a leading
 * v does not matter. Undefined where no image is known.
 */
export function nodeImageOf(kubernetes: string): string | undefined {
  const wanted = withoutV(kubernetes);
  const found = images.find(({ version }) => version === wanted || version.replace(/\.\d+$/, "") === wanted);
  return found && `kindest/node:v${found.version}@sha256:${found.sha256}`;
}
