/** Ends a running program together with all that it has started: first by asking, after a grace by force. */
import type { ChildProcess } from "node:child_process";
import type { Clock } from "../../ports.ts";

/** Milliseconds between asking a program to end (SIGTERM) and ending it (SIGKILL). */
export const KILL_GRACE_MS = 2_000;
/** Milliseconds for which an ended program's output may still be held open by something that it left running. */
export const OUTPUT_GRACE_MS = 2_000;

/** Why a program has no exit code of its own. */
export interface Ended {
  readonly reason: string;
  readonly cause?: unknown;
}

export interface Ending {
  /** Takes charge of the program's process, which leads a process group; called as the process is made, before it runs. */
  follow(child: ChildProcess): void;
  /** Runs `act` when `signal` aborts, unless the program has ended by then. */
  whileRunning(signal: AbortSignal | undefined, act: () => void): void;
  /** Ends the program. Only the first reason counts. */
  stop(reason: string, cause?: unknown): void;
  /** To be called once the program has ended; undefined where it ended by itself. */
  settle(): Ended | undefined;
}

export function createEnding(clock: Pick<Clock, "deadline">): Ending {
  const settled = new AbortController();
  let child: ChildProcess | undefined;
  let signalled: NodeJS.Signals | null = null;
  let stopped: Ended | undefined;

  function whileRunning(signal: AbortSignal | undefined, act: () => void): void {
    if (signal?.aborted) act();
    else signal?.addEventListener("abort", act, { once: true, signal: settled.signal });
  }

  return {
    whileRunning,
    follow(made) {
      child = made;
      made.once("spawn", () => {
        // A program may end without reading its input (EPIPE); its exit code says what that means.
        made.stdin?.on("error", () => {});
        if (stopped) signalGroup(made, "SIGTERM");
      });
      made.once("exit", (_code, signal) => {
        signalled = signal;
        // What is left of the group has lost the parent that it would report to.
        if (stopped) signalGroup(made, "SIGKILL");
        whileRunning(clock.deadline(OUTPUT_GRACE_MS), () => {
          made.stdout?.destroy();
          made.stderr?.destroy();
        });
      });
    },
    stop(reason, cause) {
      if (stopped) return;
      stopped = { reason, cause };
      signalGroup(child, "SIGTERM");
      whileRunning(clock.deadline(KILL_GRACE_MS), () => signalGroup(child, "SIGKILL"));
    },
    settle() {
      settled.abort();
      return stopped ?? (signalled === null ? undefined : { reason: `ended by ${signalled}` });
    },
  };
}

function signalGroup(child: ChildProcess | undefined, signal: NodeJS.Signals): void {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: the group is gone, which is what we want, or its leader is just about to make it.
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  }
}
