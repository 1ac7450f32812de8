/**
 * Checks everything about the inputs that can be checked before anything is created: the texts, the files that they name,
 * and the ids in them. Reports all mistakes at once, and none that only follows from another.
 */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { type Catalogue, type FoundProfile, readCatalogue, readProfile } from "../adapters/files/catalogue.ts";
import { assertWritable } from "../adapters/files/folders.ts";
import { readManifest } from "../adapters/files/yaml.ts";
import type { KindConfig } from "../adapters/kind/config.ts";
import type { Assertion } from "../domain/assertion/assertion.ts";
import type { Gating } from "../domain/gate/gate.ts";
import type { KubernetesObject } from "../domain/kubernetes/object.ts";
import { ConfigurationError } from "../errors.ts";
import type { InputName } from "../inputs/definitions/index.ts";
import { collectErrors, type ErrorCollector } from "../inputs/error-collector.ts";
import type { Inputs, ReadInputs } from "../inputs/inputs.ts";
import { inShard, isNamed, requireMistakes, select, unknownIds } from "../inputs/selection.ts";
import { type MeshProfile, type MeshVersion, profileSchema } from "../mesh/profile.ts";
import { versionEntry } from "../mesh/version.ts";
import { baselineAt, baselineOfRun, type FetchRun } from "./baseline.ts";
import type { EmbeddedPlan } from "./embedded.ts";
import { readKindConfig } from "./kind-config.ts";
import { readAllowed } from "./known-failures.ts";

/** Where the run happens, with what only that kind of cluster has. */
export type CheckedCluster =
  | { readonly kind: "kind"; readonly config: KindConfig | undefined }
  | { readonly kind: "existing"; readonly kubeconfig: string }
  | { readonly kind: "embedded"; readonly plan: EmbeddedPlan };

export interface Checked {
  readonly inputs: Inputs;
  readonly profile: FoundProfile<MeshProfile>;
  /** How the profile installs the version; undefined where it does not know the version and does not install it. */
  readonly entry: MeshVersion | undefined;
  readonly manifest: readonly KubernetesObject[] | undefined;
  readonly cluster: CheckedCluster;
  readonly catalogue: Catalogue;
  /** Those to run. */
  readonly assertions: readonly Assertion[];
  readonly gating: Gating;
}

export interface Sources {
  /** Folder that has assertions/ and meshes/. */
  readonly root: string;
  /** Gets the report of an earlier workflow run; undefined outside of a workflow. */
  readonly fetchRun: FetchRun | undefined;
  /** In how the inputs were given: an option without a value is one mistake, and its empty text not a second one. */
  readonly mistakes?: readonly ConfigurationError[] | undefined;
}

/** Whether helm installs the mesh. */
export const installsChart = ({ cluster, install, manifest }: Pick<Inputs, "cluster" | "install" | "manifest">) =>
  cluster !== "embedded" && install && manifest === undefined;

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

/** @throws ConfigurationError for a version that the profile does not know, where it has to install it */
function entryOf(profile: MeshProfile, inputs: Inputs): MeshVersion | undefined {
  const byProfile = installsChart(inputs) && inputs.chart === undefined;
  const entry = versionEntry(profile, inputs.meshVersion, inputs.allowUnknownVersion || !byProfile);
  if (byProfile && entry === undefined)
    throw new ConfigurationError(
      "manifest",
      `the profile of ${profile.title} names no chart`,
      "Give manifest or chart.",
    );
  return entry;
}

/** The input that determines the node image of the cluster. */
function imageInput({ nodeImage, kubernetesVersion }: Inputs): string | undefined {
  if (nodeImage === undefined) return undefined;
  return kubernetesVersion === undefined ? "node-image" : "kubernetes-version";
}

