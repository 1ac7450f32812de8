/** The only starter of programs: argument arrays, never a shell. */
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { ToolError } from "../../errors.ts";
import type { Log, Tool, ToolOptions, ToolResult } from "../../ports.ts";

/** Milliseconds between asking a program to end (SIGTERM) and ending it (SIGKILL). */
export const KILL_GRACE_MS = 2_000;
/** Milliseconds that an ended program's output may still be held open by something it left running. */
const OUTPUT_GRACE_MS = 2_000;
/** Lines of standard error that are kept. */
const STDERR_LINES = 40;
/** Credentials of the job; no program that we start has any use for them. */
const PRIVATE_ENV = /^(INPUT_|ACTIONS_)|^(GITHUB_TOKEN|GH_TOKEN)$/;

export interface ToolSetup {
  readonly log: Pick<Log, "debug">;
  /** Removes secrets from a text that a person will see: argv and standard error, never standard output. */
  readonly mask?: (text: string) => string;
}

/**
 * A Tool on `node:child_process`. @actions/exec has neither a time limit nor an abort, hands out no process
 * id and cannot start a process group; we must be able to end `kind create` with every docker client below it
 * within the 7.5 s that a runner leaves after SIGINT. So all programs go through this one implementation.
 */
export function createTool({ log, mask = (text) => text }: ToolSetup): Tool {
  return {
    async run(argv, options = {}) {
      const shown = argv.map(mask);
      const fail = (exitCode: number | null, stderr: string, cause?: unknown) =>
        new ToolError(shown, exitCode, stderr, cause === undefined ? undefined : { cause });
      if (options.signal?.aborted) throw fail(null, "not started: the run was stopped", options.signal.reason);

      const started = performance.now();
      log.debug(`$ ${shown.join(" ")}`);
      const ended = await runToEnd(argv, options, (line) => {
        const safe = mask(line);
        if (options.onLine) options.onLine(safe);
        else log.debug(`  ${safe}`);
        return safe;
      });
      log.debug(`  ${argv[0]}: exit ${ended.exitCode ?? "none"} after ${Math.round(performance.now() - started)} ms`);
      if (ended.exitCode === 0) return { stdout: ended.stdout, stderr: ended.stderr };
      throw fail(ended.exitCode, [ended.stderr, ended.reason].filter(Boolean).join("\n"), ended.cause);
    },
  };
}

interface Ended extends ToolResult {
  readonly exitCode: number | null;
  /** Why there is no exit code of its own. */
  readonly reason?: string;
  readonly cause?: unknown;
}

function runToEnd(
  [program, ...args]: readonly [string, ...string[]],
  options: ToolOptions,
  onLine: (line: string) => string,
): Promise<Ended> {
  return new Promise((resolve) => {
    // A process group of its own: one signal reaches whatever the program has started, and Ctrl-C in a
    // terminal reaches us alone, so that ending is always ours to order.
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...publicEnvironment(), ...options.env },
      detached: true,
      stdio: "pipe",
    });
    let stopped: Pick<Ended, "reason" | "cause"> | undefined;
    const settled = new AbortController();
    const whileRunning = (signal: AbortSignal | undefined, act: () => void) =>
      signal?.addEventListener("abort", act, { once: true, signal: settled.signal });
    const stop = (reason: string, cause: unknown) => {
      if (stopped) return;
      stopped = { reason, cause };
      signalGroup(child, "SIGTERM");
      whileRunning(AbortSignal.timeout(KILL_GRACE_MS), () => signalGroup(child, "SIGKILL"));
    };
    whileRunning(options.signal, () => stop("ended because the run was stopped", options.signal?.reason));
    const { timeoutMs } = options;
    if (timeoutMs !== undefined) {
      const limit = AbortSignal.timeout(timeoutMs);
      whileRunning(limit, () => stop(`ended because it took longer than ${timeoutMs} ms`, limit.reason));
    }

    const stdout: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    const stderr = tailOf(child.stderr, onLine);
    // A program may end without reading its input (EPIPE); its exit code says what that means.
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");

    const settle = (ended: Pick<Ended, "exitCode" | "reason" | "cause">) => {
      settled.abort();
      resolve({ ...ended, stdout: Buffer.concat(stdout).toString("utf8"), stderr: stderr() });
    };
    child.once("error", async (error: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) return; // a failed signal, not a failed start; "close" follows
      settle({ exitCode: null, reason: await startProblem(program, options.cwd, error), cause: error });
    });
    child.once("exit", () => {
      // What is left of the group has lost the parent that it would report to.
      if (stopped) signalGroup(child, "SIGKILL");
      whileRunning(AbortSignal.timeout(OUTPUT_GRACE_MS), () => {
        child.stdout.destroy();
        child.stderr.destroy();
      });
    });
    child.once("close", (code, signal) => {
      if (child.pid === undefined) return; // it never started, which "error" is about to say
      if (stopped) settle({ exitCode: null, ...stopped });
      else settle({ exitCode: code, ...(signal && { reason: `ended by ${signal}` }) });
    });
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: the group is gone already, which is what we want.
  }
}

function publicEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !PRIVATE_ENV.test(name)));
}

/** Follows a stream line by line; the returned function gives the last lines, as `onLine` has rewritten them. */
function tailOf(stream: NodeJS.ReadableStream, onLine: (line: string) => string): () => string {
  const tail: string[] = [];
  let rest = "";
  const take = (line: string) => {
    tail.push(onLine(line));
    if (tail.length > STDERR_LINES) tail.shift();
  };
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  });
  return () => {
    if (rest) take(rest);
    rest = "";
    return tail.join("\n");
  };
}

async function startProblem(program: string, cwd: string | undefined, error: NodeJS.ErrnoException): Promise<string> {
  if (error.code !== "ENOENT") return `could not be started: ${error.message}`;
  // The system reports a missing working folder in the same words as a missing program.
  if (cwd !== undefined && !(await isKind(cwd, "isDirectory")))
    return `could not be started: the folder ${cwd} does not exist`;
  return `could not be started: there is no program "${program}"${program.includes("/") ? "" : " on PATH"}`;
}

/** Absolute path of the program that `name` means on this PATH. */
export async function which(name: string, path: string = process.env.PATH ?? ""): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const candidate = join(folder, name);
    if (await isKind(candidate, "isFile")) {
      const runnable = await access(candidate, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (runnable) return candidate;
    }
  }
  return undefined;
}

async function isKind(path: string, kind: "isFile" | "isDirectory"): Promise<boolean> {
  return stat(path).then(
    (found) => found[kind](),
    () => false,
  );
}
