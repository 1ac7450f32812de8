/** How a step of an action ends, also where it came to no result of its own. */
import { describeError, failureOf } from "../errors.ts";
import type { StepReport } from "../ports.ts";
import { text } from "../render/text/gfm.ts";

/** Each error as a line with its remedy. */
const failureLines = (errors: readonly unknown[]): readonly string[] =>
  errors.map((one) => {
    const { message, next } = describeError(one);
    return next === undefined ? message : `${message}. ${next}`;
  });

/**
 * Runs a step to its exit code. Nothing is awaited: its bundle is CommonJS.
 * @param title of the summary that says why the step came to no result
 */
export function runStep(title: string, step: () => Promise<number>, report: StepReport): void {
  // Node would print the error as it is, with whatever a cluster put into its message.
  process.on("uncaughtException", (error) => {
    report.fail(describeError(error).message);
    process.exit(3);
  });
  void step()
    .catch(async (error: unknown) => {
      const { errors, exitCode } = failureOf(error);
      const lines = failureLines(errors);
      for (const line of lines) report.fail(line);
      await report.writeSummary(`## ${title}: not run\n\n${lines.map((line) => `- ${text(line, 2000)}`).join("\n")}\n`);
      return exitCode;
    })
    .catch((error: unknown) => {
      report.fail(describeError(error).message);
      return 3;
    })
    // Sockets of exec sessions may linger; what had to be written is written.
    .then((code) => process.exit(code));
}
