/** What the post step needs of the outside. Each part is loaded when it is asked for: most jobs leave little behind. */
import { resolve } from "node:path";
import { readRunnerFacts } from "../adapters/github/event.ts";
import { runUrl } from "../domain/github/workflow-event.ts";
import type { ArtifactStore, Log, StatusPublisher } from "../ports.ts";

export interface CleanupSettings {
  readonly token: string;
  readonly reportDir: string;
  readonly log: Log;
}

/** Where a token goes and which program runs is from the runner and our own search: state says neither. */
export function cleanupParts({ token, reportDir, log }: CleanupSettings) {
  return {
    runUrl: () => runUrl(readRunnerFacts(process.env)),
    async kind() {
      const [{ createKind }, { createTool }, { systemClock: clock }, { findKind }, { withTempFolder }] =
        await Promise.all([
          import("../adapters/kind/kind.ts"),
          import("../adapters/tools/process.ts"),
          import("../adapters/clock.ts"),
          import("../adapters/tools/install.ts"),
          import("../adapters/files/folders.ts"),
        ]);
      const tool = createTool({ log, clock, secrets: [token] });
      const { path } = await findKind({ tool, log, clock, withTempFolder, mayDownload: false });
      return createKind({ tool, clock, log, kind: path });
    },
    async publisher(): Promise<StatusPublisher> {
      const [{ createStatusPublisher }, { systemClock: clock }] = await Promise.all([
        import("../adapters/github/status.ts"),
        import("../adapters/clock.ts"),
      ]);
      const { repository, apiUrl } = readRunnerFacts(process.env);
      return createStatusPublisher({ token, repository, apiUrl, clock, log });
    },
    async artifacts(): Promise<ArtifactStore> {
      const [{ createArtifactStore }, { systemClock: clock }, { withTempFolder }] = await Promise.all([
        import("../adapters/github/artifact-store.ts"),
        import("../adapters/clock.ts"),
        import("../adapters/files/folders.ts"),
      ]);
      return createArtifactStore({ clock, withTempFolder });
    },
    async reportFiles(of: string) {
      const { filesOfRun } = await import("../adapters/files/own-files.ts");
      const folder = resolve(reportDir);
      return { folder, files: await filesOfRun(folder, of) };
    },
  };
}
