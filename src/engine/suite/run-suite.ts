/** Runs the selected assertions in cells, several at a time, and gives a cell back only once it is as it was. */
import type { Assertion } from "../../domain/assertion/assertion.ts";
import type { Fixture } from "../../domain/assertion/fixture.ts";
import { isWorse, mergeRuns } from "../../domain/report/repeat.ts";
import type { AssertionResult } from "../../domain/report/report.ts";
import type { Served } from "../../domain/smi/served.ts";
import { InfrastructureError } from "../../errors.ts";
import type { MeshProfile } from "../../mesh/profile.ts";
import type { Clock, Cluster, Log } from "../../ports.ts";
import type { Cell } from "../cell/cell.ts";
import { applicability } from "./applicability.ts";
import { createLane, emptyResult, type Job, type Lane } from "./cell-worker.ts";

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
  /** How often each row is run, from 1; the worst of its runs is its verdict. Once where left out. */
  readonly repeat?: number;
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

export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { clock, log, profile, served } = options;
  const suiteStart = clock.now();
  const results: AssertionResult[] = [];
  const repeat = options.repeat ?? 1;
  /** Runs that others may have spoiled, by the row's id, with what they gave beside those. */
  const doubtful = new Map<string, AssertionResult[]>();
  /** Runs that count, of rows that have more to come. */
  const runs = new Map<string, AssertionResult[]>();
  let areOthersRunning = true;
  const settle = (row: AssertionResult) => {
    results.push(row);
    options.onResult?.(row);
  };
  const finish = async (given: AssertionResult, cell?: Cell) => {
    if (areOthersRunning && mayBeSpoiled(given)) {
      doubtful.set(given.id, [...(doubtful.get(given.id) ?? []), given]);
      log.info(`      ${given.cell ?? "no cell"}  ${given.id}  ${given.verdict} for now: it is run once more, alone`);
      return;
    }
    const beside = doubtful.get(given.id)?.shift();
    const result = { ...given, ...(beside && { beside: { verdict: beside.verdict, reason: beside.reason } }) };
    const before = runs.get(result.id) ?? [];
    const explain = result.verdict === "FAIL" || result.verdict === "INCONCLUSIVE" || result.verdict === "ERROR";
    // What explains a row is that of the run which decides it: of equal ones the first.
    const decides = before.every(({ verdict }) => isWorse(result.verdict, verdict));
    const evidence =
      explain && decides && options.keepEvidence !== undefined ? await options.keepEvidence(result, cell) : [];
    const whole = { ...result, evidence: [...result.evidence, ...evidence] };
    const known = [...(runs.get(result.id) ?? []), whole];
    runs.set(result.id, known);
    if (repeat > 1)
      log.info(`      ${result.cell ?? "no cell"}  ${result.id}  run ${known.length} of ${repeat}: ${result.verdict}`);
    if (known.length < repeat) return;
    runs.delete(result.id);
    settle(mergeRuns(known));
  };

  const jobs: Job[] = [];
  for (const assertion of options.assertions) {
    const fixture = options.fixtures.get(assertion.fixture);
    if (fixture === undefined) throw new RangeError(`${assertion.id}: no fixture "${assertion.fixture}"`);
    const ruling = applicability(assertion, fixture, served, profile);
    if (ruling.applies) jobs.push({ assertion, fixture, versions: ruling.versions });
    else
      settle({
        ...emptyResult(assertion, Math.round(clock.now() - options.startedAt)),
        verdict: "NOT_APPLICABLE",
        reason: ruling.reason,
      });
  }
  // Round by round: a run that is cut short has a verdict on as many rows as it can, and what comes and goes is met.
  const rounds = Array.from({ length: repeat }, () => jobs).flat();
  const shared = Map.groupBy(
    rounds.filter(({ assertion }) => assertion.exclusive !== true),
    ({ fixture }) => fixture.id,
  );

  let cellsReadyMs = 0;
  const unleasable = new Map(jobs.map(({ fixture }) => [fixture.id, [] as unknown[]]));
  const laneOf = (fixture: Fixture, number: number): Lane =>
    createLane(fixture, number, {
      options,
      cluster: options.cluster,
      clock,
      log,
      served,
      ...(options.signal && { signal: options.signal }),
      finish,
      onFirstRest: () => {
        cellsReadyMs = Math.max(cellsReadyMs, clock.now() - suiteStart);
      },
      unleasable: unleasable.get(fixture.id) ?? [],
    });
  /** A lane of each fixture, whose cell the rows that run alone go on with. */
  const kept = new Map<string, Lane>();

  async function work(queue: Job[], number: number): Promise<void> {
    const fixture = queue[0]?.fixture;
    if (fixture === undefined) return;
    const lane = laneOf(fixture, number);
    try {
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) await lane.run(job);
    } catch (error) {
      await lane.close();
      throw error;
    }
    if (kept.has(fixture.id)) await lane.close();
    else kept.set(fixture.id, lane);
  }

  const plans = cellsFor(new Map([...shared].map(([id, queue]) => [id, queue.length])), options.parallel);
  const works = [...plans].flatMap(([fixture, count]) =>
    Array.from({ length: count }, (_, index) => () => work(shared.get(fixture) ?? [], index + 1)),
  );
  // Where fewer cells are allowed than there are fixtures, the fixtures take turns.
  const atOnce = Math.min(options.parallel, works.length);
  areOthersRunning = atOnce > 1;
  try {
    await allEnded(atOnce, works);
    areOthersRunning = false;
    for (const failures of unleasable.values()) failures.length = 0;
    const again = jobs.flatMap((job) => Array.from(doubtful.get(job.assertion.id) ?? [], () => job));
    for (const job of [...again, ...rounds.filter(({ assertion }) => assertion.exclusive === true)]) {
      const lane = kept.get(job.fixture.id) ?? laneOf(job.fixture, 1);
      kept.set(job.fixture.id, lane);
      await lane.run(job);
    }
  } finally {
    areOthersRunning = false;
    // Those that the run's end kept from their second time, or from more runs: what they gave is all that is known.
    const unsettled = [...doubtful.values()].flat();
    doubtful.clear();
    for (const result of unsettled) await finish(result);
    for (const known of runs.values()) settle(mergeRuns(known));
    await Promise.all([...kept.values()].map((lane) => lane.close()));
  }
  const order = new Map(options.assertions.map(({ id }, index) => [id, index]));
  results.sort((x, y) => (order.get(x.id) ?? 0) - (order.get(y.id) ?? 0));
  return { results, cellsReadyMs: Math.round(cellsReadyMs), durationMs: Math.round(clock.now() - suiteStart) };
}

/**
 * Whether another row can be the reason: a mesh that one row's objects freeze takes no row's changes any more, and no new
 * cell. Such a row is run once more by itself, and that is its verdict. One that failed with its change in force stays.
 */
function mayBeSpoiled({ verdict, propagation, cell }: AssertionResult): boolean {
  if (verdict === "ERROR") return cell === undefined;
  return (verdict === "FAIL" || verdict === "INCONCLUSIVE") && propagation.some(({ inForce }) => !inForce);
}

/** Does all of the work, `atOnce` pieces at a time; throws the first failure once everything has ended. */
async function allEnded(atOnce: number, works: (() => Promise<void>)[]): Promise<void> {
  const lanes = Array.from({ length: atOnce }, async () => {
    for (let next = works.shift(); next !== undefined; next = works.shift()) await next();
  });
  const failed = (await Promise.allSettled(lanes)).find((end) => end.status === "rejected");
  if (failed !== undefined)
    throw failed.reason instanceof Error
      ? failed.reason
      : new InfrastructureError("interrupted", String(failed.reason), "Run again.");
}
