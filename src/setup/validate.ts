/**
 * Everything about the inputs that can be checked before anything is created: the texts, the files that they name, and the
 * ids in them. All mistakes are told at once, and none that only follows from another.
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
  /** How the profile installs the version; undefined where it knows none, and is not asked to. */
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
  /** Those in how the inputs were given: of an option that has no value, it is no mistake too that its text is empty. */
  readonly mistakes?: readonly ConfigurationError[] | undefined;
}

/** Whether helm is to install the mesh. A manifest is what it is; a chart must be one that the profile knows how to install. */
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

/** @throws ConfigurationError for a version, or a way to install it, that the profile does not know */
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

/** The input that says which node image the cluster is of. */
function imageInput({ nodeImage, kubernetesVersion }: Inputs): string | undefined {
  if (nodeImage === undefined) return undefined;
  return kubernetesVersion === undefined ? "node-image" : "kubernetes-version";
}

/** What is read from files, all at once. Nothing is read for an input that was not given, or is known to be wrong. */
async function readFiles(inputs: Inputs, root: string, { check, sound }: ErrorCollector) {
  const { meshProfile, embedded, kubeconfig, manifest, kindConfig, values, reportDir } = inputs;
  const mesh = sound("mesh") ? inputs.mesh : undefined;
  const from = <T, Value>(given: Value | undefined, read: (value: Value) => Promise<T>) =>
    given === undefined ? undefined : check(() => read(given));
  const [profile, ...rest] = await Promise.all([
    from(meshProfile ?? mesh, () => readProfile(join(root, "meshes"), mesh, meshProfile, profileSchema)),
    from(manifest, readManifest),
    // Loaded when they are needed, here and below: a mistake in the inputs is answered without waiting for large libraries.
    from(embedded, async (given) => (await import("./embedded.ts")).planEmbedded(given)),
    from(kindConfig, (path) => readKindConfig(path, imageInput(inputs))),
    check(() => assertWritable(reportDir)),
    from(values, (path) => readable("values", path)),
    from(kubeconfig, async (path) => {
      // The library takes longest to load: a path that leads nowhere is answered without it.
      await readable("kubeconfig", path);
      return (await import("../adapters/kubernetes/kubeconfig.ts")).readKubeconfig(path);
    }),
  ]);
  const [foundManifest, plan, config] = rest;
  return { profile, manifest: foundManifest, embedded: plan, kindConfig: config };
}

/** Reading the assertions is most of the work, and shows no mistake of the user's where the bundled ones are to run, all of them. */
const choosesRows = ({ assertions, shard, only, skip, specs, gate }: Inputs): boolean =>
  assertions !== undefined ||
  shard !== undefined ||
  gate.allowFailures !== undefined ||
  [only, skip, specs, gate.require].some((list) => list.length > 0);

/** Of the assertions there are, those to run. */
async function chooseRows(inputs: Inputs, catalogue: Catalogue | undefined, { add, check, sound }: ErrorCollector) {
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
  if (!choosesRows(inputs)) throwIfAny();
  const catalogue = await check(() => readCatalogue(inputs.assertions ?? join(root, "assertions")));
  const assertions = await chooseRows(inputs, catalogue, mistakes);
  const ids = catalogue && new Set(catalogue.assertions.map(({ id }) => id));
  const { allowFailures } = gate;
  const allowed = allowFailures === undefined ? [] : await check(() => readAllowed(allowFailures, ids));
  throwIfAny();
  if (!profile || !catalogue || !assertions || !allowed) throw unchecked();
  const { mesh } = profile.profile;
  // Last, and only where all else is right: a mistake is answered at once, and not after a download.
  const baseline =
    stored ??
    (baselineRun === undefined || fetchRun === undefined
      ? undefined
      : await check(() => baselineOfRun(baselineRun, mesh, fetchRun)));
  throwIfAny();
  const required = gate.require.filter((name) => assertions.some((row) => isNamed(row, name)));
  const { failOn, minimum } = gate;
  const policy = { failOn, minimum, require: required, allowed, regression: baseline !== undefined };
  const cluster = checkedCluster(inputs, files);
  const gating = { policy, baseline };
  return { inputs, profile, entry, manifest: files.manifest, cluster, catalogue, assertions, gating };
}
