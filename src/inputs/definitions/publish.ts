/** Inputs about what is told to GitHub, and about the report folder. */
import type { InputDefinition } from "./definition.ts";

export const publishInputs = [
  {
    name: "token",
    type: "text",
    default: "",
    actionDefault: `\${{ github.token }}`,
    description:
      "GitHub token for the commit status (permission statuses: write) and for baseline-run (actions: read). Never shown. One that may only read is no failure: what could not be published is said.",
  },
  {
    name: "commit-status",
    type: "flag",
    default: "true",
    description: "Set a commit status: pending first, then the decision of the gate. In a workflow alone.",
  },
  {
    name: "status-context",
    type: "text",
    default: "",
    description:
      "Name of the commit status; when empty it is smi-conformance/MESH/VERSION, followed by mutant, cluster (where it is existing), smi-versions, kubernetes-version and shard as they are given. Legs of a matrix that differ in something else need different ones.",
  },
  {
    name: "status-sha",
    type: "text",
    default: "",
    description:
      "Commit that gets the status, 40 hexadecimal digits; when empty the one that the event is about (of a pull request, its head).",
  },
  {
    name: "target-url",
    type: "text",
    default: "",
    description: "Where the commit status leads, http or https; the workflow run when empty.",
  },
  {
    name: "upload",
    type: "flag",
    default: "true",
    description: "Upload the report folder as an artifact of the workflow run. In a workflow alone.",
  },
  {
    name: "artifact-name",
    type: "text",
    default: "",
    description:
      "Name of that artifact; when empty it is made of mesh, version, mutant, cluster (where it is existing), smi-versions, kubernetes-version, shard, job and attempt. Legs of a matrix that differ in something else need different ones.",
  },
  {
    name: "retention-days",
    type: "number",
    default: "",
    description: "Days that GitHub keeps the artifact, 1 to 90; the repository's own setting when empty.",
  },
  {
    name: "fail-on-upload-error",
    type: "flag",
    default: "false",
    description: "Let the step fail when the artifact cannot be uploaded; otherwise that is a warning.",
  },
] as const satisfies readonly InputDefinition[];

export const reportInputs = [
  {
    name: "report-dir",
    type: "path",
    default: "smi-conformance-report",
    description: "Folder for the report (JSON, JUnit, Markdown, HTML) and the evidence.",
  },
  {
    name: "evidence",
    type: "choice",
    choices: ["failures", "none"],
    default: "failures",
    description:
      "failures: keep logs, events and objects of what failed or stayed unclear. none: keep nothing of the cluster but what the report says, where logs may hold what others must not see.",
  },
] as const satisfies readonly InputDefinition[];
