/** The action's post step. It runs at the end of every job, mostly with nothing to do: what it needs is loaded on demand. */
import { resolve } from "node:path";

/** As adapters/github/actions.ts names them, and the runner passes them on. */
const left = ["STATE_cluster", "STATE_status", "STATE_artifact"].some((name) => (process.env[name] ?? "") !== "");

/** Where a token goes and which program runs is from the runner and our own search: state says neither. */
async function run(): Promise<void> {
  const [{ cleanUp }, { actionsLog: log, readInputs, runState: state }, { readRunnerFacts }, { runUrl }] =
    await Promise.all([
      import("./publishing/cleanup.ts"),
      import("./adapters/github/actions.ts"),
      import("./adapters/github/event.ts"),
      import("./domain/github/workflow-event.ts"),
    ]);
  const { token = "", "report-dir": reportDir = "" } = readInputs(["token", "report-dir"]);
  if (token !== "") log.mask(token);
  await cleanUp({
    ...{ state, log, runUrl: () => runUrl(readRunnerFacts(process.env)) },
    async kind() {
      const [{ createKind }, { createTool }, { systemClock: clock }, { findKind }, { withTempFolder }] =
        await Promise.all([
          import("./adapters/kind/kind.ts"),
          import("./adapters/tools/process.ts"),
          import("./adapters/clock.ts"),
          import("./adapters/tools/install.ts"),
          import("./adapters/files/folders.ts"),
        ]);
      const tool = createTool({ log, clock, secrets: [token] });
      const { path } = await findKind({ tool, log, clock, withTempFolder, mayDownload: false });
      return createKind({ tool, clock, log, kind: path });
    },
    async publisher() {
      const [{ createStatusPublisher }, { systemClock: clock }] = await Promise.all([
        import("./adapters/github/status.ts"),
        import("./adapters/clock.ts"),
      ]);
      const { repository, apiUrl } = readRunnerFacts(process.env);
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
    async reportFiles(of) {
      const { filesOfRun } = await import("./adapters/files/own-files.ts");
      const folder = resolve(reportDir);
      return { folder, files: await filesOfRun(folder, of) };
    },
  });
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
