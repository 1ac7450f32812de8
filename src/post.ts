/** The action's post step. It runs at the end of every job, mostly with nothing to do: what it needs is loaded on demand. */
import { existsSync } from "node:fs";
import type { UnfinishedStatus } from "./domain/github/unfinished.ts";
import { describeError } from "./errors.ts";

/** As adapters/github/actions.ts names them, and the runner passes them on. */
const left = ["STATE_cluster", "STATE_status", "STATE_artifact"].some((name) => (process.env[name] ?? "") !== "");

async function run(): Promise<void> {
  const [{ cleanUp }, { actionsLog: log, readInputs, runState: state }] = await Promise.all([
    import("./publishing/cleanup.ts"),
    import("./adapters/github/actions.ts"),
  ]);
  const { token = "" } = readInputs(["token"]);
  if (token !== "") log.mask(token);
  await cleanUp({
    ...{ state, log, isThere: existsSync },
    async kind(program) {
      const [{ createKind }, { createTool }, { systemClock: clock }] = await Promise.all([
        import("./adapters/kind/kind.ts"),
        import("./adapters/tools/process.ts"),
        import("./adapters/clock.ts"),
      ]);
      return createKind({ tool: createTool({ log, clock, secrets: [token] }), clock, log, kind: program });
    },
    async publisher({ repository, apiUrl }: UnfinishedStatus) {
      const [{ createStatusPublisher }, { systemClock: clock }] = await Promise.all([
        import("./adapters/github/status.ts"),
        import("./adapters/clock.ts"),
      ]);
      return createStatusPublisher({ token, repository, apiUrl, clock, log });
    },
    async artifacts() {
      const [{ createArtifactStore }, { systemClock: clock }, { withTempFolder }] = await Promise.all([
        import("./adapters/github/artifact-store.ts"),
        import("./adapters/clock.ts"),
        import("./adapters/files/folders.ts"),
      ]);
      return createArtifactStore({ clock, withTempFolder });
    },
  });
}

if (left)
  run()
    // What may be left is reported, and is no reason for a job to fail.
    .catch((error: unknown) => process.stdout.write(`::warning::${describeError(error).message}\n`));
else process.stdout.write("nothing was left behind, so there is nothing to remove\n");
