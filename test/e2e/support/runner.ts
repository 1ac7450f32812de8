/** Runs this repository's action as a GitHub runner does: one job of one step, its main and its post, and how it is cancelled. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parse } from "yaml";
import {
  inputEnvironment,
  parseCommandFile,
  readLog,
  readSummary,
  type StepLog,
  stateEnvironment,
} from "./runner-protocol.ts";
import { onWholeLines } from "./whole-lines.ts";

/** Milliseconds from SIGINT to SIGTERM, and from there to SIGKILL (ProcessInvoker.cs of actions/runner). */
export const SIGINT_GRACE_MS = 7_500;
export const SIGTERM_GRACE_MS = 2_500;

/** The commit that a job's push brought. */
export const JOB_SHA = "a".repeat(40);

/** What a job's github.token is here. */
export const JOB_TOKEN = "write-token";

const commandFiles = ["OUTPUT", "STATE", "ENV", "PATH", "STEP_SUMMARY"] as const;

export interface StepResult extends StepLog {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly durationMs: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: ReadonlyMap<string, string>;
  readonly summary: string;
}

export interface RunningStep {
  readonly ended: Promise<StepResult>;
  /** Resolves once a line of the log matches; rejects when the step ends before. */
  line(pattern: RegExp): Promise<string>;
  /** Whether what it left for post says so already. */
  state(): Promise<ReadonlyMap<string, string>>;
  /** What a runner does when somebody presses Cancel; resolves as `ended` does. */
  cancel(): Promise<StepResult>;
  /** Ends it and all that it started at once. */
  kill(): Promise<StepResult>;
}

export interface Job {
  /** GITHUB_WORKSPACE: where the step runs, and where relative paths of its inputs lead. */
  readonly workspace: string;
  readonly temp: string;
  start(entry: "main" | "post"): Promise<RunningStep>;
  run(entry: "main" | "post"): Promise<StepResult>;
  remove(): Promise<void>;
}

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly using: string; readonly main: string; readonly post: string };
}

/** A job whose only step uses the action in `root` with these inputs. */
export async function createJob(
  root: string,
  inputs: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Job> {
  const action = parse(await readFile(join(root, "action.yml"), "utf8")) as ActionFile;
  const unknown = Object.keys(inputs).filter((name) => !(name in action.inputs));
  if (unknown.length > 0) throw new Error(`action.yml has no input ${unknown.join(", ")}`);
  // The one expression among the defaults is the job's own token.
  const defaults = Object.fromEntries(
    Object.entries(action.inputs).map(
      ([name, input]) => [name, (input.default ?? "").replace(/^\$\{\{ github\.token \}\}$/, JOB_TOKEN)] as const,
    ),
  );
  const home = await mkdtemp(join(tmpdir(), "smi-runner-"));
  const at = (name: string) => join(home, name);
  for (const name of ["workspace", "temp", "tools", "files"]) await mkdir(at(name));
  await writeFile(at("event.json"), JSON.stringify({ ref: "refs/heads/main", repository: { full_name: "o/r" } }));
  let state: ReadonlyMap<string, string> = new Map();
  let steps = 0;

  async function start(entry: "main" | "post"): Promise<RunningStep> {
    steps += 1;
    const prefix = `${steps}-${entry}`;
    const file = (name: string) => at(`files/${prefix}-${name}`);
    for (const name of commandFiles) await writeFile(file(name), "");
    const env: NodeJS.ProcessEnv = {
      ...Object.fromEntries(
        Object.entries(process.env).filter(
          ([name]) => !/^(INPUT_|STATE_|GITHUB_|RUNNER_|ACTIONS_|VITEST|NODE_(OPTIONS|ENV)$)/.test(name),
        ),
      ),
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_WORKSPACE: at("workspace"),
      GITHUB_EVENT_PATH: at("event.json"),
      GITHUB_EVENT_NAME: "push",
      GITHUB_REPOSITORY: "o/r",
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_RUN_ID: "1",
      GITHUB_SHA: JOB_SHA,
      RUNNER_OS: "Linux",
      RUNNER_TEMP: at("temp"),
      RUNNER_TOOL_CACHE: at("tools"),
      ...Object.fromEntries(commandFiles.map((name) => [`GITHUB_${name}`, file(name)])),
      ...inputEnvironment(defaults, inputs),
      ...(entry === "post" ? stateEnvironment(state) : {}),
      ...environment,
    };
    const began = performance.now();
    const child = spawn(process.execPath, [join(root, action.runs[entry])], {
      cwd: at("workspace"),
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const watchers = new Set<() => void>();
    onWholeLines([child.stdout, child.stderr], (lines) => {
      output += lines;
      for (const look of watchers) look();
    });
    let over = false;
    const read = async (name: (typeof commandFiles)[number]) => parseCommandFile(await readFile(file(name), "utf8"));
    const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve([code, signal]));
    }).then(async ([exitCode, signal]): Promise<StepResult> => {
      const durationMs = performance.now() - began;
      over = true;
      for (const look of watchers) look();
      const log = readLog(output);
      const left = await read("STATE");
      if (entry === "main") state = left;
      await read("ENV");
      const summary = readSummary(await readFile(file("STEP_SUMMARY")), log.masks);
      return {
        ...log,
        annotations: [...log.annotations, ...(summary.refusal ? [summary.refusal] : [])],
        exitCode,
        signal,
        durationMs,
        outputs: Object.fromEntries(await read("OUTPUT")),
        state: left,
        summary: summary.markdown,
      };
    });
    // Whoever only waits for a line must not be told of it as an unhandled rejection.
    ended.catch(() => {});
    return {
      ended,
      state: () => read("STATE"),
      line: (pattern) =>
        new Promise((resolve, reject) => {
          const look = () => {
            const found = readLog(output).lines.find((line) => pattern.test(line));
            if (found === undefined && !over) return;
            watchers.delete(look);
            if (found !== undefined) resolve(found);
            else reject(new Error(`${entry} ended before it said ${pattern}:\n${output}`));
          };
          watchers.add(look);
          look();
        }),
      async cancel() {
        for (const [signal, grace] of [
          ["SIGINT", SIGINT_GRACE_MS],
          ["SIGTERM", SIGTERM_GRACE_MS],
        ] as const) {
          child.kill(signal);
          const after = new AbortController();
          await Promise.race([ended, delay(grace, undefined, { signal: after.signal }).catch(() => {})]);
          after.abort();
          if (over) return ended;
        }
        await killTree(child);
        return ended;
      },
      async kill() {
        await killTree(child);
        return ended;
      },
    };
  }

  return {
    workspace: at("workspace"),
    temp: at("temp"),
    start,
    run: async (entry) => (await start(entry)).ended,
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

/** The process and its descendants, wherever they have put themselves: groups do not matter to a runner. */
async function killTree(child: ChildProcess): Promise<void> {
  const parents = new Map<number, number>();
  for (const entry of await readdir("/proc")) {
    const line = await readFile(`/proc/${entry}/stat`, "utf8").catch(() => "");
    const parent = line.slice(line.lastIndexOf(")") + 2).split(" ")[1];
    if (/^\d+$/.test(entry) && parent !== undefined) parents.set(Number(entry), Number(parent));
  }
  const tree = child.pid === undefined ? [] : [child.pid];
  for (const pid of tree) tree.push(...[...parents].filter(([, parent]) => parent === pid).map(([one]) => one));
  for (const pid of tree) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It is gone already.
    }
  }
}
