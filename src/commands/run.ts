/** `smi-conformance run`, the default: reads the options. Whoever builds the program says what a run is. */
import { readCatalogue } from "../adapters/files/catalogue.ts";
import { type ConfigurationError, InputErrors } from "../errors.ts";
import { readCommandLine } from "../inputs/command-line.ts";
import { inputDefinitions, type RawInputs } from "../inputs/definitions/index.ts";
import type { Command } from "./command.ts";
import { runUsage } from "./help.ts";
import { listText } from "./list.ts";

export interface RunRequest {
  readonly inputs: RawInputs;
  /** In the command line itself; they are told with those in the inputs. */
  readonly mistakes: readonly ConfigurationError[];
  readonly debug: boolean;
}

const options = {
  ...Object.fromEntries(inputDefinitions.map(({ name }) => [name, { type: "string" }] as const)),
  list: { type: "boolean" },
  debug: { type: "boolean" },
} as const;

export interface RunCommandSetup {
  /** Folder of the suite's own assertions. */
  readonly bundled: string;
  readonly print: (text: string) => void;
  /** @returns exit code */
  readonly run: (request: RunRequest) => Promise<number>;
}

export function runCommand({ bundled, print, run }: RunCommandSetup): Command {
  return {
    usage: runUsage,
    async run(argv) {
      const { values, mistakes } = readCommandLine(argv, { options, words: false, inputOf: (name) => name });
      const { list, debug, ...inputs } = values as RawInputs & { readonly list?: boolean; readonly debug?: boolean };
      if (list !== true) return run({ inputs, mistakes, debug: debug === true });
      if (mistakes.length > 0) throw new InputErrors(mistakes);
      print(listText((await readCatalogue(inputs.assertions ?? bundled)).assertions));
      return 0;
    },
  };
}
