/** Every command of the program, in the order in which help shows them. */
import type { NamedCommand } from "./command.ts";
import type { ExplainDeps } from "./explain.ts";
import { type RunCommandSetup, runCommand } from "./run.ts";

export interface RegistrySetup extends RunCommandSetup {
  /** How a mesh is joined. @throws ConfigurationError or InputErrors for the inputs mesh and mesh-profile */
  readonly joining: ExplainDeps["joining"];
  /** @throws ConfigurationError or InputErrors for what is wrong with the mesh profile in this file */
  readonly checkProfile: (file: string) => Promise<unknown>;
  /** MAJOR.MINOR.PATCH of the suite. */
  readonly version: () => Promise<string>;
}

export function programCommands(setup: RegistrySetup): readonly [NamedCommand, ...NamedCommand[]] {
  const { bundled, print, version, joining, checkProfile } = setup;
  return [
    { name: "run", summary: "judge a mesh", load: async () => runCommand(setup) },
    {
      name: "list",
      summary: "list the assertions by spec, level, clause and tag",
      load: async () => (await import("./list.ts")).listCommand(bundled, print),
    },
    {
      name: "explain",
      summary: "say what an assertion demands, and print what it applies",
      load: async () => (await import("./explain.ts")).explainCommand({ bundled, print, joining }),
    },
    {
      name: "lint",
      summary: "check assertions, fixtures and mesh profiles, and do nothing else",
      load: async () => (await import("./lint.ts")).lintCommand({ bundled, print, checkProfile }),
    },
    {
      name: "matrix",
      summary: "merge reports into one table of meshes, versions and specs",
      async load() {
        const { matrixCommand, matrixUsage } = await import("./matrix.ts");
        return { usage: matrixUsage, run: (argv) => matrixCommand(argv, { print }) };
      },
    },
    {
      name: "verify",
      summary: "check that a report agrees with itself",
      async load() {
        const { verifyCommand, verifyUsage } = await import("./verify.ts");
        return { usage: verifyUsage, run: (argv) => verifyCommand(argv, { print, bundled }) };
      },
    },
    {
      name: "version",
      summary: "print the version of this suite",
      load: async () => (await import("./version.ts")).versionCommand(version, print),
    },
  ];
}
