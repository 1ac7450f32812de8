/** The action's post step. It runs at the end of every job, mostly with nothing to do: what it needs is loaded on demand. */

/** As adapters/github/actions.ts names them, and the runner passes them on. */
const left = ["STATE_cluster", "STATE_status", "STATE_artifact"].some((name) => (process.env[name] ?? "") !== "");

async function run(): Promise<void> {
  const [{ cleanUp }, { cleanupParts }, { actionsLog: log, readInputs, runState: state }] = await Promise.all([
    import("./publishing/cleanup.ts"),
    import("./setup/cleanup.ts"),
    import("./adapters/github/actions.ts"),
  ]);
  const { token = "", "report-dir": reportDir = "" } = readInputs(["token", "report-dir"]);
  if (token !== "") log.mask(token);
  await cleanUp({ state, log, ...cleanupParts({ token, reportDir, log }) });
}

/** What may be left is reported, and is no reason for a job to fail. */
async function warn(error: unknown): Promise<void> {
  const [{ actionsLog }, { describeError }] = await Promise.all([
    import("./adapters/github/actions.ts"),
    import("./errors.ts"),
  ]);
  actionsLog.warn(describeError(error).message);
}

if (left) {
  process.on("uncaughtException", (error) => void warn(error));
  run().catch(warn);
} else process.stdout.write("nothing was left behind, so there is nothing to remove\n");
