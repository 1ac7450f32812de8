/** A runner's environment for a test of artifacts: the service that keeps them, and report folders to upload. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, onTestFinished, vi } from "vitest";
import { systemClock } from "../../src/adapters/clock.ts";
import { withTempFolder } from "../../src/adapters/files/folders.ts";
import { createArtifactStore } from "../../src/adapters/github/artifact-store.ts";
import type { UploadRequest } from "../../src/domain/github/artifact.ts";
import { testFolder } from "./fake-program.ts";
import { type ResultsOptions, startResultsService } from "./results-service.ts";

export const RUN_URL = "https://github.com/o/r/actions/runs/1";
export const NAME = "smi-conformance-traefik-mesh-1.4.8-conformance-attempt-1";

export const artifacts = createArtifactStore({ clock: systemClock, withTempFolder });

/** A report folder with these files. */
export async function reportFolder(files: Readonly<Record<string, string | Buffer>> = { "report.json": "{}" }) {
  const folder = join(await testFolder(), "report");
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

/** The service, with the environment that a runner gives to a step of this run. */
export async function startService(options: ResultsOptions = {}) {
  const service = await startResultsService(options);
  onTestFinished(() => service.close());
  vi.stubEnv("ACTIONS_RESULTS_URL", `${service.url}/some/path`);
  vi.stubEnv("ACTIONS_RUNTIME_TOKEN", service.token);
  return service;
}

export const uploadOf = (folder: string, more: Partial<UploadRequest> = {}): UploadRequest => ({
  ...{ name: NAME, folder, files: ["report.json"], retentionDays: undefined, runUrl: RUN_URL },
  ...more,
});

/** Keeps the client's own log off the screen, and undoes what a test stubs. */
export function quietRunner(): void {
  beforeEach(() => {
    // The client tells the runner what it does.
    vi.spyOn(process.stdout, "write").mockReturnValue(true);
    vi.stubEnv("GITHUB_SERVER_URL", "https://github.com");
    vi.stubEnv("GITHUB_RETENTION_DAYS", undefined);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    vi.useRealTimers();
  });
}
