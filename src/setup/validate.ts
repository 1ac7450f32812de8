/**
 * Checks everything about the inputs that can be checked before anything is created: the texts, the files that they name,
 * and the ids in them. Reports all mistakes at once, and none that only follows from another.
 */
import { join } from "node:path";
import { type Catalogue, readCatalogue } from "../adapters/files/catalogue.ts";
import { ConfigurationError } from "../errors.ts";
import type { InputName } from "../inputs/definitions/index.ts";
import { collectErrors, type ErrorCollector } from "../inputs/error-collector.ts";
import type { Inputs, ReadInputs } from "../inputs/inputs.ts";
import { inShard, isNamed, requireMistakes, select, unknownIds } from "../inputs/selection.ts";
import { baselineAt, baselineOfRun, type FetchRun } from "./baseline.ts";
import type { Checked, CheckedCluster } from "./checked.ts";
import { type InputFiles, readInputFiles } from "./input-files.ts";
import { entryOf } from "./installation.ts";
import { readAllowed } from "./known-failures.ts";

export interface Sources {
  /** Folder that has assertions/ and meshes/. */
  readonly root: string;
  /** Gets the report of an earlier workflow run; undefined outside of a workflow. */
  readonly fetchRun: FetchRun | undefined;
  /** In how the inputs were given: an option without a value is one mistake, and its empty text not a second one. */
  readonly mistakes?: readonly ConfigurationError[] | undefined;
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

function checkedCluster({ cluster, kubeconfig }: Inputs, { embedded, kindConfig }: InputFiles): CheckedCluster {
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
  const files = await readInputFiles(inputs, root, mistakes);
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
