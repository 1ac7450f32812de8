import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type ProjectConfig, type Reporter, type TestModule, type TestSpecification } from "vitest/node";

/** A run in which every test was skipped looks green and proves nothing. */
const notAllSkipped: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    if (states.length === 0 || states.some((state) => state !== "skipped")) return;
    process.stderr.write(`error: all ${states.length} tests were skipped: nothing was tested.\n`);
    process.exitCode = 1;
  },
};

/**
 * Milliseconds for what takes one or less on a machine of its own: processes of several tests share two slow cores, and a
 * limit is there to end what hangs.
 */
const PATIENCE_MS = 60_000;

// Where .ci/run counts from; reporters named on the command line would put out the ones below.
const json = process.env.SMI_TEST_REPORT;

/** Their subject reads its environment when it is loaded, and a worker loads it once. */
const readOnce = ["test/unit/setup/baseline-artifact.test.ts"];

/** A file that takes minutes and begins last is waited for alone; sizes, which Vitest goes by, tell nothing of it. */
const longest = ["traefik-mesh", "faults", "act-publish", "action", "null-meshes", "act-own-kind"].map(
  (name) => `/e2e/${name}.test.ts`,
);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) =>
      (longest.findIndex((end) => moduleId.endsWith(end)) + longest.length + 1) % (longest.length + 1);
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

const unit = (own: ProjectConfig): { readonly test: ProjectConfig } => ({
  test: {
    // One core less, which is the default, leaves half of a small machine idle.
    maxWorkers: availableParallelism(),
    hookTimeout: PATIENCE_MS,
    testTimeout: PATIENCE_MS,
    expect: { poll: { timeout: PATIENCE_MS / 2 } },
    // What a test replaces is put back before the next, which may be another file's.
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    ...own,
  },
});

export default defineConfig({
  test: {
    reporters: [
      "default",
      notAllSkipped,
      ...(process.env.GITHUB_ACTIONS === "true" ? ["github-actions"] : []),
      ...(json ? [["json", { outputFile: json }] as ["json", { outputFile: string }]] : []),
    ],
    sequence: { sequencer: LongestFirst },
    coverage: { provider: "v8", include: ["src/**"] },
    projects: [
      // Files share what a worker has loaded, which saves half of the processor time.
      unit({ name: "unit", include: ["test/unit/**/*.test.ts"], exclude: readOnce, isolate: false }),
      unit({ name: "unit-isolated", include: readOnce, isolate: true }),
      {
        test: {
          // On real clusters: a cold image load or a mesh's start is minutes. Most of the time is spent on deadlines, so two
          // files share a machine of two cores, and more would be late for what they are timed on.
          name: "e2e",
          include: ["test/e2e/**/*.test.ts", "test/contract/**/*.test.ts"],
          maxWorkers: 2,
          hookTimeout: 15 * 60_000,
          testTimeout: 15 * 60_000,
          expect: { poll: { timeout: PATIENCE_MS } },
          retry: 0,
        },
      },
    ],
  },
});
