/** The cell workers of one suite: creates them, and keeps one of each fixture for the assertions that run alone. */
import type { Fixture } from "../../domain/assertion/fixture.ts";
import type { CellDeps } from "../cell/cell.ts";
import { type CellWorker, type CellWorkerSettings, createCellWorker } from "./cell-worker.ts";

export interface WorkerPool {
  create(fixture: Fixture, number: number): CellWorker;
  /** Keeps the worker where it is the first of its fixture, and closes it otherwise. */
  release(fixture: Fixture, worker: CellWorker): Promise<void>;
  /** The worker that was kept of this fixture, or a new one; it stays in the pool. */
  kept(fixture: Fixture): CellWorker;
  /** From now on, fixtures of which no cell could be leased are tried again. */
  forgiveLeaseFailures(): void;
  /** Clock time at which the last worker's first cell was in its steady state; undefined before any was. */
  readyAt(): number | undefined;
  close(): Promise<void>;
}

export function createWorkerPool(settings: CellWorkerSettings, deps: CellDeps): WorkerPool {
  const leaseFailures = new Map<string, unknown[]>();
  const workers = new Map<string, CellWorker>();
  let readyAt: number | undefined;

  const failuresOf = (fixture: Fixture): unknown[] => {
    const failures = leaseFailures.get(fixture.id) ?? [];
    leaseFailures.set(fixture.id, failures);
    return failures;
  };
  const create = (fixture: Fixture, number: number) =>
    createCellWorker(fixture, number, settings, {
      ...deps,
      onFirstCell: () => {
        readyAt = deps.clock.now();
      },
      leaseFailures: failuresOf(fixture),
    });

  return {
    create,
    async release(fixture, worker) {
      if (workers.has(fixture.id)) await worker.close();
      else workers.set(fixture.id, worker);
    },
    kept(fixture) {
      const worker = workers.get(fixture.id) ?? create(fixture, 1);
      workers.set(fixture.id, worker);
      return worker;
    },
    forgiveLeaseFailures() {
      for (const failures of leaseFailures.values()) failures.length = 0;
    },
    readyAt: () => readyAt,
    async close() {
      await Promise.all([...workers.values()].map((worker) => worker.close()));
    },
  };
}
