#!/usr/bin/env node
/** The program from a shell. */
import { join } from "node:path";
import { createConsoleLog } from "./adapters/console-log.ts";
import { runProgram } from "./commands/command.ts";
import { failProgram } from "./commands/failure.ts";
import { overview } from "./commands/help.ts";
import { programCommands } from "./commands/registry.ts";
import type { RunRequest } from "./commands/run.ts";
import { gated } from "./domain/gate/gate.ts";
import { gateExit } from "./domain/gate/gate-outcome.ts";
import { inert, inertColoured } from "./domain/outside-text.ts";
import { runConformance } from "./engine/run/run-conformance.ts";
import { writeReport } from "./publishing/report-files.ts";
import { progressLine, renderConsole } from "./render/terminal/console.ts";
import { gateLines } from "./render/terminal/gate-lines.ts";
import { startLines } from "./render/text/reference-notice.ts";
import { interruption } from "./setup/interrupt.ts";
import { setUpRun, suiteVersionIn } from "./setup/run-setup.ts";

const root = join(import.meta.dirname, "..");
// npm starts its scripts in the project's folder; paths are relative to that of the caller.
if (process.env.npm_lifecycle_event === "conformance" && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);

const print = (text: string) => process.stdout.write(inertColoured(text.endsWith("\n") ? text : `${text}\n`));

async function conformance({ inputs, mistakes, debug }: RunRequest): Promise<number> {
  const log = createConsoleLog({ debug });
  const { signal, limit, stop } = interruption(log);
  try {
    // An empty name is a mistake in whatever made the command, not someone who wants to look around.
    const lookAround = inputs.mesh === undefined;
    const around = { root, log, signal, limit, mistakes, ownerPid: process.pid, lookAround };
    // A report of an earlier run must not be taken for this one's, however it ends.
    const setup = await setUpRun(inputs, { ...around, beforeCreating: (folder) => folder.begin() });
    const { plan, deps, gating } = setup;
    for (const line of startLines(setup.embedded)) log.info(line);
    const found = await runConformance(plan, { ...deps, onResult: (result) => log.info(progressLine(result)) });
    const report = gated(found, gating);
    const files = Object.values(await writeReport(report, deps.folder));
    print(renderConsole(report, { colour: process.stdout.isTTY === true, files }));
    print(`\n${gateLines(report).join("\n")}`);
    return gateExit(report.gate);
  } finally {
    stop();
  }
}

const commands = programCommands({
  ...{ print, run: conformance, bundled: join(root, "assertions") },
  version: () => suiteVersionIn(root),
  checkProfile: async (file) => (await import("./setup/joining.ts")).readJoining(root, undefined, file),
  joining: async (mesh, profile) => (await import("./setup/joining.ts")).readJoining(root, mesh, profile),
});

const refuse = (error: unknown) => failProgram(error, (text) => process.stderr.write(inert(text)));
// Node would print the error as it is, with whatever a cluster put into its message.
process.on("uncaughtException", (error) => process.exit(refuse(error)));
// Sockets of exec sessions may linger; what had to be written is written.
process.exit(await runProgram(process.argv.slice(2), { commands, print, overview }).catch(refuse));
