/** The only starter of programs: argument arrays, never a shell. */
import { ToolError } from "../../errors.ts";
import type { Clock, Log, Tool } from "../../ports.ts";
import { runProgram } from "./run-program.ts";

export interface ToolSetup {
  readonly log: Pick<Log, "debug">;
  readonly clock: Pick<Clock, "now" | "deadline">;
  /** Masked wherever a person sees them: in arguments, standard error and messages. Standard output stays as it is. */
  readonly secrets?: readonly string[];
}

/** A Tool that runs programs through @actions/exec. */
export function createTool({ log, clock, secrets = [] }: ToolSetup): Tool {
  const mask = createMask(secrets);
  return {
    async run(argv, options = {}) {
      const shown = argv.map(mask);
      const fail = (exitCode: number | null, stderr: string, cause?: unknown) =>
        new ToolError(shown, exitCode, stderr, cause === undefined ? undefined : { cause });
      const started = clock.now();
      log.debug(`$ ${shown.join(" ")}`);
      const ended = await runProgram(argv, options, clock, (line) => {
        const safe = mask(line);
        if (options.onLine) options.onLine(safe);
        else log.debug(`  ${safe}`);
        return safe;
      });
      log.debug(`  ${shown[0]}: exit ${ended.exitCode ?? "none"} after ${Math.round(clock.now() - started)} ms`);
      if (ended.exitCode === 0) return { stdout: ended.stdout, stderr: ended.stderr };
      throw fail(ended.exitCode, [ended.stderr, ended.reason].filter(Boolean).join("\n"), ended.cause);
    },
  };
}

/** The longest first, so that none is left in part where one secret holds another. */
function createMask(secrets: readonly string[]): (text: string) => string {
  const lines = secrets
    .flatMap((secret) => secret.split(/\r?\n/))
    .filter((line) => line !== "")
    .toSorted((one, other) => other.length - one.length);
  return (text) => lines.reduce((masked, line) => masked.replaceAll(line, "***"), text);
}
