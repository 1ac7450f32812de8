/** How a step of an action ends, also where it came to no result of its own. */
import { describeError, failureOf } from "../errors.ts";

/** Each error as a line with its remedy. */
export const failureLines = (errors: readonly unknown[]): readonly string[] =>
  errors.map((one) => {
    const { message, next } = describeError(one);
    return next === undefined ? message : `${message}. ${next}`;
  });

/**
 * Runs a step to its exit code. Nothing is awaited: its bundle is CommonJS.
 * @param fail marks the step as failed, with a message
 */
export function runStep(step: () => Promise<number>, fail: (message: string) => void): void {
  void step()
    .catch((error: unknown) => {
      const { errors, exitCode } = failureOf(error);
      for (const line of failureLines(errors)) fail(line);
      return exitCode;
    })
    .then((code) => process.exit(code));
}
