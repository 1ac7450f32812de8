/** Inputs about what is published at GitHub, and about the report folder. */
import type { InputDefinition } from "./definition.ts";

export const publishInputs = [
  {
    name: "token",
    type: "text",
    default: "",
    actionDefault: `\${{ github.token }}`,
    description:
      "GitHub token for the commit status (permission statuses: write) and for baseline-run (actions: read). Never shown. A read-only token is no failure: the summary says what could not be published.",
  },
  {
    name: "commit-status",
    type: "flag",
    default: "true",
    description: "Set a commit status: pending first, then the decision of the gate. Only in a workflow.",
  },
  {
    name: "status-context",
    type: "text",
    default: "",
    description:
      "Name of the commit status; when empty, smi-conformance/MESH/VERSION, followed by those of mutant, cluster (if it is existing), smi-versions, kubernetes-version and shard that are given. Matrix jobs that differ in anything else need names of their own.",
  },
  {
    name: "status-sha",
    type: "text",
    default: "",
    description:
      "Commit that gets the status, 40 hexadecimal digits; when empty, the commit that the event is about (for a pull request, its head).",
  },
  {
    name: "target-url",
    type: "text",
    default: "",
    description: "Address that the commit status links to, http or https; the workflow run when empty.",
  },
  {
    name: "upload",
    type: "flag",
    default: "true",
    description: "Upload the report folder as an artifact of the workflow run. Only in a workflow.",
  },
  {
    name: "artifact-name",
    type: "text",
    default: "",
    description:
      "Name of that artifact; when empty, made of mesh, version, mutant, cluster (if it is existing), smi-versions, kubernetes-version, shard, job and attempt. Matrix jobs that differ in anything else need names of their own.",
  },
  {
    name: "retention-days",
    type: "number",
    default: "",
    description:
      "Days for which GitHub keeps the artifact, 1 to 400 as far as the repository allows (90 for public ones); its own setting when 0 or empty.",
  },
  {
    name: "fail-on-upload-error",
    type: "flag",
    default: "false",
    description: "Fail the step if the artifact cannot be uploaded; otherwise that is a warning.",
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
      "failures: keep logs, events and objects of assertions that failed, were inconclusive or ended in an error. none: keep nothing of the cluster beyond the report, for clusters whose logs others must not see.",
  },
] as const satisfies readonly InputDefinition[];
