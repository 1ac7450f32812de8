/** A worker thread that runs the suite on embedded clusters, one job after the other: see suite-pool.ts. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../src/adapters/clock.ts";
import { createConsoleLog } from "../src/adapters/console-log.ts";
import { readCatalogue, readProfile } from "../src/adapters/files/catalogue.ts";
import { servedFromCrds } from "../src/domain/smi/served.ts";
import { createEmbeddedCluster } from "../src/embedded/cluster.ts";
import { defaultChoices } from "../src/embedded/reference/open-choices.ts";
import { createVirtualClock } from "../src/embedded/time/virtual-clock.ts";
import { runSuite } from "../src/engine/suite/run-suite.ts";
import { describeError } from "../src/errors.ts";
import { profileSchema } from "../src/mesh/profile.ts";
import type { JobAnswer, SuiteJob, SuiteOutcome, WorkerSettings } from "./suite-pool.ts";

const root = join(import.meta.dirname, "..");
const settings = workerData as WorkerSettings;
const catalogue = await readCatalogue(join(root, "assertions"));
const { profile } = await readProfile(join(root, "meshes"), "reference", undefined, profileSchema);
const shown = createConsoleLog({ debug: false });
const log = settings.verbose ? shown : { ...shown, info() {}, warn() {}, group() {}, endGroup() {} };

/** A fixed order for each seed. */
function shuffled<T extends { readonly id: string }>(items: readonly T[], seed: number): readonly T[] {
  const place = ({ id }: T) => createHash("sha256").update(`${seed}/${id}`).digest("hex");
  return items.toSorted((x, y) => (place(x) < place(y) ? -1 : 1));
}

async function run(job: SuiteJob): Promise<SuiteOutcome> {
  const began = performance.now();
  const cpu = process.threadCpuUsage();
  const { versions, seed } = job;
  const clock = settings.wire === "memory" ? createVirtualClock() : systemClock;
  const cluster = await createEmbeddedCluster({
    versions,
    mesh: "reference",
    faults: job.faults,
    choices: { ...defaultChoices, ...job.choices },
    delayMs: settings.delayMs,
    seed,
    clock,
    wire: settings.wire,
  });
  try {
    const served = servedFromCrds(
      await cluster.list({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" }),
    );
    const { results } = await runSuite({
      assertions: job.shuffle ? shuffled(catalogue.assertions, seed) : catalogue.assertions,
      fixtures: catalogue.fixtures,
      served,
      profile: { ...profile, readings: job.readings ?? profile.readings },
      run: "m",
      appImage: "embedded",
      parallel: settings.parallel,
      deadlineMs: undefined,
      cluster,
      clock,
      log,
      startedAt: clock.now(),
    });
    const { user, system } = process.threadCpuUsage(cpu);
    return {
      results: results.map(({ id, verdict, reason, findings, durationMs }) => ({
        ...{ id, verdict, reason, findings, durationMs },
      })),
      durationMs: performance.now() - began,
      cpuMs: (user + system) / 1000,
    };
  } finally {
    await cluster.close();
  }
}

parentPort?.on("message", (job: SuiteJob) => {
  run(job).then(
    (outcome) => parentPort?.postMessage({ outcome } satisfies JobAnswer),
    (error: unknown) => parentPort?.postMessage({ failed: describeError(error).message } satisfies JobAnswer),
  );
});
