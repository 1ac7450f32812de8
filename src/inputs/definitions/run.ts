/** Inputs about what is run. */
import type { InputDefinition } from "./definition.ts";

export const runInputs = [
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
    name: "repeat",
    type: "number",
    default: "1",
    description:
      "Times that each assertion is run, 1 to 20. The worst run is its verdict; the report has each, and names those that were not the same every time.",
  },
  {
    name: "shard",
    type: "text",
    default: "",
    description:
      "Run only one part of the selected assertions, 2/4 for the second of four; together the parts are all of them. For a matrix of jobs whose reports are merged afterwards.",
  },
  {
    name: "parallel",
    type: "number",
    default: "",
    description:
      "Cells (copies of the sample application) in use at once, 1 to 32; one more than this machine has processors when empty, 12 on the embedded cluster, 6 there over sockets.",
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
] as const satisfies readonly InputDefinition[];
