/** How the program ends where it came to no result. */
import { failureOf } from "../errors.ts";
import { renderFailure } from "../render/terminal/failure.ts";

/** Prints each error with its remedy. @returns exit code */
export function failProgram(error: unknown, print: (text: string) => void): number {
  const { errors, exitCode } = failureOf(error);
  print(`${renderFailure(errors)}\n`);
  return exitCode;
}
