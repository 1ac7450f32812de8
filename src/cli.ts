#!/usr/bin/env node
/** The same program from a shell. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createConsoleLog } from "./adapters/console-log.ts";
import { type Command, type NamedCommand, runProgram } from "./commands/command.ts";
import { overview } from "./commands/help.ts";
import { type RunRequest, runCommand } from "./commands/run.ts";
import { gated, gateExit } from "./domain/gate/gate.ts";
import { runConformance } from "./engine/run/run-conformance.ts";
import { ConfigurationError, describeError, failureOf } from "./errors.ts";
import { writeReport } from "./publishing/report-files.ts";
import { progressLine, renderConsole } from "./render/terminal/console.ts";
import { gateLines } from "./render/terminal/gate-lines.ts";
import { interruption } from "./setup/interrupt.ts";
import { setUpRun } from "./setup/run-setup.ts";

const root = join(import.meta.dirname, "..");
const bundled = join(root, "assertions");

const print = (text: string) => process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);

const version = async () =>
  (JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string }).version;

const commands: readonly [NamedCommand, ...NamedCommand[]] = [
  { name: "run", summary: "judge a mesh", load: async () => runCommand({ bundled, print, run: conformance }) },
  {
    name: "list",
    summary: "list the assertions by spec, level and clause",
    load: async () => (await import("./commands/list.ts")).listCommand(bundled, print),
  },
  {
    name: "matrix",
    summary: "merge reports into one table of meshes, versions and specs",
    async load(): Promise<Command> {
      const { matrixCommand, matrixUsage } = await import("./commands/matrix.ts");
      return { usage: matrixUsage, run: (argv) => matrixCommand(argv, { print }) };
    },
  },
  {
    name: "verify",
    summary: "check that a report agrees with itself",
    async load(): Promise<Command> {
      const { verifyCommand, verifyUsage } = await import("./commands/verify.ts");
      return { usage: verifyUsage, run: (argv) => verifyCommand(argv, { print, bundled }) };
    },
  },
  {
    name: "version",
    summary: "print the version of this suite",
    load: async () => (await import("./commands/version.ts")).versionCommand(version, print),
  },
];

async function conformance({ inputs, mistakes, debug }: RunRequest): Promise<number> {
  const log = createConsoleLog({ debug });
  const seconds = Number(inputs.timeout ?? "1800");
  const interrupt = interruption(log, (seconds > 0 ? seconds : 1800) * 1000);
  try {
    const { plan, deps, kubeconfig, gating } = await setUpRun(inputs, {
      root,
      log,
      signal: interrupt.signal,
      ownerPid: process.pid,
      workflow: null,
      // An empty name is a mistake in whatever made the command, not someone who wants to look around.
      lookAround: inputs.mesh === undefined,
      mistakes,
    });
    const found = await runConformance(plan, { ...deps, onResult: (result) => log.info(progressLine(result)) });
    const report = gated(found, gating);
    const files = await writeReport(report, deps.folder);
    process.stdout.write(renderConsole(report, { colour: process.stdout.isTTY === true, files: Object.values(files) }));
    process.stdout.write(`\n${gateLines(report).join("\n")}\n`);
    if (plan.cluster.provider === "kind" && plan.cluster.keep)
      log.info(`kubeconfig of the cluster that was kept: ${kubeconfig()}`);
    return gateExit(report.gate);
  } finally {
    interrupt.stop();
  }
}

function explain(error: unknown): number {
  const { errors, exitCode } = failureOf(error);
  for (const one of errors) {
    const { message, next } = describeError(one);
    process.stderr.write(`error: ${message}\n${next === undefined ? "" : `  next: ${next}\n`}`);
    if (!(one instanceof ConfigurationError) && next === undefined && one instanceof Error)
      process.stderr.write(`${one.stack}\n`);
  }
  return exitCode;
}

process.exitCode = await runProgram(process.argv.slice(2), {
  commands,
  overview: () => overview(commands),
  print,
}).catch(explain);
// Sockets of exec sessions may linger; what had to be written is written.
process.exit();
