/** Runs the selected assertions in cells, several at a time, and gives a cell back only once it is as it was. */
import { type Assertion, isBehaviour } from "../domain/assertion.ts";
import type { Fixture } from "../domain/fixture.ts";
import type { AssertionResult } from "../domain/report.ts";
import type { Served } from "../domain/smi/served.ts";
import { describeError, InfrastructureError } from "../errors.ts";
import type { MeshProfile } from "../mesh/profile.ts";
import type { Clock, Cluster, Log } from "../ports.ts";
import { type Applicability, applicability } from "./applicability.ts";
import { awaitReturn } from "./await-change.ts";
import { type Cell, type CellDeps, createCell, destroyCell } from "./cell.ts";
import { backToFirst, firstState } from "./rest.ts";
import type { Row } from "./row.ts";
import { runAssertion } from "./run-assertion.ts";

export interface SuiteOptions {
  readonly assertions: readonly Assertion[];
  readonly fixtures: ReadonlyMap<string, Fixture>;
  readonly served: Served;
  readonly profile: MeshProfile;
  /** Short id of the run, part of every namespace's name. */
  readonly run: string;
  readonly appImage: string;
  /** Cells that may be in use at once, over all fixtures. */
  readonly parallel: number;
  /** Overrides the profile's propagation deadline, in milliseconds. */
  readonly deadlineMs: number | undefined;
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal?: AbortSignal;
  /** Clock time at which the run began, for `startedMs`. */
  readonly startedAt: number;
  /** Told of each result as it comes. */
  readonly onResult?: (result: AssertionResult) => void;
  /** Keeps what explains a row that did not pass; returns the files it wrote. */
  readonly keepEvidence?: (result: AssertionResult, cell: Cell | undefined) => Promise<readonly string[]>;
  /** Called with each cell once it is at rest: the suite's own tests break servers here. */
  readonly onCell?: (cell: Cell) => Promise<void>;
}

export interface SuiteResult {
  readonly results: readonly AssertionResult[];
  /** Milliseconds from the start of the suite until the first and the last of the first cells were at rest. */
  readonly cellsReadyMs: number;
  readonly durationMs: number;
}

/** Failed tries to make a cell of a fixture before its remaining rows are given up. */
const LEASE_TRIES = 2;

interface Job {
  readonly assertion: Assertion;
  readonly fixture: Fixture;
  readonly versions: Extract<Applicability, { applies: true }>["versions"];
}

/** How many cells of a fixture pay off: each costs its pods' start, and saves the rows that it runs beside the others. */
export function cellsFor(jobs: ReadonlyMap<string, number>, parallel: number): ReadonlyMap<string, number> {
  const cells = new Map<string, number>();
  let left = parallel;
  for (const [fixture, count] of jobs) {
    if (count > 0) {
      cells.set(fixture, 1);
      left -= 1;
    }
  }
  while (left > 0) {
    const [busiest] = [...jobs]
      .filter(([f, n]) => n > (cells.get(f) ?? 0))
      .sort(([f, n], [g, m]) => m / (cells.get(g) ?? 1) - n / (cells.get(f) ?? 1));
    if (busiest === undefined) break;
    cells.set(busiest[0], (cells.get(busiest[0]) ?? 0) + 1);
    left -= 1;
  }
  return cells;
}

function emptyResult(assertion: Assertion, startedMs: number): Omit<AssertionResult, "verdict" | "reason"> {
  const { id, title, spec, level, basis, succeeds } = assertion;
  return {
    id,
    title,
    spec,
    level,
    behaviour: isBehaviour(assertion),
    basis: basis.map((b) => ({ ...b })),
    succeeds,
    versions: {},
    findings: [],
    propagation: [],
    startedMs,
    durationMs: 0,
    evidence: [],
  };
}

