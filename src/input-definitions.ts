/** Every input and output, once: action.yml, the README tables, `--help` and the parser are made from this. */

export interface InputDefinition {
  readonly name: string;
  readonly type: "text" | "list" | "flag" | "number" | "path" | "choice";
  readonly choices?: readonly string[];
  /** Empty for none. */
  readonly default: string;
  readonly description: string;
}

export const inputDefinitions = [
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
    name: "node-image",
    type: "text",
    default: "",
    description: "Node image of the kind cluster; kind's own default when empty.",
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
    name: "specs",
    type: "list",
    default: "",
    description: "Only assertions of these specs: traffic-access, traffic-specs, traffic-split.",
  },
  { name: "only", type: "list", default: "", description: "Only these assertions, by id." },
  { name: "skip", type: "list", default: "", description: "All but these assertions, by id." },
  {
    name: "assertions",
    type: "path",
    default: "",
    description: "Folder of assertions and fixtures to run instead of the bundled ones.",
  },
  {
    name: "parallel",
    type: "number",
    default: "",
    description:
      "Cells (copies of the sample application) in use at once, 1 to 32; one more than this machine has processors when empty, 6 on the embedded cluster.",
  },
  {
    name: "propagation-deadline",
    type: "number",
    default: "",
    description: "Seconds that the mesh may take for a change; the profile's value when empty.",
  },
  {
    name: "timeout",
    type: "number",
    default: "1800",
    description: "Seconds after which the whole run ends with verdict error.",
  },
  {
    name: "app-image",
    type: "text",
    default: "",
    description: "Ready image of the sample application; built on app-base-image when empty.",
  },
  {
    name: "app-base-image",
    type: "text",
    default: "node:24-bookworm-slim",
    description: "Node image that the sample application's image is built on.",
  },
  {
    name: "report-dir",
    type: "path",
    default: "smi-conformance-report",
    description: "Folder for the report (JSON, JUnit, Markdown) and the evidence.",
  },
  {
    name: "keep-cluster",
    type: "flag",
    default: "false",
    description: "Leave the kind cluster for a look; its kubeconfig is printed.",
  },
] as const satisfies readonly InputDefinition[];

export type InputName = (typeof inputDefinitions)[number]["name"];

/** Inputs as they come, from a runner or a command line. */
export type RawInputs = Readonly<Partial<Record<InputName, string>>>;

export const outputDefinitions = [
  { name: "verdict", description: "conformant, not-conformant, inconclusive or error." },
  {
    name: "percentage",
    description: "Share of the applicable MUST assertions that pass, in percent; empty when none applies.",
  },
  { name: "counts", description: "Assertions by verdict, as JSON." },
  { name: "failed", description: "Ids of the assertions that failed, as a JSON list." },
  { name: "mesh-version", description: "Version read back from what ran; empty when it could not be told." },
  { name: "report", description: "Path of report.json." },
  { name: "summary", description: "Path of report.md." },
  { name: "junit", description: "Path of junit.xml." },
  { name: "cluster-name", description: "Name of the kind cluster, kept or not." },
  { name: "kubeconfig", description: "Kubeconfig of the cluster, where it was kept." },
] as const;
