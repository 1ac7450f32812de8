/** The texts that `help` and `help run` print. */
import { inputGroups } from "../inputs/definitions/index.ts";
import { wrap } from "../render/terminal/terminal.ts";
import { realRun } from "../render/text/reference-notice.ts";
import type { NamedCommand } from "./command.ts";

const WIDTH = 100;
const exitCodes = "Exit codes: 0 conformant, 1 not conformant, 2 bad input, 3 infrastructure failed or inconclusive.";

const option = (name: string, description: string) => [
  `  --${name}`,
  ...wrap(description, WIDTH, "      ", "      ", Number.POSITIVE_INFINITY),
];

const inputOptions = inputGroups.flatMap(({ heading, inputs }) => [
  "",
  `${heading}:`,
  ...inputs.flatMap(({ name, default: value, description }) =>
    option(value === "" ? name : `${name} (${value})`, description),
  ),
]);

export const runUsage = `smi-conformance run [OPTION...]

  Judges a mesh, and writes the report. The options have the names of the inputs of the action; a flag takes true or
  false. With no option at all, and if no Docker daemon answers, it judges the reference mesh of this project.
${inputOptions.join("\n")}

For a person in a shell:
${[
  ...option("debug", "Show the programs that are started, and what they print."),
  ...option("list", "List the assertions and do nothing else, as the command list does."),
].join("\n")}

${exitCodes}
`;

/** @param commands in the order in which they are to be shown; the first is the default. */
export function overview(commands: readonly NamedCommand[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(
    ({ name, summary }, at) => `  ${name.padEnd(width)}  ${summary}${at === 0 ? " (the default)" : ""}`,
  );
  return `Reports how far a service mesh at a version conforms to the Service Mesh Interface.

  npm run conformance -- [COMMAND] [OPTION...]

Commands:
${lines.join("\n")}

  help COMMAND, or COMMAND --help, shows the arguments of a command. --help and -h without a command show this text.

Examples:
  ${realRun.command}
      Judges a mesh. Needs ${realRun.needs}.
  npm run conformance -- --cluster embedded
      Shows what a run is like, on the reference mesh of this project, in this process. Needs nothing else.
  npm run conformance -- --cluster embedded --mutant ignores-weights
      Shows a report of a mesh that does not conform.

Options of run, the default:
${inputOptions.join("\n")}

${exitCodes}
`;
}
