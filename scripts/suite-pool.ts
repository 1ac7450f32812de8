/** Runs the suite on many embedded clusters, as many at once as there are worker threads. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { AssertionResult } from "../src/domain/report/report.ts";
import type { SmiVersions } from "../src/domain/smi/version-set.ts";
import type { Faults } from "../src/embedded/mutants/faults.ts";
import type { Choices } from "../src/embedded/reference/open-choices.ts";
import type { MeshProfile } from "../src/mesh/profile.ts";

/** One suite on one new cluster. */
export interface SuiteJob {
  readonly name: string;
  readonly faults: Faults;
  readonly versions: SmiVersions;
  readonly seed: number;
  /** Where the mesh differs from the default choices. */
  readonly choices?: Partial<Choices>;
  /** What the profile of the mesh declares (`readings`). */
  readonly readings?: MeshProfile["readings"];
  /** Whether the assertions run in an order determined by the seed instead of that of the catalogue. */
  readonly shuffle?: boolean;
}

export interface SuiteOutcome {
  readonly results: readonly Pick<AssertionResult, "id" | "verdict" | "reason" | "findings" | "durationMs">[];
  readonly durationMs: number;
  /** Processor time of the worker's thread. */
  readonly cpuMs: number;
}

export type JobAnswer = { readonly outcome: SuiteOutcome } | { readonly failed: string };

export interface WorkerSettings {
  /** `memory` comes with a virtual clock: time passes only by waiting, and each run of a job has the same outcome. */
  readonly wire: "sockets" | "memory";
  /** Test cells at once in one suite. */
  readonly parallel: number;
  /** Milliseconds until the mesh applies a change. */
  readonly delayMs: number;
  /** Whether the suite's progress is shown. */
  readonly verbose: boolean;
}

export interface PoolSettings extends WorkerSettings {
  readonly workers: number;
}

export const defaultSettings: PoolSettings = {
  workers: availableParallelism(),
  wire: "memory",
  // In virtual time a suite gains nothing from parallel test cells.
  parallel: 1,
  delayMs: 5,
  verbose: false,
};

export interface Pool {
  /**
   * Outcomes in the order of the jobs. `onDone` is called as each arrives, with the number done so far. Rejects as soon as one
   * job could not be run; the pool cannot be used after that.
   */
  run(
    jobs: readonly SuiteJob[],
    onDone: (job: SuiteJob, outcome: SuiteOutcome, done: number) => void,
  ): Promise<readonly SuiteOutcome[]>;
  close(): Promise<void>;
}

export function createPool({ workers, ...settings }: PoolSettings): Pool {
  const threads = Array.from(
    { length: workers },
    () => new Worker(new URL("suite-worker.ts", import.meta.url), { workerData: settings satisfies WorkerSettings }),
  );

  function runOn(worker: Worker, job: SuiteJob): Promise<SuiteOutcome> {
    const { promise, resolve, reject } = Promise.withResolvers<SuiteOutcome>();
    const failed = (why: string) => reject(new Error(`${job.name} could not be run: ${why}`));
    const onMessage = (answer: JobAnswer) => ("failed" in answer ? failed(answer.failed) : resolve(answer.outcome));
    const onError = (error: Error) => failed(error.message);
    const onExit = (code: number) => failed(`its worker ended with code ${code}`);
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    worker.postMessage(job);
    return promise.finally(() => worker.off("message", onMessage).off("error", onError).off("exit", onExit));
  }

  return {
    async run(jobs, onDone) {
      const outcomes: SuiteOutcome[] = [];
      const queue = jobs.map((job, index) => ({ job, index }));
      let done = 0;
      const running = threads.map(async (worker) => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          const outcome = await runOn(worker, next.job);
          outcomes[next.index] = outcome;
          done += 1;
          onDone(next.job, outcome, done);
        }
      });
      await Promise.all(running);
      return outcomes;
    },
    close: async () => void (await Promise.all(threads.map((worker) => worker.terminate()))),
  };
}
