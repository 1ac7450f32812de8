/** Which kind of cluster the inputs ask for, and which of them have no effect there. Pure. */
import { ConfigurationError } from "../errors.ts";
import { type InputDefinition, type InputName, inputDefinitions, type RawInputs } from "./definitions/index.ts";

export type ClusterKind = "kind" | "existing" | "embedded";

export const clusterKinds: readonly ClusterKind[] = ["kind", "existing", "embedded"];

/** The only mesh of the embedded cluster, and of no other cluster. */
export const REFERENCE_MESH = "reference";

/** Inputs of the embedded cluster alone. */
const embeddedOnly = ["mutant", "smi-versions", "seed", "wire"] as const satisfies readonly InputName[];

/** About a mesh to install, its cluster or its images. The embedded cluster comes with its mesh, and has no images. */
const realOnly = [
  "mesh-profile",
  "allow-unknown-version",
  "manifest",
  "chart",
  "chart-version",
  "values",
  "images",
  "kubeconfig",
  "install",
  "kubernetes-version",
  "node-image",
  "kind-config",
  "app-image",
  "app-base-image",
  "keep-cluster",
] as const satisfies readonly InputName[];

/** About a cluster that is created. */
const kindOnly = ["kubernetes-version", "kind-config"] as const satisfies readonly InputName[];

const definitions: ReadonlyMap<string, InputDefinition> = new Map(inputDefinitions.map((d) => [d.name, d]));

const given = (raw: RawInputs, name: InputName): string | undefined => raw[name]?.trim() || undefined;

/** The text that was given, unless it is the default: the runner of a workflow passes every default on as if it were given. */
function asked(raw: RawInputs, name: InputName): string | undefined {
  const value = given(raw, name);
  const { default: fallback = "", type } = definitions.get(name) ?? {};
  const plain = type === "flag" ? value?.toLowerCase() : value;
  return plain === fallback ? undefined : value;
}

/** Whether neither a mesh nor a cluster is named, as by somebody who wants to see what this is. */
export function namesNothing(raw: RawInputs): boolean {
  return (["cluster", "mesh", "mesh-version", ...realOnly] as const).every((name) => asked(raw, name) === undefined);
}

/**
 * The kind of cluster that is named, or implied by an input that only one kind has.
 * @param lookAround whether a run that names nothing is on the embedded cluster
 * @returns undefined for an unknown name
 */
export function chooseCluster(raw: RawInputs, lookAround: boolean): ClusterKind | undefined {
  const named = asked(raw, "cluster");
  if (named !== undefined) return clusterKinds.find((kind) => kind === named);
  const mesh = asked(raw, "mesh");
  if (mesh === REFERENCE_MESH) return "embedded";
  if (mesh === undefined && embeddedOnly.some((name) => asked(raw, name) !== undefined)) return "embedded";
  return lookAround && namesNothing(raw) ? "embedded" : "kind";
}

/** Refuses the inputs that have no effect on the embedded cluster, so that nobody believes they had one. */
export function embeddedMistakes(raw: RawInputs, suiteVersion: string): readonly ConfigurationError[] {
  const errors: ConfigurationError[] = [];
  const mesh = given(raw, "mesh");
  if (mesh !== undefined && mesh !== REFERENCE_MESH)
    errors.push(
      new ConfigurationError(
        "mesh",
        `"${mesh}" is given, and the cluster is embedded`,
        `That has only the reference mesh: leave mesh empty, or set cluster to kind to test ${mesh}.`,
      ),
    );
  const version = given(raw, "mesh-version");
  if (version !== undefined && version.replace(/^v/, "") !== suiteVersion)
    errors.push(
      new ConfigurationError(
        "mesh-version",
        `"${version}" is given, and the version of the reference mesh is that of the suite, ${suiteVersion}`,
        "Leave it empty.",
      ),
    );
  for (const name of realOnly) {
    const value = asked(raw, name);
    if (value === undefined) continue;
    errors.push(
      new ConfigurationError(
        name,
        `"${value}" is given, and has no effect on the embedded cluster`,
        "Leave it out: the mesh of that cluster runs in this process. To test another mesh, set cluster to kind or existing.",
      ),
    );
  }
  return errors;
}

/** Names the inputs that a run on a Kubernetes cluster lacks, and those that have no effect there. */
export function realMistakes(raw: RawInputs, cluster: "kind" | "existing"): readonly ConfigurationError[] {
  const errors: ConfigurationError[] = [];
  const bad = (name: InputName, problem: string, remedy: string) =>
    errors.push(new ConfigurationError(name, problem, remedy));
  const mesh = given(raw, "mesh");
  if (mesh === REFERENCE_MESH)
    bad(
      "mesh",
      `"${mesh}" is given, and cluster is ${cluster}`,
      "The reference mesh exists only on the embedded cluster: set cluster to embedded, or name another mesh.",
    );
  for (const name of embeddedOnly) {
    const value = given(raw, name);
    if (value !== undefined)
      bad(
        name,
        `"${value}" is given, and has an effect only on the embedded cluster`,
        `Leave it out, or set cluster to embedded${mesh === undefined ? "" : " and leave mesh empty"}.`,
      );
  }
  if (mesh === undefined && given(raw, "mesh-profile") === undefined)
    bad(
      "mesh",
      "it is required and empty",
      "Name the mesh to test, for example traefik-mesh. To see what a run is like without one: --cluster embedded (needs no Docker).",
    );
  if (given(raw, "mesh-version") === undefined)
    bad("mesh-version", "it is required and empty", "Give the version to test, for example 1.4.8.");
  const kubeconfig = given(raw, "kubeconfig");
  if (cluster === "existing" && kubeconfig === undefined)
    bad("kubeconfig", "it is empty, and cluster is existing", "Give the path of the cluster's kubeconfig.");
  if (cluster === "existing" && given(raw, "app-image") === undefined)
    bad(
      "app-image",
      "it is empty, and cluster is existing",
      "Give an image of the sample application that the cluster can pull (docker build as in docs/workload.md).",
    );
  for (const name of cluster === "existing" ? kindOnly : []) {
    const value = given(raw, name);
    if (value !== undefined)
      bad(
        name,
        `"${value}" is given, and has no effect on the ${cluster} cluster`,
        "Leave it out: it describes a cluster to create. To create one, set cluster to kind.",
      );
  }
  if (cluster === "kind" && kubeconfig !== undefined)
    bad(
      "kubeconfig",
      `"${kubeconfig}" is given, and cluster is kind`,
      "Set cluster to existing to use it, or leave kubeconfig empty.",
    );
  if (cluster === "kind" && given(raw, "install")?.toLowerCase() === "false")
    bad(
      "install",
      "it is false, and cluster is kind",
      "A new cluster has no mesh: leave install true, or set cluster to existing.",
    );
  return errors;
}
