/** Every input and output of the main action, once: action.yml, the tables of docs/inputs.md, `help run` and the parser are made from this. */
import type { InputDefinition, OutputDefinition, RawOf } from "./definition.ts";
import { gateInputs } from "./gate.ts";
import { clusterInputs, meshInputs } from "./mesh.ts";
import { publishInputs, reportInputs } from "./publish.ts";
import { runInputs } from "./run.ts";

export type { InputDefinition };

/** As they are shown to a person, under headings. */
export const inputGroups: readonly { readonly heading: string; readonly inputs: readonly InputDefinition[] }[] = [
  { heading: "Mesh", inputs: meshInputs },
  { heading: "Cluster", inputs: clusterInputs },
  { heading: "What is run", inputs: runInputs },
  { heading: "Gate", inputs: gateInputs },
  { heading: "Publishing", inputs: publishInputs },
  { heading: "Report", inputs: reportInputs },
];

export const inputDefinitions = [
  ...meshInputs,
  ...clusterInputs,
  ...runInputs,
  ...gateInputs,
  ...publishInputs,
  ...reportInputs,
] as const;

export type InputName = (typeof inputDefinitions)[number]["name"];

/** Inputs as they come, from a runner or a command line. */
export type RawInputs = RawOf<InputName>;

export const outputDefinitions: readonly OutputDefinition[] = [
  { name: "verdict", description: "conformant, not-conformant, inconclusive or error." },
  {
    name: "percentage",
    description: "Percentage of the applicable MUST assertions that pass; empty when none applies.",
  },
  {
    name: "gate",
    description: "pass or block: the decision of the gate, also where fail-on is never and the step succeeds.",
  },
  { name: "conformant", description: "true if the verdict is conformant, otherwise false." },
  {
    name: "capability",
    description: "FULL, HALF, NONE or NOT_ASSESSED for each spec, as JSON; {} when nothing was run.",
  },
  { name: "counts", description: "Number of assertions by verdict, as JSON." },
  { name: "failed", description: "Ids of the assertions that failed, as a JSON array." },
  {
    name: "mesh-version",
    description: "Version read back from the running mesh; empty when it could not be determined.",
  },
  { name: "report", description: "Path of report.json." },
  { name: "summary", description: "Path of report.md." },
  { name: "html", description: "Path of report.html." },
  { name: "junit", description: "Path of junit.xml." },
  { name: "artifact-id", description: "Id of the uploaded artifact; empty when none was uploaded." },
  { name: "artifact-url", description: "Page of the uploaded artifact; empty when none was uploaded." },
  { name: "artifact-digest", description: "SHA-256 of the uploaded artifact; empty when none was uploaded." },
  { name: "status-url", description: "Address of the commit status in GitHub's API; empty when none was set." },
  {
    name: "cluster-name",
    description: "Name of the kind cluster, whether or not it is kept; empty on any other cluster.",
  },
  { name: "kubeconfig", description: "Path of the kubeconfig of a cluster that is kept." },
];
