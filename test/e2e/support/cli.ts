/** The command line as a person starts it: a process of its own, watched line by line. */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConformanceReport, reportSchema } from "../../../src/domain/report/report.ts";
import type { RawInputs } from "../../../src/inputs/inputs.ts";

const program = join(import.meta.dirname, "..", "..", "..", "src", "cli.ts");

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** Checked against its schema; undefined where none was written. */
  readonly report: ConformanceReport | undefined;
  /** Files below the report folder. */
  readonly files: readonly string[];
}

export interface RunningCli {
  readonly ended: Promise<CliResult>;
  /** The first match on standard error; rejects when the program ends before. */
  seen(pattern: RegExp): Promise<RegExpExecArray>;
  interrupt(): void;
  /** Ends it where it still runs, and takes its files away. */
  remove(): Promise<void>;
}

export async function startCli(inputs: RawInputs, flags: readonly string[] = []): Promise<RunningCli> {
  const folder = await mkdtemp(join(tmpdir(), "smi-cli-"));
  const reportDir = join(folder, "report");
  const options = Object.entries({ ...inputs, "report-dir": reportDir }).flatMap(([name, value]) => [
    `--${name}`,
    value,
  ]);
  const began = performance.now();
  const child = spawn(process.execPath, [program, ...options, ...flags], { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  let over = false;
  const watchers = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
    for (const look of watchers) look();
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  }).then(async (exitCode): Promise<CliResult> => {
    const durationMs = performance.now() - began;
    over = true;
    for (const look of watchers) look();
    const text = await readFile(join(reportDir, "report.json"), "utf8").catch(() => undefined);
    const entries = await readdir(reportDir, { recursive: true }).catch(() => []);
    return {
      exitCode,
      stdout,
      stderr,
      durationMs,
      report: text === undefined ? undefined : reportSchema.parse(JSON.parse(text)),
      files: entries.sort(),
    };
  });
  // Whoever only waits for a line must not be told of it as an unhandled rejection.
  ended.catch(() => {});
  return {
    ended,
    seen: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(stderr);
          if (found === null && !over) return;
          watchers.delete(look);
          if (found !== null) resolve(found);
          else reject(new Error(`the program ended before it said ${pattern}:\n${stderr}`));
        };
        watchers.add(look);
        look();
      }),
    interrupt: () => void child.kill("SIGINT"),
    async remove() {
      if (!over) child.kill("SIGKILL");
      await ended.catch(() => {});
      await rm(folder, { recursive: true, force: true });
    },
  };
}
