// action.yml, matrix/action.yml and publish/action.yml, from the definitions of their inputs and outputs.
import { stringify } from "yaml";
import type { InputDefinition, OutputDefinition } from "../src/inputs/definitions/definition.ts";
import { inputDefinitions, outputDefinitions } from "../src/inputs/definitions/index.ts";
import { matrixActionInputs, matrixActionOutputs } from "../src/inputs/definitions/matrix-action.ts";
import { publishActionInputs, publishActionOutputs } from "../src/inputs/definitions/publish-action.ts";

interface Action {
  readonly path: string;
  /** File below src/inputs/definitions/. */
  readonly source: string;
  readonly name: string;
  readonly description: string;
  readonly icon: string;
  readonly inputs: readonly InputDefinition[];
  readonly outputs: readonly OutputDefinition[];
  readonly runs: Readonly<Record<string, string>>;
}

const actions: readonly Action[] = [
  {
    path: "action.yml",
    source: "index.ts",
    name: "SMI conformance",
    description: "Reports, with evidence, how far a service mesh at a version conforms to the Service Mesh Interface.",
    icon: "check-circle",
    inputs: inputDefinitions,
    outputs: outputDefinitions,
    runs: { main: "dist/main.cjs", post: "dist/post.cjs", "post-if": "always()" },
  },
  {
    path: "matrix/action.yml",
    source: "matrix-action.ts",
    name: "SMI conformance matrix",
    description:
      "Merges the reports of a workflow run's matrix jobs into one table of meshes, versions and specs, and gates on all of them.",
    icon: "grid",
    inputs: matrixActionInputs,
    outputs: matrixActionOutputs,
    runs: { main: "../dist/matrix.cjs" },
  },
  {
    path: "publish/action.yml",
    source: "publish-action.ts",
    name: "SMI conformance status",
    description:
      "Sets the commit status of a run that could not set it itself, from the report in the artifact of that run.",
    icon: "check-circle",
    inputs: publishActionInputs,
    outputs: publishActionOutputs,
    runs: { main: "../dist/publish.cjs" },
  },
];

/** What a workflow's runner gives where the input is left out; empty for nothing. */
export const actionDefault = (input: InputDefinition): string => input.actionDefault ?? input.default;

function render({ source, name, description, icon, inputs, outputs, runs }: Action): string {
  const action = {
    ...{ name, description, author: "Layer5", branding: { icon, color: "green" } },
    inputs: Object.fromEntries(
      inputs.map((input) => [
        input.name,
        {
          description: input.description,
          required: input.required === true,
          ...(actionDefault(input) === "" ? {} : { default: actionDefault(input) }),
        },
      ]),
    ),
    outputs: Object.fromEntries(outputs.map((output) => [output.name, { description: output.description }])),
    runs: { using: "node24", ...runs },
  };
  const head = `# Made by scripts/generate.ts from src/inputs/definitions/${source}: change that, then \`npm run generate\`.\n`;
  return head + stringify(action, { lineWidth: 0 });
}

/** By path below the root. */
export const actionFiles = (): readonly (readonly [string, string])[] =>
  actions.map((action) => [action.path, render(action)]);
