/** What a command of the program is, and how the program finds the one that is asked for. */

import { suggest } from "../domain/suggest.ts";
import { ConfigurationError } from "../errors.ts";

export interface Command {
  /** What `help NAME` prints. */
  readonly usage: string;
  /**
   * @param argv without the command's name
   * @returns exit code
   * @throws InputErrors or ConfigurationError for bad input, InfrastructureError
   */
  readonly run: (argv: readonly string[]) => Promise<number>;
}

export interface NamedCommand {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** Loads it when it is asked for: no command waits for the modules of another. */
  readonly load: () => Promise<Command>;
}

const asksForHelp = (argv: readonly string[]) => {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? argv.length : end).some((argument) => argument === "--help" || argument === "-h");
};

function find(name: string, commands: readonly NamedCommand[]): NamedCommand {
  const found = commands.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = [...commands.map((one) => one.name), "help"];
  throw new ConfigurationError(
    "the command line",
    `there is no command "${name}"`,
    suggest(name, names, `The commands are ${names.join(", ")}.`),
  );
}

export interface Program {
  /** The first is the one that runs where none is named. */
  readonly commands: readonly [NamedCommand, ...NamedCommand[]];
  /** What `help` prints where no command is named. */
  readonly overview: (commands: readonly NamedCommand[]) => string;
  readonly print: (text: string) => void;
}

/**
 * @param argv the program's arguments
 * @returns exit code
 * @throws ConfigurationError for an unknown command, and what the command throws
 */
export async function runProgram(argv: readonly string[], { commands, overview, print }: Program): Promise<number> {
  const [first = ""] = argv;
  const named = first !== "" && !first.startsWith("-");
  if (named && first !== "help") {
    const command = await find(first, commands).load();
    if (!asksForHelp(argv)) return command.run(argv.slice(1));
    print(command.usage);
    return 0;
  }
  if (!named && !asksForHelp(argv)) return (await commands[0].load()).run(argv);
  const about = named ? argv.slice(1).find((argument) => !argument.startsWith("-")) : undefined;
  print(about === undefined || about === "help" ? overview(commands) : (await find(about, commands).load()).usage);
  return 0;
}
