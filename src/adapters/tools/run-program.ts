/** Runs one program to its end through @actions/exec, within limits of time and output. */
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import { exec } from "@actions/exec";
import { isPrivateVariable } from "../../domain/github/private-environment.ts";
import { InfrastructureError } from "../../errors.ts";
import type { Clock, ToolOptions, ToolResult } from "../../ports.ts";
import { createEnding, type Ended, type Ending } from "./ending.ts";
import { createOutput } from "./output.ts";
import { inOwnSession } from "./session.ts";
import { startProblem, which } from "./which.ts";

/** exec hands out no process. Node announces each one on this channel, within the call that makes it. */
const making = new AsyncLocalStorage<Ending["follow"]>();
subscribe("child_process", (message) =>
  making.getStore()?.((message as { readonly process: Parameters<Ending["follow"]>[0] }).process),
);

export type ProgramResult = ToolResult & Partial<Ended> & { readonly exitCode: number | null };

/**
 * How the program ends is the result, never an error.
 * @throws InfrastructureError("launcher-missing") where this machine cannot start any program in a session of its own.
 * @param onLine is given each line of standard error as it comes; what it returns is kept.
 */
export async function runProgram(
  argv: readonly [string, ...string[]],
  options: ToolOptions,
  clock: Pick<Clock, "deadline">,
  onLine: (line: string) => string,
): Promise<ProgramResult> {
  const [launcher, ...launcherArgs] = inOwnSession(process.platform);
  const problem = await startProblem(argv[0], options);
  // Said as what it is: every program would otherwise seem to be missing, Docker's daemon among them.
  if (problem === undefined && (await which(launcher)) === undefined)
    throw new InfrastructureError(
      "launcher-missing",
      `there is no program "${launcher}" on PATH, and programs are started by it`,
      `Install ${launcher} (on Linux it is part of util-linux), or add its folder to PATH.`,
    );
  const { signal, timeoutMs, cwd, env, input = "" } = options;
  const early = signal?.aborted ? { reason: "not started: the run was stopped", cause: signal.reason } : problem;
  if (early !== undefined) return { exitCode: null, stdout: "", stderr: "", ...early };

  const ending = createEnding(clock);
  ending.whileRunning(signal, () => ending.stop("ended because the run was stopped", signal?.reason));
  if (timeoutMs !== undefined) {
    const limit = clock.deadline(timeoutMs);
    ending.whileRunning(limit, () => ending.stop(`ended because it took longer than ${timeoutMs} ms`, limit.reason));
  }
  const output = createOutput(onLine, (excess) => ending.stop(`ended because it printed ${excess}`));
  const run = () =>
    exec(launcher, [...launcherArgs, ...argv], {
      env: { ...publicEnvironment(), ...env },
      // Given also where it is empty, so that the program sees its end at once.
      input: Buffer.from(input),
      ignoreReturnCode: true,
      silent: true,
      listeners: { stdout: output.onStdout, stderr: output.onStderr },
      ...(cwd !== undefined && { cwd }),
    });
  try {
    // null where a signal has ended it, though exec's types say otherwise.
    const exitCode: number | null = await making.run(ending.follow, run);
    const ended = ending.settle();
    return { ...output.end(), exitCode: ended === undefined ? exitCode : null, ...ended };
  } catch (cause) {
    ending.settle();
    return { ...output.end(), exitCode: null, reason: `could not be started: ${(cause as Error).message}`, cause };
  }
}

function publicEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => !isPrivateVariable(name));
  return Object.fromEntries(entries) as Record<string, string>;
}
