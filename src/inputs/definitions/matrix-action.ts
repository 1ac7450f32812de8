/** The inputs and outputs of matrix/action.yml, which is made from this. */
import type { InputDefinition, OutputDefinition } from "./definition.ts";

export const matrixActionInputs = [
  {
    name: "artifact-prefix",
    type: "text",
    default: "",
    description:
      "Read the reports in all artifacts of this run whose names begin with this; of a job that was run again, the newest attempt's.",
  },
  {
    name: "reports",
    type: "lines",
    default: "",
    description: "Reports to read as well: files, or folders that contain some, one a line.",
  },
  {
    name: "expect",
    type: "number",
    default: "1",
    description: "Number of reports expected. With fewer, the matrix is incomplete, which blocks.",
  },
  {
    name: "baseline",
    type: "lines",
    default: "",
    description:
      "Earlier reports, or the matrix.json of an earlier matrix, or folders that contain one; one a line. An assertion that passed there blocks if, in the merged reports of the same mesh, it does not pass or has no result.",
  },
  {
    name: "gate",
    type: "flag",
    default: "true",
    description:
      "true: the step fails unless the gate of every row passes and nothing is missing. false: the step reports only.",
  },
  {
    name: "out",
    type: "path",
    default: "smi-conformance-matrix",
    description: "Folder for the matrix (Markdown, JSON, SVG, HTML) and a badge for each mesh.",
  },
  { name: "upload", type: "flag", default: "true", description: "Upload that folder as an artifact." },
  {
    name: "artifact-name",
    type: "text",
    default: "",
    description: "Name of that artifact; smi-conformance-matrix-attempt-N when empty.",
  },
  {
    name: "retention-days",
    type: "number",
    default: "",
    description:
      "Days for which GitHub keeps it, 1 to 400 as far as the repository allows (90 for public ones); its own setting when 0 or empty.",
  },
] as const satisfies readonly InputDefinition[];

export type MatrixInputName = (typeof matrixActionInputs)[number]["name"];

export const matrixActionOutputs: readonly OutputDefinition[] = [
  { name: "gate", description: "pass or block." },
  { name: "matrix", description: "Path of matrix.json." },
  { name: "summary", description: "Path of matrix.md." },
  { name: "artifact-name", description: "Name of the artifact; empty when none was uploaded." },
  { name: "artifact-id", description: "Id of the artifact." },
  { name: "artifact-url", description: "Page of the artifact." },
];