/** Reads the files that the inputs name, all at once; none for an input that was not given, or is known to be wrong. */
async function readFiles(inputs: Inputs, root: string, { check, sound }: ErrorCollector) {
  const { meshProfile, embedded, kubeconfig, manifest, kindConfig, values, reportDir } = inputs;
  const mesh = sound("mesh") ? inputs.mesh : undefined;
  const from = <T, Value>(given: Value | undefined, read: (value: Value) => Promise<T>) =>
    given === undefined ? undefined : check(() => read(given));
  const [profile, ...rest] = await Promise.all([
    from(meshProfile ?? mesh, () => readProfile(join(root, "meshes"), mesh, meshProfile, profileSchema)),
    from(manifest, readManifest),
    // Loaded on demand, here and below: a mistake in the inputs is reported without waiting for large libraries.
    from(embedded, async (given) => (await import("./embedded.ts")).planEmbedded(given)),
    from(kindConfig, (path) => readKindConfig(path, imageInput(inputs))),
    check(() => assertWritable(reportDir)),
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

/** Reading the assertions is most of the work, and shows no mistake of the user's where all the bundled ones are to be run. */
const choosesAssertions = ({ assertions, shard, only, skip, specs, gate }: Inputs): boolean =>
  assertions !== undefined ||
  shard !== undefined ||
  gate.allowFailures !== undefined ||
  [only, skip, specs, gate.require].some((list) => list.length > 0);

/** The assertions to run. */
async function chooseAssertions(
  inputs: Inputs,
  catalogue: Catalogue | undefined,
  { add, check, sound }: ErrorCollector,
) {
  if (catalogue === undefined) return undefined;
  add(unknownIds(catalogue.assertions, inputs));
  const selected = sound("specs", "only", "skip") ? await check(() => select(catalogue.assertions, inputs)) : undefined;
  add(requireMistakes(inputs.gate.require, catalogue.assertions, selected));
  return selected && check(() => inShard(selected, inputs.shard));
}

const unchecked = () => new Error("a check failed without a mistake");

function checkedCluster(
  { cluster, kubeconfig }: Inputs,
  { embedded, kindConfig }: Awaited<ReturnType<typeof readFiles>>,
): CheckedCluster {
  switch (cluster) {
    case "kind":
      return { kind: cluster, config: kindConfig };
    case "existing":
      if (kubeconfig === undefined) throw unchecked();
      return { kind: cluster, kubeconfig };
    case "embedded":
      if (embedded === undefined) throw unchecked();
      return { kind: cluster, plan: embedded };
  }
}

/** @throws InputErrors with every mistake */
export async function checkInputs(
  { inputs, errors }: ReadInputs,
  { root, fetchRun, mistakes: known = [] }: Sources,
): Promise<Checked> {
  const { gate } = inputs;
  const mistakes = collectErrors(known);
  mistakes.add(errors.filter(({ input }) => mistakes.sound(input as InputName)));
  const { add, check, sound, throwIfAny } = mistakes;
  const files = await readFiles(inputs, root, mistakes);
  const { profile } = files;
  const entry =
    profile && sound("cluster", "mesh-version", "allow-unknown-version", "install")
      ? await check(() => entryOf(profile.profile, inputs))
      : undefined;
  const { baseline: path, baselineRun } = gate;
  const stored = path === undefined ? undefined : await check(() => baselineAt(path, profile?.profile.mesh));
  if (baselineRun !== undefined && fetchRun === undefined)
    add([
      new ConfigurationError(
        "baseline-run",
        `"${baselineRun}" is given outside of a workflow`,
        "Download that run's artifact and give the path of its report as baseline.",
      ),
    ]);
  if (!choosesAssertions(inputs)) throwIfAny();
  const catalogue = await check(() => readCatalogue(inputs.assertions ?? join(root, "assertions")));
  const assertions = await chooseAssertions(inputs, catalogue, mistakes);
  const ids = catalogue && new Set(catalogue.assertions.map(({ id }) => id));
  const { allowFailures } = gate;
  const allowed = allowFailures === undefined ? [] : await check(() => readAllowed(allowFailures, ids));
  throwIfAny();
  if (!profile || !catalogue || !assertions || !allowed) throw unchecked();
  const { mesh } = profile.profile;
  // Last, and only where everything else is right: a mistake is reported at once, and not after a download.
  const baseline =
    stored ??
    (baselineRun === undefined || fetchRun === undefined
      ? undefined
      : await check(() => baselineOfRun(baselineRun, mesh, fetchRun)));
  throwIfAny();
  const required = gate.require.filter((name) => assertions.some((one) => isNamed(one, name)));
  const { failOn, minimum } = gate;
  const policy = { failOn, minimum, require: required, allowed, regression: baseline !== undefined };
  const cluster = checkedCluster(inputs, files);
  const gating = { policy, baseline };
  return { inputs, profile, entry, manifest: files.manifest, cluster, catalogue, assertions, gating };
}
