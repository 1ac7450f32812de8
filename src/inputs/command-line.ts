/** The arguments of a shell: Node's `parseArgs`, which stops at the first mistake, given only what is right of them. */
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { ConfigurationError } from "../errors.ts";
import { nearestNames } from "./suggest.ts";

export interface CommandLineSetup<Options extends ParseArgsOptionsConfig> {
  readonly options: Options;
  /** Whether words that belong to no option mean something. */
  readonly words: boolean;
  /** What a mistake in an option's value is told of: `mesh` where the option is an input, `--gate` where it is none. */
  readonly inputOf: (option: string) => string;
}

/** What becomes of an option, and whether the argument behind it is its value. */
type Taken = ({ readonly right: string } | { readonly mistake: ConfigurationError }) & { readonly withNext: boolean };

const isOption = (argument: string) => argument.startsWith("-") && argument !== "-";

function unknownOption(flag: string, known: readonly string[]): ConfigurationError {
  const near = nearestNames(flag.replace(/^-+/, ""), known, 3).map((name) => `--${name}`);
  return new ConfigurationError(
    flag,
    "there is no such option",
    `The nearest are ${near.join(", ")}; --help shows all.`,
  );
}

function takeOption(
  argument: string,
  next: string | undefined,
  { options, inputOf }: Omit<CommandLineSetup<ParseArgsOptionsConfig>, "words">,
): Taken {
  const [flag = ""] = argument.split("=", 1);
  const name = flag.startsWith("--") ? flag.slice(2) : "";
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  const hasValue = flag !== argument;
  const withNext = !hasValue && option?.type !== "boolean" && next !== undefined && !isOption(next);
  const wrong = (input: string, problem: string, remedy: string): Taken => ({
    mistake: new ConfigurationError(input, problem, remedy),
    withNext,
  });
  if (option === undefined) return { mistake: unknownOption(flag, Object.keys(options)), withNext };
  if (option.type === "boolean")
    return hasValue
      ? wrong(flag, "takes no value", `Give ${flag} alone, or leave it out.`)
      : { right: argument, withNext };
  if (hasValue) return { right: argument, withNext };
  if (withNext) return { right: `${argument}=${next}`, withNext };
  return wrong(inputOf(name), "is given without a value", `Give one; one that begins with a dash as ${flag}=VALUE.`);
}

/** The values of what is right, and every mistake beside them. What follows an unknown option is taken for its value. */
export function readCommandLine<Options extends ParseArgsOptionsConfig>(
  argv: readonly string[],
  setup: CommandLineSetup<Options>,
) {
  const end = argv.includes("--") ? argv.indexOf("--") : argv.length;
  const left = argv.slice(0, end);
  const right: string[] = [];
  const words: string[] = [];
  const mistakes: ConfigurationError[] = [];
  for (let argument = left.shift(); argument !== undefined; argument = left.shift()) {
    if (!isOption(argument)) {
      words.push(argument);
      continue;
    }
    const taken = takeOption(argument, left[0], setup);
    if (taken.withNext) left.shift();
    if ("right" in taken) right.push(taken.right);
    else mistakes.push(taken.mistake);
  }
  words.push(...argv.slice(end + 1));
  if (!setup.words)
    for (const word of words)
      mistakes.push(
        new ConfigurationError(
          "the command line",
          `"${word}" belongs to no option`,
          "Run with --help for the options.",
        ),
      );
  return { values: parseArgs({ args: right, options: setup.options, strict: true }).values, words, mistakes };
}