export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { clock, log, profile, served } = options;
  const suiteStart = clock.now();
  const sinceStart = () => Math.round(clock.now() - options.startedAt);
  const results: AssertionResult[] = [];
  const queues = new Map<string, Job[]>();
  const finish = async (result: AssertionResult, cell?: Cell) => {
    const explain = result.verdict === "FAIL" || result.verdict === "INCONCLUSIVE" || result.verdict === "ERROR";
    const evidence = explain && options.keepEvidence !== undefined ? await options.keepEvidence(result, cell) : [];
    const whole = { ...result, evidence: [...result.evidence, ...evidence] };
    results.push(whole);
    options.onResult?.(whole);
  };

  for (const assertion of options.assertions) {
    const fixture = options.fixtures.get(assertion.fixture);
    if (fixture === undefined) throw new RangeError(`${assertion.id}: no fixture "${assertion.fixture}"`);
    const ruling = applicability(assertion, fixture, served, profile);
    if (!ruling.applies)
      await finish({ ...emptyResult(assertion, sinceStart()), verdict: "NOT_APPLICABLE", reason: ruling.reason });
    else queues.set(fixture.id, [...(queues.get(fixture.id) ?? []), { assertion, fixture, versions: ruling.versions }]);
  }

  // One row's failure stops nothing else; only the caller's signal does.
  const deps: CellDeps = {
    cluster: options.cluster,
    clock,
    log,
    served,
    ...(options.signal && { signal: options.signal }),
  };
  const plans = cellsFor(new Map([...queues].map(([id, jobs]) => [id, jobs.length])), options.parallel);
  let cellsReadyMs = 0;
  /** Why cells of a fixture could not be leased: after the second, its other rows need not wait for the same again. */
  const unleasable = new Map<string, unknown[]>();

  async function lease(fixture: Fixture, name: string): Promise<{ readonly cell: Cell; readonly first: string }> {
    const cell = await createCell({ id: name, run: options.run, fixture, profile, image: options.appImage }, deps);
    try {
      const first = await firstState(cell, deps);
      await options.onCell?.(cell);
      log.debug(`cell ${name} is at rest: ${first || "no probes"}`);
      return { cell, first };
    } catch (error) {
      await destroyCell(cell, deps, { wait: false });
      throw error;
    }
  }

  async function worker(fixtureId: string, number: number): Promise<void> {
    const queue = queues.get(fixtureId) ?? [];
    let leased: Awaited<ReturnType<typeof lease>> | undefined;
    let generation = 0;
    try {
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
        options.signal?.throwIfAborted();
        const startedMs = sinceStart();
        const started = clock.now();
        const base = emptyResult(job.assertion, startedMs);
        try {
          if (leased === undefined) {
            const hopeless = unleasable.get(fixtureId);
            if (hopeless !== undefined && hopeless.length >= LEASE_TRIES) throw hopeless.at(-1);
            generation += 1;
            const name = `${fixtureId}-${number}${generation === 1 ? "" : `-${generation}`}`;
            leased = await lease(job.fixture, name);
            cellsReadyMs = Math.max(cellsReadyMs, generation === 1 ? clock.now() - suiteStart : 0);
          }
        } catch (error) {
          if (options.signal?.aborted) throw error;
          unleasable.set(fixtureId, [...(unleasable.get(fixtureId) ?? []), error]);
          await finish({
            ...base,
            verdict: "ERROR",
            reason: describeError(error).message,
            durationMs: Math.round(clock.now() - started),
          });
          continue;
        }
        const { cell, first } = leased;
        const began = clock.now();
        const row = newRow(job, cell);
        try {
          const outcome = await runAssertion(row);
          await finish(
            {
              ...base,
              ...outcome,
              findings: [...outcome.findings],
              propagation: [...outcome.propagation],
              versions: versionsOf(job),
              cell: cell.id,
              durationMs: Math.round(clock.now() - began),
              startedMs: Math.round(began - options.startedAt),
            },
            cell,
          );
          if (!(await giveBack(row, first, outcome.verdict === "PASS"))) {
            log.warn(`cell ${cell.id} did not return to its first state after ${job.assertion.id}; it is replaced`);
            await destroyCell(cell, deps, { wait: false });
            leased = undefined;
          }
        } catch (error) {
          if (options.signal?.aborted) throw error;
          await finish(
            {
              ...base,
              verdict: "ERROR",
              reason: describeError(error).message,
              versions: versionsOf(job),
              cell: cell.id,
              durationMs: Math.round(clock.now() - began),
            },
            cell,
          );
          leased = undefined;
          await destroyCell(cell, deps, { wait: false }).catch((cause: unknown) =>
            log.warn(`cell ${cell.id} could not be removed: ${describeError(cause).message}`),
          );
        }
      }
    } finally {
      if (leased !== undefined)
        await destroyCell(leased.cell, deps, { wait: false }).catch((cause: unknown) =>
          log.warn(`cell ${leased?.cell.id} could not be removed: ${describeError(cause).message}`),
        );
    }
  }

  function newRow(job: Job, cell: Cell): Row {
    return {
      assertion: job.assertion,
      cell,
      deps,
      versions: job.versions,
      refusals: {
        http: new Set(profile.refusal.http),
        tcp: new Set(profile.refusal.tcp),
        udp: new Set(profile.refusal.udp),
      },
      deadlineMs: options.deadlineMs ?? profile.propagation.deadline * 1000,
      made: new Map(),
      weights: new Map(),
      first: new Map(),
      progress: (line) => log.info(`      ${cell.id}  ${job.assertion.id}  ${line}`),
    };
  }

  const versionsOf = (job: Job) => Object.fromEntries([...job.versions].map(([kind, version]) => [kind, version.name]));

  /** Removes what the row made. A row that changed the workloads themselves leaves a cell that nobody else gets. */
  async function giveBack(row: Row, first: string, asIntended: boolean): Promise<boolean> {
    if (row.assertion.phases.some((phase) => phase.change !== undefined)) return false;
    await Promise.all([...row.made.values()].map((ref) => options.cluster.delete(ref)));
    // What the rest probes do not touch (another path, other weights) may still be in force.
    const [atRest, returned] = await Promise.all([
      backToFirst(row.cell, deps, first, row.deadlineMs),
      awaitReturn(row, asIntended),
    ]);
    return atRest && returned;
  }

  const workers = [...plans].flatMap(([fixture, count]) =>
    Array.from({ length: count }, (_, index) => () => worker(fixture, index + 1)),
  );
  // Where fewer cells are allowed than there are fixtures, the fixtures take turns.
  const lanes = Array.from({ length: Math.min(options.parallel, workers.length) }, async () => {
    for (let next = workers.shift(); next !== undefined; next = workers.shift()) await next();
  });
  const ended = await Promise.allSettled(lanes);
  const failed = ended.find((end) => end.status === "rejected");
  if (failed !== undefined)
    throw failed.reason instanceof Error
      ? failed.reason
      : new InfrastructureError("interrupted", String(failed.reason), "Run again.");
  const order = new Map(options.assertions.map(({ id }, index) => [id, index]));
  results.sort((x, y) => (order.get(x.id) ?? 0) - (order.get(y.id) ?? 0));
  return { results, cellsReadyMs: Math.round(cellsReadyMs), durationMs: Math.round(clock.now() - suiteStart) };
}
