/** Which cluster a run is on, by what was given, and which inputs have no effect there. Pure. */
import { ConfigurationError } from "../errors.ts";
import { type InputDefinition, type InputName, inputDefinitions, type RawInputs } from "./definitions/index.ts";

export type ClusterKind = "kind" | "existing" | "embedded";

export const clusterKinds: readonly ClusterKind[] = ["kind", "existing", "embedded"];

/** The one mesh of the embedded cluster, and only its. */
export const REFERENCE_MESH = "reference";

/** What only the embedded cluster can do. */
const embeddedOnly = ["mutant", "smi-versions", "seed", "wire"] as const satisfies readonly InputName[];

/** About a mesh to install, or about the cluster and images for it. The embedded cluster has its mesh, and no image. */
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

/** The text that was given, where it is not the default: a workflow's runner gives every default as if it were asked for. */
function asked(raw: RawInputs, name: InputName): string | undefined {
  const value = given(raw, name);
  const { default: fallback = "", type } = definitions.get(name) ?? {};
  const plain = type === "flag" ? value?.toLowerCase() : value;
  return plain === fallback ? undefined : value;
}

/** Whether nothing says which mesh, or which cluster: what someone gives who wants to see what this is. */
export function namesNothing(raw: RawInputs): boolean {
  return (["cluster", "mesh", "mesh-version", ...realOnly] as const).every((name) => asked(raw, name) === undefined);
}

/**
 * The cluster that was asked for, be it by what only one kind has.
 * @param lookAround whether a run that names nothing is on the embedded cluster.
 * @returns undefined for a name that is not one of a cluster.
 */
export function chooseCluster(raw: RawInputs, lookAround: boolean): ClusterKind | undefined {
  const named = asked(raw, "cluster");
  if (named !== undefined) return clusterKinds.find((kind) => kind === named);
  const mesh = asked(raw, "mesh");
  if (mesh === REFERENCE_MESH) return "embedded";
  if (mesh === undefined && embeddedOnly.some((name) => asked(raw, name) !== undefined)) return "embedded";
  return lookAround && namesNothing(raw) ? "embedded" : "kind";
}

/** What of the inputs the embedded cluster has no use for: it is refused, so that nobody takes it to have had an effect. */
export function embeddedMistakes(raw: RawInputs, suiteVersion: string): readonly ConfigurationError[] {
  const errors: ConfigurationError[] = [];
  const mesh = given(raw, "mesh");
  if (mesh !== undefined && mesh !== REFERENCE_MESH)
    errors.push(
      new ConfigurationError(
        "mesh",
        `"${mesh}" is given, and the cluster is the embedded one`,
        `That has the reference mesh and no other: leave mesh empty, or set cluster to kind to test ${mesh}.`,
      ),
    );
  const version = given(raw, "mesh-version");
  if (version !== undefined && version.replace(/^v/, "") !== suiteVersion)
    errors.push(
      new ConfigurationError(
        "mesh-version",
        `"${version}" is given, and the reference mesh is a part of this suite, version ${suiteVersion}`,
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
        "Leave it out: that cluster has its mesh in this process. To test another mesh, set cluster to kind or existing.",
      ),
    );
  }
  return errors;
}

/** What a run on a cluster of Kubernetes lacks, or has no use for. */
export function realMistakes(raw: RawInputs, cluster: "kind" | "existing"): readonly ConfigurationError[] {
  const errors: ConfigurationError[] = [];
  const bad = (name: InputName, problem: string, remedy: string) =>
    errors.push(new ConfigurationError(name, problem, remedy));
  const mesh = given(raw, "mesh");
  if (mesh === REFERENCE_MESH)
    bad(
      "mesh",
      `"${mesh}" is given, and cluster is ${cluster}`,
      "The reference mesh lives on the embedded cluster alone: set cluster to embedded, or name another mesh.",
    );
  for (const name of embeddedOnly) {
    const value = given(raw, name);
    if (value !== undefined)
      bad(
        name,
        `"${value}" is given, and is for the embedded cluster alone`,
        `Leave it out, or set cluster to embedded${mesh === undefined ? "" : " and leave mesh empty"}.`,
      );
  }
  if (mesh === undefined && given(raw, "mesh-profile") === undefined)
    bad(
      "mesh",
      "it is required and empty",
      "Name the mesh to test, for example traefik-mesh. To look around without one: --cluster embedded (no Docker, no mesh of yours).",
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
        "Leave it out: it is about a cluster that is created. For one, set cluster to kind.",
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
      "A cluster that is created has no mesh: leave install true, or set cluster to existing.",
    );
  return errors;
}
