/** Which inputs the chosen kind of cluster lacks, and which have no effect there. Pure. */
import { ConfigurationError } from "../errors.ts";
import { type ClusterKind, embeddedOnly, REFERENCE_MESH, realOnly } from "./cluster-kind.ts";
import type { InputName, RawInputs } from "./definitions/index.ts";
import { asked, given } from "./given.ts";

/** About a cluster to create. */
const kindOnly = ["kubernetes-version", "kind-config"] as const satisfies readonly InputName[];

type Note = (name: InputName, problem: string, remedy: string) => void;

/** An input without an effect is an error, so that nobody believes it had one. */
export function clusterMistakes(
  cluster: ClusterKind,
  raw: RawInputs,
  suiteVersion: string,
): readonly ConfigurationError[] {
  const errors: ConfigurationError[] = [];
  const note: Note = (name, problem, remedy) => errors.push(new ConfigurationError(name, problem, remedy));
  switch (cluster) {
    case "embedded":
      checkEmbedded(raw, suiteVersion, note);
      break;
    case "existing":
      checkMesh(raw, cluster, note);
      checkExisting(raw, note);
      break;
    case "kind":
      checkMesh(raw, cluster, note);
      checkKind(raw, note);
      break;
  }
  return errors;
}

function checkEmbedded(raw: RawInputs, suiteVersion: string, note: Note): void {
  const mesh = given(raw, "mesh");
  if (mesh !== undefined && mesh !== REFERENCE_MESH)
    note(
      "mesh",
      `"${mesh}" is given, and the cluster is embedded`,
      `That has only the reference mesh: leave mesh empty, or set cluster to kind to test ${mesh}.`,
    );
  const version = given(raw, "mesh-version");
  if (version !== undefined && version.replace(/^v/, "") !== suiteVersion)
    note(
      "mesh-version",
      `"${version}" is given, and the version of the reference mesh is that of the suite, ${suiteVersion}`,
      "Leave it empty.",
    );
  for (const name of realOnly) {
    const value = asked(raw, name);
    if (value !== undefined)
      note(
        name,
        `"${value}" is given, and has no effect on the embedded cluster`,
        "Leave it out: the mesh of that cluster runs in this process. To test another mesh, set cluster to kind or existing.",
      );
  }
}

/** What a run on a Kubernetes cluster needs, and what only the embedded cluster has. */
function checkMesh(raw: RawInputs, cluster: ClusterKind, note: Note): void {
  const mesh = given(raw, "mesh");
  if (mesh === REFERENCE_MESH)
    note(
      "mesh",
      `"${mesh}" is given, and cluster is ${cluster}`,
      "The reference mesh exists only on the embedded cluster: set cluster to embedded, or name another mesh.",
    );
  if (mesh === undefined && given(raw, "mesh-profile") === undefined)
    note(
      "mesh",
      "it is required and empty",
      "Name the mesh to test, for example traefik-mesh. To see what a run is like without one: --cluster embedded (needs no Docker).",
    );
  if (given(raw, "mesh-version") === undefined)
    note("mesh-version", "it is required and empty", "Give the version to test, for example 1.4.8.");
  for (const name of embeddedOnly) {
    const value = given(raw, name);
    if (value !== undefined)
      note(
        name,
        `"${value}" is given, and has an effect only on the embedded cluster`,
        `Leave it out, or set cluster to embedded${mesh === undefined ? "" : " and leave mesh empty"}.`,
      );
  }
}

function checkExisting(raw: RawInputs, note: Note): void {
  if (given(raw, "kubeconfig") === undefined)
    note("kubeconfig", "it is empty, and cluster is existing", "Give the path of the cluster's kubeconfig.");
  if (given(raw, "app-image") === undefined)
    note(
      "app-image",
      "it is empty, and cluster is existing",
      "Give an image of the sample application that the cluster can pull (docs/workload.md says how to build one).",
    );
  for (const name of kindOnly) {
    const value = given(raw, name);
    if (value !== undefined)
      note(
        name,
        `"${value}" is given, and has no effect on an existing cluster`,
        "Leave it out: it describes a cluster to create. To create one, set cluster to kind.",
      );
  }
}

function checkKind(raw: RawInputs, note: Note): void {
  const kubeconfig = given(raw, "kubeconfig");
  if (kubeconfig !== undefined)
    note(
      "kubeconfig",
      `"${kubeconfig}" is given, and cluster is kind`,
      "Set cluster to existing to use it, or leave kubeconfig empty.",
    );
  if (given(raw, "install")?.toLowerCase() === "false")
    note(
      "install",
      "it is false, and cluster is kind",
      "A new cluster has no mesh: leave install true, or set cluster to existing.",
    );
}
