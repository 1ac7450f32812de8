/** Inputs about the mesh that is tested, and the cluster that it is tested on. */
import type { InputDefinition } from "./definition.ts";

export const meshInputs = [
  {
    name: "mesh",
    type: "text",
    default: "",
    description:
      "Mesh to test: the name of a bundled profile, unless mesh-profile is given. Required, unless cluster is embedded: that has the mesh reference and no other.",
  },
  {
    name: "mesh-version",
    type: "text",
    default: "",
    description:
      "Version of the mesh, MAJOR.MINOR.PATCH with or without a leading v. Required; the reference mesh has that of the suite.",
  },
  {
    name: "mesh-profile",
    type: "path",
    default: "",
    description: "Profile of your own (YAML, see schemas/mesh-profile.schema.json) instead of a bundled one.",
  },
  {
    name: "allow-unknown-version",
    type: "flag",
    default: "false",
    description: "Install a version that the profile does not know, the way its newest known one is.",
  },
  {
    name: "manifest",
    type: "path",
    default: "",
    description: "Kubernetes manifest (file) to install the mesh from, instead of the profile's chart.",
  },
  {
    name: "chart",
    type: "text",
    default: "",
    description: "Chart to install instead of the profile's: a folder, a .tgz file or an oci:// address.",
  },
  { name: "chart-version", type: "text", default: "", description: "Version of that chart." },
  { name: "values", type: "path", default: "", description: "Helm values file, laid over those of the profile." },
  {
    name: "images",
    type: "list",
    default: "",
    description:
      "Images of this machine to load into the cluster besides those that the manifest names: an unreleased build, for example.",
  },
] as const satisfies readonly InputDefinition[];

export const clusterInputs = [
  {
    name: "cluster",
    type: "choice",
    choices: ["kind", "existing", "embedded"],
    default: "",
    description:
      "kind: create a cluster, and delete it afterwards. existing: use the one of kubeconfig, and leave it. embedded: no Docker, no Kubernetes; judges the reference mesh of this suite, in process. Empty: kind for a mesh that is named, embedded for the mesh reference and for a mutant; in a shell also where nothing is named and no Docker daemon answers.",
  },
  {
    name: "kubeconfig",
    type: "path",
    default: "",
    description: "Kubeconfig of an existing cluster; its current context is used.",
  },
  { name: "install", type: "flag", default: "true", description: "false: the mesh is on the cluster already." },
  {
    name: "kubernetes-version",
    type: "text",
    default: "",
    description:
      "Kubernetes version of the kind cluster: 1.34 to 1.37, or a patch release with an image of the kind release that this action uses. Any other: give node-image.",
  },
  {
    name: "node-image",
    type: "text",
    default: "",
    description: "Node image of the kind cluster; kind's own default when empty.",
  },
  {
    name: "kind-config",
    type: "path",
    default: "",
    description:
      "kind configuration (YAML, Cluster of kind.x-k8s.io/v1alpha4) that the cluster is made from, of one node or several. Name and a label of the nodes are added to it.",
  },
  {
    name: "keep-cluster",
    type: "flag",
    default: "false",
    description: "Leave the kind cluster for a look; its kubeconfig is printed.",
  },
  {
    name: "mutant",
    type: "text",
    default: "",
    description:
      "Embedded cluster only: fault to put into the reference mesh, by its name in docs/kill-matrix.md. Shows a failing report.",
  },
  {
    name: "smi-versions",
    type: "list",
    default: "",
    description:
      "Embedded cluster only: versions of access, specs and split that it serves, in this order. Empty: v1alpha3 v1alpha4 v1alpha4, or those in which the mutant shows.",
  },
  {
    name: "seed",
    type: "number",
    default: "",
    description: "Embedded cluster only: start of the chance by which the reference mesh splits traffic; 1 when empty.",
  },
  {
    name: "wire",
    type: "choice",
    choices: ["memory", "sockets"],
    default: "",
    description:
      "Embedded cluster only: memory (when empty) calls its pods as functions, which takes seconds; sockets has each of them listen on a loopback address of its own, which takes four times as long.",
  },
] as const satisfies readonly InputDefinition[];
