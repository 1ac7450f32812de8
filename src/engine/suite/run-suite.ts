/** Runs the selected assertions: most of them in parallel, and those that must have the mesh to themselves afterwards. */
import type { AssertionResult } from "../../domain/report/report.ts";
import { InfrastructureError } from "../../errors.ts";
import { type Attempts, createAttempts } from "./attempts.ts";
import { cellBudget } from "./cell-budget.ts";
import type { SuiteOptions, SuiteResult } from "./options.ts";
import { planTasks, type Task } from "./tasks.ts";
import { createWorkerPool, type WorkerPool } from "./worker-pool.ts";

/** @throws RangeError for an assertion whose fixture is missing; the reason of an aborted `signal`. */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { cluster, clock, log, served, signal, repeat = 1, keepEvidence } = options;
  const startedAt = clock.now();
  const results: AssertionResult[] = [];
  const settle = (result: AssertionResult) => {
    results.push(result);
    options.onResult?.(result);
  };
  const { tasks, notApplicable } = planTasks(options);
  for (const result of notApplicable) settle(result);
  // Round by round: a run that is cut short has a verdict on as many assertions as it can, and meets what comes and goes.
  const rounds = Array.from({ length: repeat }, () => tasks).flat();
  const isExclusive = ({ assertion }: Task) => assertion.exclusive === true;
  const attempts = createAttempts({ repeat, log, settle, ...(keepEvidence && { keepEvidence }) });
  const pool = createWorkerPool(options, { cluster, clock, log, served, ...(signal && { signal }) });
  try {
    await runInParallel(
      rounds.filter((task) => !isExclusive(task)),
      options.parallel,
      attempts,
      pool,
    );
    pool.forgiveLeaseFailures();
    const retries = tasks.flatMap((task) => Array.from({ length: attempts.retries(task.assertion.id) }, () => task));
    for (const task of [...retries, ...rounds.filter(isExclusive)])
      await pool.kept(task.fixture).run(task, attempts.isolated);
  } finally {
    await attempts.conclude();
    await pool.close();
  }
  const order = new Map(options.assertions.map(({ id }, index) => [id, index]));
  return {
    results: results.sort((x, y) => (order.get(x.id) ?? 0) - (order.get(y.id) ?? 0)),
    cellsReadyMs: Math.round((pool.readyAt() ?? startedAt) - startedAt),
    durationMs: Math.round(clock.now() - startedAt),
  };
}

/** Where fewer cells are allowed than there are fixtures, the fixtures take turns. */
async function runInParallel(
  tasks: readonly Task[],
  parallel: number,
  attempts: Attempts,
  pool: WorkerPool,
): Promise<void> {
  const queues = Map.groupBy(tasks, ({ fixture }) => fixture.id);
  const budget = cellBudget(new Map([...queues].map(([id, queue]) => [id, queue.length])), parallel);
  const works = [...budget].flatMap(([fixture, count]) =>
    Array.from({ length: count }, (_, index) => () => drain(queues.get(fixture) ?? [], index + 1)),
  );
  const atOnce = Math.min(parallel, works.length);
  const take = atOnce > 1 ? attempts.parallel : attempts.isolated;
  await allEnded(atOnce, works);

  /** Runs one fixture's assertions until its queue, which its workers share, is empty. */
  async function drain(queue: Task[], number: number): Promise<void> {
    const fixture = queue[0]?.fixture;
    if (fixture === undefined) return;
    const worker = pool.create(fixture, number);
    try {
      for (let task = queue.shift(); task !== undefined; task = queue.shift()) await worker.run(task, take);
    } catch (error) {
      await worker.close();
      throw error;
    }
    await pool.release(fixture, worker);
  }
}

/** Does all of the work, `atOnce` pieces at a time; throws the first failure once everything has ended. */
async function allEnded(atOnce: number, works: (() => Promise<void>)[]): Promise<void> {
  const streams = Array.from({ length: atOnce }, async () => {
    for (let next = works.shift(); next !== undefined; next = works.shift()) await next();
  });
  const failed = (await Promise.allSettled(streams)).find((end) => end.status === "rejected");
  if (failed !== undefined)
    throw failed.reason instanceof Error
      ? failed.reason
      : new InfrastructureError("interrupted", String(failed.reason), "Run again.");
}
