/** What a step of an action says where it comes to no result of its own, and how it ends. */
import { fail } from "../adapters/github/actions.ts";
import { ConfigurationError, describeError } from "../errors.ts";
import { InputErrors } from "../inputs/inputs.ts";

/** Each mistake as a line with its remedy. Exit code 2 where all of them are the user's, 3 otherwise. */
export function failureOf(error: unknown): { readonly lines: readonly string[]; readonly exitCode: 2 | 3 } {
  const list = error instanceof InputErrors ? error.errors : [error];
  return {
    lines: list.map((one) => {
      const { message, next } = describeError(one);
      return next === undefined ? message : `${message}. ${next}`;
    }),
    exitCode: list.every((one) => one instanceof ConfigurationError) ? 2 : 3,
  };
}

/** Runs a step to its exit code. Nothing is awaited: its bundle is CommonJS. */
export function runStep(step: () => Promise<number>): void {
  void step()
    .catch((error: unknown) => {
      const { lines, exitCode } = failureOf(error);
      for (const line of lines) fail(line);
      return exitCode;
    })
    .then((code) => process.exit(code));
}
