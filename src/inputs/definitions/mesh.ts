/** Inputs about the mesh under test, and the cluster that it is tested on. */
import type { InputDefinition } from "./definition.ts";

export const meshInputs = [
  {
    name: "mesh",
    type: "text",
    default: "",
    description:
      "Mesh to test: the name of a bundled profile, unless mesh-profile is given. Required unless cluster is embedded, which has only the mesh reference.",
  },
  {
    name: "mesh-version",
    type: "text",
    default: "",
    description:
      "Version of the mesh, MAJOR.MINOR.PATCH, with or without a leading v. Required, except for the reference mesh, whose version is that of the suite.",
  },
  {
    name: "mesh-profile",
    type: "path",
    default: "",
    description:
      "Mesh profile of your own to use instead of a bundled one (YAML, see schemas/mesh-profile.schema.json).",
  },
  {
    name: "allow-unknown-version",
    type: "flag",
    default: "false",
    description: "Install a version that the profile does not list, in the same way as the newest one that it lists.",
  },
  {
    name: "manifest",
    type: "path",
    default: "",
    description: "Kubernetes manifest (a file) to install the mesh from, instead of the profile's chart.",
  },
  {
    name: "chart",
    type: "text",
    default: "",
    description: "Chart to install instead of the profile's: a folder, a .tgz file or an oci:// address.",
  },
  { name: "chart-version", type: "text", default: "", description: "Version of that chart." },
  {
    name: "values",
    type: "path",
    default: "",
    description: "Helm values file, merged over the values of the profile.",
  },
  {
    name: "images",
    type: "list",
    default: "",
    description:
      "Local images to load into the cluster in addition to those that the manifest names, for example an unreleased build.",
  },
] as const satisfies readonly InputDefinition[];

export const clusterInputs = [
  {
    name: "cluster",
    type: "choice",
    choices: ["kind", "existing", "embedded"],
    default: "",
    description:
      "kind: create a cluster, and delete it afterwards. existing: use the cluster of kubeconfig, and leave it running. embedded: no Docker and no Kubernetes; judges the reference mesh of this suite, in process. Empty: embedded for the mesh reference, and where no mesh is named but an input of the embedded cluster is, such as mutant; otherwise kind. In a shell also embedded where nothing is named and no Docker daemon answers.",
  },
  {
    name: "kubeconfig",
    type: "path",
    default: "",
    description: "Kubeconfig of an existing cluster; its current context is used.",
  },
  { name: "install", type: "flag", default: "true", description: "false: the mesh is already on the cluster." },
  {
    name: "kubernetes-version",
    type: "text",
    default: "",
    description:
      "Kubernetes version of the kind cluster: 1.34 to 1.37, or a patch release for which the kind release used here has an image. For any other, give node-image.",
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
      "kind configuration to create the cluster from, with one node or several (YAML, Cluster of kind.x-k8s.io/v1alpha4). The name of the cluster and a label of its nodes are added to it.",
  },
  {
    name: "keep-cluster",
    type: "flag",
    default: "false",
    description: "Keep the kind cluster for inspection; its kubeconfig is printed.",
  },
  {
    name: "mutant",
    type: "text",
    default: "",
    description:
      "Embedded cluster only: fault to inject into the reference mesh, by its name in docs/kill-matrix.md, to see a failing report.",
  },
  {
    name: "smi-versions",
    type: "list",
    default: "",
    description:
      "Embedded cluster only: versions of access, specs and split to serve, in this order. Empty: v1alpha3 v1alpha4 v1alpha4, or the versions in which the mutant shows.",
  },
  {
    name: "seed",
    type: "number",
    default: "",
    description: "Embedded cluster only: random seed of the traffic splits of the reference mesh; 1 when empty.",
  },
  {
    name: "wire",
    type: "choice",
    choices: ["memory", "sockets"],
    default: "",
    description:
      "Embedded cluster only: memory (the default) calls pods as functions, which takes seconds; sockets lets each pod listen on a loopback address of its own, which takes four times as long.",
  },
] as const satisfies readonly InputDefinition[];
