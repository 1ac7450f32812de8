/** Arguments from a shell. Node's `parseArgs` splits and reads them; this names every mistake, where that stops at the first. */
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { suggest } from "../domain/suggest.ts";
import { ConfigurationError } from "../errors.ts";

export interface CommandLineSetup<Options extends ParseArgsOptionsConfig> {
  readonly options: Options;
  /** Whether arguments that belong to no option mean something, such as paths of reports. */
  readonly words: boolean;
  /** What a mistake in an option's value is about: `mesh` where the option is an input, `--gate` where it is none. */
  readonly inputOf: (option: string) => string;
}

/** `--name`, `--name=value`, or `-x`, at its place in the arguments. */
interface Option {
  readonly index: number;
  readonly name: string;
  readonly inline: boolean;
}

/** The options and the other arguments, whichever options exist. */
function split(argv: readonly string[]) {
  // Without options of type string, so that `--mesh --list` is two options and never a mesh named `--list`.
  const { tokens } = parseArgs({ args: [...argv], strict: false, tokens: true, allowPositionals: true });
  const options = new Map<number, Option>();
  const words = new Map<number, string>();
  for (const token of tokens) {
    if (token.kind === "positional") words.set(token.index, token.value);
    if (token.kind !== "option") continue;
    const [flag = ""] = argv[token.index]?.split("=", 1) ?? [];
    // `-abc` makes three tokens of one argument.
    options.set(token.index, { index: token.index, name: flag, inline: flag !== argv[token.index] });
  }
  return { options: [...options.values()], words };
}

const unknownOption = (flag: string, known: readonly string[]) =>
  new ConfigurationError(
    flag,
    "there is no such option",
    suggest(
      flag,
      known.map((name) => `--${name}`),
      "--help lists all options.",
    ),
  );

/** The values of the options that are right, the other arguments, and every mistake. */
export function readCommandLine<Options extends ParseArgsOptionsConfig>(
  argv: readonly string[],
  { options, words: takesWords, inputOf }: CommandLineSetup<Options>,
) {
  const right: string[] = [];
  const mistakes: ConfigurationError[] = [];
  const wrong = (input: string, problem: string, remedy: string) =>
    mistakes.push(new ConfigurationError(input, problem, remedy));
  const found = split(argv);
  for (const { index, name: flag, inline } of found.options) {
    const name = flag.startsWith("--") ? flag.slice(2) : "";
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    const value = inline || option?.type === "boolean" ? undefined : found.words.get(index + 1);
    // What follows an unknown option is taken for its value: the mistake is one, and not two.
    if (value !== undefined) found.words.delete(index + 1);
    if (option === undefined) mistakes.push(unknownOption(flag, Object.keys(options)));
    else if (option.type === "boolean" && inline) wrong(flag, "takes no value", `Give ${flag} alone, or leave it out.`);
    else if (option.type === "string" && !inline && value === undefined)
      wrong(inputOf(name), "is given without a value", `Give one; one that begins with a dash as ${flag}=VALUE.`);
    else right.push(value === undefined ? (argv[index] ?? "") : `${flag}=${value}`);
  }
  const words = [...found.words.values()];
  if (!takesWords)
    for (const word of words)
      wrong("the command line", `"${word}" belongs to no option`, "Run with --help for the options.");
  return { values: parseArgs({ args: right, options, strict: true }).values, words, mistakes };
}
