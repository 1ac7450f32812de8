/** The inputs and outputs of publish/action.yml, which is made from this. */
import type { InputDefinition, OutputDefinition } from "./definition.ts";

export const publishActionInputs = [
  {
    name: "run-id",
    type: "text",
    required: true,
    default: "",
    description:
      "Workflow run whose artifact contains the report: in a workflow_run workflow, github.event.workflow_run.id.",
  },
  { name: "artifact-name", type: "text", required: true, default: "", description: "Name of that artifact." },
  {
    name: "status-sha",
    type: "text",
    required: true,
    default: "",
    description:
      "Commit that gets the status, 40 hexadecimal digits. From the event, never from the artifact: whoever wrote the report could name any commit.",
  },
  {
    name: "status-context",
    type: "text",
    required: true,
    default: "",
    description: "Name of the status. Written in the workflow and not read from the report, for the same reason.",
  },
  {
    name: "target-url",
    type: "text",
    default: "",
    description: "Address that the status links to, http or https; the page of the run when empty.",
  },
  {
    name: "token",
    type: "text",
    default: "",
    actionDefault: `\${{ github.token }}`,
    description: "GitHub token with the permissions actions: read and statuses: write.",
  },
] as const satisfies readonly InputDefinition[];

export type PublishInputName = (typeof publishActionInputs)[number]["name"];

export const publishActionOutputs: readonly OutputDefinition[] = [
  { name: "state", description: "success, failure or error." },
  { name: "status-url", description: "Address of the status in GitHub's API." },
];
