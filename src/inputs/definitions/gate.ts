/** Inputs about what makes the step pass or block. */
import type { InputDefinition } from "./definition.ts";

export const gateInputs = [
  {
    name: "fail-on",
    type: "choice",
    choices: ["must-failures", "any-failure", "regression", "never"],
    default: "must-failures",
    description:
      "What blocks. must-failures: a MUST assertion that fails. any-failure: an assertion of any level that fails. regression: an assertion that passed in the baseline and does not pass now. never: nothing; the step succeeds, and the output gate still has the decision. In every mode but never, what is inconclusive, ended in an error or was not run blocks as well.",
  },
  {
    name: "minimum",
    type: "list",
    default: "",
    description:
      'Minimum percentage of the applicable MUST assertions that must pass: overall, for a spec, or both, for example "90" or "traffic-access=100 traffic-split=80".',
  },
  {
    name: "require",
    type: "list",
    default: "",
    description: "Assertions (by id) and specs that must be run and must pass, whatever their level.",
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
      "Earlier report to compare with (report.json, or a folder that contains one): an assertion that passed there and does not pass now blocks.",
  },
  {
    name: "baseline-run",
    type: "text",
    default: "",
    description: "Id of an earlier workflow run of this repository whose artifact contains the baseline. Needs token.",
  },
  {
    name: "baseline-artifact",
    type: "text",
    default: "",
    description: "Name of that artifact, whatever its attempt; when empty, the name that this run gives to its own.",
  },
] as const satisfies readonly InputDefinition[];
