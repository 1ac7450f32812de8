/** `smi-conformance version`: which version of the suite this is. */

import { InputErrors } from "../errors.ts";
import { readCommandLine } from "../inputs/command-line.ts";
import type { Command } from "./command.ts";

/** @param version MAJOR.MINOR.PATCH of the suite */
export function versionCommand(version: () => Promise<string>, print: (text: string) => void): Command {
  return {
    usage: "smi-conformance version\n\n  Prints the version of this suite, which is also that of its reference mesh.\n",
    async run(argv) {
      const { mistakes } = readCommandLine(argv, { options: {}, words: false, inputOf: (option) => `--${option}` });
      if (mistakes.length > 0) throw new InputErrors(mistakes);
      print(await version());
      return 0;
    },
  };
}
