/** Inputs about what is run. */
import type { InputDefinition } from "./definition.ts";

export const runInputs = [
  {
    name: "specs",
    type: "list",
    default: "",
    description: "Run only the assertions of these specs: traffic-access, traffic-specs, traffic-split.",
  },
  {
    name: "only",
    type: "list",
    default: "",
    description: "Run only these assertions: by id, by spec, or by a pattern such as traffic-split/weight-*.",
  },
  {
    name: "skip",
    type: "list",
    default: "",
    description: "Run all assertions except these, named like those of only.",
  },
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
      "How often each assertion is run, 1 to 20. The worst result is its verdict; the report has all of them, and names the assertions whose results differ.",
  },
  {
    name: "shard",
    type: "text",
    default: "",
    description:
      "Run only one part of the selected assertions: 2/4 is the second of four, and the four together are all of them. For a matrix of jobs whose reports are merged afterwards.",
  },
  {
    name: "parallel",
    type: "number",
    default: "",
    description:
      "Test cells (copies of the sample application) in use at once, 1 to 32. When empty, one more than this machine has processors; on the embedded cluster 12, or 6 over sockets.",
  },
  {
    name: "propagation-deadline",
    type: "number",
    default: "",
    description: "Seconds that the mesh may take to put a change into force; the profile's value when empty.",
  },
  {
    name: "timeout",
    type: "number",
    default: "1800",
    description: "Seconds after which the whole run is stopped, with the verdict error.",
  },
  {
    name: "app-image",
    type: "text",
    default: "",
    description: "Prebuilt image of the sample application; built on app-base-image when empty.",
  },
  {
    name: "app-base-image",
    type: "text",
    default: "node:24-bookworm-slim",
    description: "Node.js image on which the image of the sample application is built.",
  },
] as const satisfies readonly InputDefinition[];
