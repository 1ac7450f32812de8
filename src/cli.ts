#!/usr/bin/env node
/** The same program from a shell. */
import { join } from "node:path";
import { createConsoleLog } from "./adapters/console-log.ts";
import { readCatalogue } from "./adapters/files/catalogue.ts";
import { gated, gateExit } from "./domain/gate/gate.ts";
import { runConformance } from "./engine/run/run-conformance.ts";
import { ConfigurationError, describeError, failureOf, InputErrors } from "./errors.ts";
import { readCommandLine } from "./inputs/command-line.ts";
import { inputDefinitions } from "./inputs/definitions/index.ts";
import type { RawInputs } from "./inputs/inputs.ts";
import { writeReport } from "./publishing/report-files.ts";
import { progressLine, renderConsole } from "./render/terminal/console.ts";
import { gateLines } from "./render/terminal/gate-lines.ts";
import { realRun } from "./render/terminal/reference-notice.ts";
import { interruption } from "./setup/interrupt.ts";
import { setUpRun } from "./setup/run-setup.ts";

const root = join(import.meta.dirname, "..");

const usage = () => `Says how far a service mesh at a version conforms to the Service Mesh Interface.

  ${realRun.command}
      Judges a mesh. Needs ${realRun.needs}.
  npm run conformance -- --cluster embedded
      Shows what a run is like, on the project's own reference mesh, in this process. Needs nothing else. Where no Docker
      daemon answers, this is also what happens without any option.
  npm run conformance -- --cluster embedded --mutant ignores-weights
      Shows a failing report.

  npm run conformance -- matrix REPORT... [--out DIR] [--gate true] [--baseline REPORT]
      Merges reports into one table of meshes, versions and specs.
  npm run conformance -- verify REPORT
      Recomputes what can be recomputed of a report, and names what does not agree.

Options, named as the inputs of the action are:
${inputDefinitions.map((d) => `  --${d.name}${d.default === "" ? "" : ` (${d.default})`}\n      ${d.description}`).join("\n")}
  --list
      List the assertions, and do nothing else.
  --debug
      Show what every program that is started prints.
  --help
      This text.

Exit codes: 0 conformant, 1 not conformant, 2 bad input, 3 infrastructure failed or inconclusive.
`;

const flag = { type: "boolean" } as const;

/** An option is an input, but for three. */
const readFlags = (argv: readonly string[]) =>
  readCommandLine(argv, {
    options: {
      ...Object.fromEntries(inputDefinitions.map(({ name }) => [name, { type: "string" }] as const)),
      help: flag,
      list: flag,
      debug: flag,
    },
    words: false,
    inputOf: (name) => name,
  });

/** What else the program does, by the first word of its arguments. */
const commands: Readonly<Record<string, (argv: readonly string[]) => Promise<number>>> = {
  matrix: async (argv) => (await import("./commands/matrix.ts")).matrixCommand(argv, { print }),
  verify: async (argv) =>
    (await import("./commands/verify.ts")).verifyCommand(argv, { print, bundled: join(root, "assertions") }),
};

const print = (text: string) => process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);

async function run(): Promise<number> {
  const [first = "", ...rest] = process.argv.slice(2);
  const command = Object.hasOwn(commands, first) ? commands[first] : undefined;
  if (command !== undefined) return command(rest);
  const { values, mistakes } = readFlags(process.argv.slice(2));
  const { help, list, debug, ...raw } = values;
  const log = createConsoleLog({ debug: debug === true });
  if (help === true) {
    process.stdout.write(usage());
    return 0;
  }
  if (list === true) {
    if (mistakes.length > 0) throw new InputErrors(mistakes);
    const { assertions } = await readCatalogue((raw as RawInputs).assertions ?? join(root, "assertions"));
    for (const a of assertions) process.stdout.write(`${a.id.padEnd(48)} ${a.level.padEnd(8)} ${a.title}\n`);
    return 0;
  }
  const inputs = raw as RawInputs;
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
    if ("keep" in plan.cluster && plan.cluster.keep)
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

process.exitCode = await run().catch(explain);
// Sockets of exec sessions may linger; what had to be written is written.
process.exit();
