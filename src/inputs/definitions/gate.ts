/** Inputs about what the step passes or blocks on. */
import type { InputDefinition } from "./definition.ts";

export const gateInputs = [
  {
    name: "fail-on",
    type: "choice",
    choices: ["must-failures", "any-failure", "regression", "never"],
    default: "must-failures",
    description:
      "What blocks. must-failures: an assertion of level MUST that fails. any-failure: one of any level. regression: one that passed in the baseline and does not now. never: nothing; the step is green, and the output gate still tells the decision. What is unclear, went wrong or was not run blocks in each mode but never.",
  },
  {
    name: "minimum",
    type: "list",
    default: "",
    description:
      'Least percentage of the applicable MUST assertions that has to pass: in all, of a spec, or both, for example "90", or "traffic-access=100 traffic-split=80".',
  },
  {
    name: "require",
    type: "list",
    default: "",
    description: "Assertions (by id) and specs that have to be run and to pass, of whatever level they are.",
  },
  {
    name: "allow-failures",
    type: "path",
    default: "",
    description: "YAML file of known failures that do not block: a list of id, reason and expires (YYYY-MM-DD).",
  },
  {
    name: "baseline",
    type: "path",
    default: "",
    description:
      "Earlier report (report.json, or a folder that holds one) to compare with: what passed there and does not now blocks.",
  },
  {
    name: "baseline-run",
    type: "text",
    default: "",
    description:
      "Id of an earlier workflow run of this repository, to take the baseline from its artifact. Needs token.",
  },
  {
    name: "baseline-artifact",
    type: "text",
    default: "",
    description: "Name of that artifact, of whichever attempt; when empty the name that this run gives its own.",
  },
] as const satisfies readonly InputDefinition[];
