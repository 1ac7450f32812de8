/** Workflows run by nektos/act in host mode: no Docker of act's own, no network, this repository's action from a copy of it. */
import { execFile, spawn } from "node:child_process";
import { access, copyFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { type ActLog, readActLog } from "./act-log.ts";
import { onWholeLines } from "./whole-lines.ts";

const execute = promisify(execFile);
const root = join(import.meta.dirname, "..", "..", "..");

/** What the Go proxy serves under this version; act's own flags and its log format are read by it. */
export const ACT_VERSION = "0.2.89";

/** How a workflow of somebody else names this repository. */
export const ACTION = "layer5io/smi-conformance-action";

/** Path of act: of PATH where it has that version, otherwise built once into a cache folder (needs Go). */
export async function findAct(): Promise<string> {
  const onPath = await execute("act", ["--version"]).catch(() => undefined);
  if (onPath?.stdout.trim() === `act version ${ACT_VERSION}`) return "act";
  const cache = process.env.LAB_CACHE ?? join(homedir(), ".cache", "smi-conformance");
  const folder = join(cache, `act-${ACT_VERSION}`);
  const program = join(folder, "act");
  const built = await access(program).then(
    () => true,
    () => false,
  );
  if (!built) {
    await mkdir(cache, { recursive: true });
    // Nobody meets half of a program: two files may want it at once.
    const made = await mkdtemp(`${folder}-`);
    // One compiler at a time: eight of them have more memory than a small machine has.
    const flags = "-p=1 -buildvcs=false";
    await execute("go", ["install", `github.com/nektos/act@v${ACT_VERSION}`], {
      env: { ...process.env, GOBIN: made, GOFLAGS: flags },
      maxBuffer: 1 << 24,
    });
    await mkdir(folder, { recursive: true });
    await rename(join(made, "act"), program);
    await rm(made, { recursive: true });
  }
  return program;
}

/** A repository in a temporary folder, with one commit. */
export interface Repository {
  readonly folder: string;
  /** The only commit: GITHUB_SHA of every run in it, whatever the event. */
  readonly sha: string;
  remove(): Promise<void>;
}

/** A repository of these files, by their paths in it. */
export async function createRepository(files: Readonly<Record<string, string>>): Promise<Repository> {
  const folder = await mkdtemp(join(tmpdir(), "smi-act-"));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return commit(folder);
}

/**
 * This checkout as it stands, dist/ with it: what a user of the action gets when it is committed.
 * @param replaced text of files, by their paths, in the place of what this checkout has there.
 */
export async function copyOfThisRepository(replaced: Readonly<Record<string, string>> = {}): Promise<Repository> {
  const folder = await mkdtemp(join(tmpdir(), "smi-act-own-"));
  const listed = await execute("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: root });
  for (const path of listed.stdout.split("\0").filter((one) => one !== "")) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    // A file that is deleted and not yet committed is listed, and is no part of it.
    await copyFile(join(root, path), join(folder, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
  for (const [path, text] of Object.entries(replaced)) await writeFile(join(folder, path), text);
  return commit(folder);
}

/** The repository of a user of the action is not this one, and has none of the variables that git leaves in hooks. */
function gitEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
}

async function commit(folder: string): Promise<Repository> {
  const git = async (...args: readonly string[]) => {
    const who = ["-c", "user.name=test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false"];
    const { stdout } = await execute("git", [...who, ...args], { cwd: folder, env: gitEnvironment() });
    return stdout.trim();
  };
  await git("init", "--quiet", "--initial-branch=main");
  await git("remote", "add", "origin", "https://github.com/o/r.git");
  await git("add", "--all", "--force");
  await git("commit", "--quiet", "--no-verify", "--message=test");
  const sha = await git("rev-parse", "HEAD");
  return { folder, sha, remove: () => rm(folder, { recursive: true, force: true }) };
}

export interface ActOptions {
  readonly repository: Repository;
  /** Path of the workflow file in the repository. */
  readonly workflow: string;
  readonly event: string;
  /** Only this job, and those that it needs. */
  readonly job?: string;
  /** The event's payload, without what act fills in itself. */
  readonly payload?: Readonly<Record<string, unknown>>;
  /** What GITHUB_TOKEN is. Long: act stars it out wherever it finds it. */
  readonly token?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What runs in the place of other repositories' actions: `owner/name@ref` to a folder. */
  readonly actions?: Readonly<Record<string, string>>;
  /** Programs of a runner that this machine may not have, by their names: TypeScript files that play them. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly inputs?: Readonly<Record<string, string>>;
}

export interface ActResult extends ActLog {
  readonly exitCode: number | null;
}

export interface RunningAct {
  readonly ended: Promise<ActResult>;
  /** Resolves once a line of the log matches; rejects when the run ends before. */
  line(pattern: RegExp): Promise<string>;
  /** As Ctrl-C: act kills the step's process at once (a runner gives it 7.5 s), then runs post steps. */
  interrupt(): Promise<ActResult>;
}

const runners = ["ubuntu-latest", "ubuntu-24.04", "ubuntu-22.04"] as const;

export async function runAct(options: ActOptions): Promise<ActResult> {
  return (await startAct(options)).ended;
}

export async function startAct(options: ActOptions): Promise<RunningAct> {
  const { repository, workflow, event, payload = {}, env = {}, actions = {}, programs = {}, inputs = {} } = options;
  const program = await findAct();
  const home = await mkdtemp(join(tmpdir(), "smi-act-home-"));
  const payloadFile = join(home, "event.json");
  await writeFile(payloadFile, JSON.stringify(payload));
  // Host mode takes whatever `node` PATH has for the runner's node24.
  const tools = join(home, "bin");
  await mkdir(tools);
  await symlink(process.execPath, join(tools, "node"));
  for (const [name, path] of Object.entries(programs))
    await writeFile(join(tools, name), `#!/bin/sh\nexec node '${path}' "$@"\n`, { mode: 0o755 });
  const pairs = (flag: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
  const args = [
    event,
    ...(options.job === undefined ? [] : ["--job", options.job]),
    ...["--workflows", join(repository.folder, workflow), "--eventpath", payloadFile, "--json"],
    ...runners.flatMap((name) => ["--platform", `${name}=-self-hosted`]),
    ...["--secret", `GITHUB_TOKEN=${options.token ?? "a-token-that-nothing-else-contains"}`],
    // Both would listen beyond this machine, and neither is used.
    ...["--no-cache-server", "--container-daemon-socket", "-", "--concurrent-jobs", "2"],
    // GitHub itself is never asked: without an address of their own, runs meet a port where nobody listens.
    ...pairs("--env", { RUNNER_ENVIRONMENT: "github-hosted", GITHUB_API_URL: "http://127.0.0.1:9", ...env }),
    ...pairs("--local-repository", actions),
    ...pairs("--input", inputs),
  ];
  const child = spawn(program, args, {
    cwd: repository.folder,
    env: {
      ...Object.fromEntries(
        Object.entries(gitEnvironment()).filter(
          ([name]) => !/^(INPUT_|STATE_|GITHUB_|RUNNER_|ACTIONS_|ACT_|VITEST|NODE_(OPTIONS|ENV)$)/.test(name),
        ),
      ),
      HOME: home,
      XDG_CACHE_HOME: join(home, "cache"),
      XDG_CONFIG_HOME: join(home, "config"),
      PATH: [tools, process.env.PATH ?? ""].join(delimiter),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let over = false;
  const watchers = new Set<() => void>();
  const look = () => {
    for (const watcher of watchers) watcher();
  };
  onWholeLines([child.stdout, child.stderr], (lines) => {
    output += lines;
    look();
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code));
  })
    .then((exitCode): ActResult => {
      over = true;
      look();
      return { exitCode, ...readActLog(output) };
    })
    .finally(() => rm(home, { recursive: true, force: true }));
  // Whoever only waits for a line must not be told of it as an unhandled rejection.
  ended.catch(() => {});
  return {
    ended,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const watcher = () => {
          const found = readActLog(output).lines.find((line) => pattern.test(line));
          if (found === undefined && !over) return;
          watchers.delete(watcher);
          if (found !== undefined) resolve(found);
          else reject(new Error(`act ended before a line matched ${pattern}:\n${output}`));
        };
        watchers.add(watcher);
        watcher();
      }),
    interrupt() {
      child.kill("SIGINT");
      return ended;
    },
  };
}

/** What `act --validate --strict` finds wrong with a workflow file; empty for nothing. */
export async function validate(file: string): Promise<string> {
  const program = await findAct();
  const home = await mkdtemp(join(tmpdir(), "smi-act-home-"));
  const env = { ...gitEnvironment(), HOME: home, XDG_CACHE_HOME: join(home, "cache") };
  try {
    await execute(program, ["--validate", "--strict", "--workflows", file], { cwd: root, env });
    return "";
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return `${stdout}${stderr}` || String(error);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
