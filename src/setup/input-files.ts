/** The files that the inputs name, but for the assertions and what the gate needs. */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import { readProfile } from "../adapters/files/catalogue.ts";
import { assertWritable } from "../adapters/files/folders.ts";
import { readManifest } from "../adapters/files/manifest.ts";
import { assertNothingForeign } from "../adapters/files/own-files.ts";
import { ConfigurationError } from "../errors.ts";
import type { ErrorCollector } from "../inputs/error-collector.ts";
import type { Inputs } from "../inputs/inputs.ts";
import { profileSchema } from "../mesh/profile.ts";
import { checkChart } from "./chart-path.ts";
import { readKindConfig } from "./kind-config.ts";

async function readable(input: string, path: string): Promise<void> {
  await access(path, constants.R_OK).catch((cause: NodeJS.ErrnoException) => {
    throw new ConfigurationError(
      input,
      `"${path}" cannot be read (${cause.code})`,
      "Give the path of a readable file.",
      { cause },
    );
  });
}

/** The input that determines the node image of the cluster. */
function imageInput({ nodeImage, kubernetesVersion }: Inputs): string | undefined {
  if (nodeImage === undefined) return undefined;
  return kubernetesVersion === undefined ? "node-image" : "kubernetes-version";
}

/**
 * Reads the files that the inputs name, all at once; none for an input that was not given, or is known to be wrong.
 * @param root folder that has meshes/
 */
export async function readInputFiles(inputs: Inputs, root: string, { check, sound }: ErrorCollector) {
  const { meshProfile, embedded, kubeconfig, manifest, kindConfig, chart, values, reportDir } = inputs;
  const mesh = sound("mesh") ? inputs.mesh : undefined;
  const from = <T, Value>(given: Value | undefined, read: (value: Value) => Promise<T>) =>
    given === undefined ? undefined : check(() => read(given));
  const [profile, ...rest] = await Promise.all([
    from(meshProfile ?? mesh, () => readProfile(join(root, "meshes"), mesh, meshProfile, profileSchema)),
    from(manifest, readManifest),
    // Loaded on demand, here and below: a mistake in the inputs is reported without waiting for large libraries.
    from(embedded, async (given) => (await import("./embedded.ts")).planEmbedded(given)),
    from(kindConfig, (path) => readKindConfig(path, imageInput(inputs))),
    check(async () => {
      await assertWritable(reportDir);
      await assertNothingForeign(resolve(reportDir));
    }),
    from(chart !== undefined && sound("chart") ? chart : undefined, checkChart),
    from(values, (path) => readable("values", path)),
    from(kubeconfig, async (path) => {
      // The library takes longest to load: a path that leads nowhere is reported without it.
      await readable("kubeconfig", path);
      return (await import("../adapters/kubernetes/kubeconfig.ts")).readKubeconfig(path);
    }),
  ]);
  const [foundManifest, plan, config] = rest;
  return { profile, manifest: foundManifest, embedded: plan, kindConfig: config };
}

export type InputFiles = Awaited<ReturnType<typeof readInputFiles>>;
