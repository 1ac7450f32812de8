/** A cell of one fixture and the rows that run in it one after the other. A cell that a row spoiled is replaced. */
import type { Assertion } from "../../domain/assertion/assertion.ts";
import { isBehaviour } from "../../domain/assertion/assertion.ts";
import type { Fixture } from "../../domain/assertion/fixture.ts";
import type { AssertionResult } from "../../domain/report/report.ts";
import { describeError } from "../../errors.ts";
import { awaitReturn } from "../assertion/await-return.ts";
import type { AssertionContext } from "../assertion/context.ts";
import { runAssertion } from "../assertion/run-assertion.ts";
import { type Cell, type CellDeps, createCell, destroyCell } from "../cell/cell.ts";
import { backToFirst, firstState } from "../cell/steady-state.ts";
import type { Applicability } from "./applicability.ts";
import type { SuiteOptions } from "./run-suite.ts";

/** Failed tries to make a cell of a fixture before its remaining rows are given up. */
const LEASE_TRIES = 2;

/** One row to run, with the versions that its resources are written in. */
export interface Job {
  readonly assertion: Assertion;
  readonly fixture: Fixture;
  readonly versions: Extract<Applicability, { applies: true }>["versions"];
}

export interface LaneDeps extends CellDeps {
  readonly options: SuiteOptions;
  readonly finish: (result: AssertionResult, cell?: Cell) => Promise<void>;
  /** Told when the lane's first cell is at rest. */
  readonly onFirstRest: () => void;
  /** Why cells of this fixture could not be leased: after the second, its other rows need not wait for the same again. */
  readonly unleasable: unknown[];
}

export interface Lane {
  /** Runs one row and hands on its result. Rejects only when the run was aborted. */
  run(job: Job): Promise<void>;
  /** Removes the lane's cell. */
  close(): Promise<void>;
}

/** What is known of a row's result before it has run. */
export function emptyResult(assertion: Assertion, startedMs: number): Omit<AssertionResult, "verdict" | "reason"> {
  const { id, title, spec, level, basis, replaces } = assertion;
  return {
    id,
    title,
    spec,
    level,
    behaviour: isBehaviour(assertion),
    basis: basis.map((b) => ({ ...b })),
    succeeds: replaces,
    versions: {},
    findings: [],
    propagation: [],
    startedMs,
    durationMs: 0,
    evidence: [],
  };
}

export function createLane(fixture: Fixture, number: number, deps: LaneDeps): Lane {
  const { options, clock, log } = deps;
  const { profile } = options;
  const deadlineMs = options.deadlineMs ?? profile.propagation.deadline * 1000;
  // A deadline that is asked for is about changes: how long a new cell takes is the mesh's own matter.
  const restMs = Math.max(deadlineMs, profile.propagation.deadline * 1000);
  let leased: { readonly cell: Cell; readonly first: string } | undefined;
  let generation = 0;

  async function lease(): Promise<{ readonly cell: Cell; readonly first: string }> {
    if (deps.unleasable.length >= LEASE_TRIES) throw deps.unleasable.at(-1);
    generation += 1;
    const id = `${fixture.id}-${number}${generation === 1 ? "" : `-${generation}`}`;
    try {
      const cell = await createCell({ id, run: options.run, fixture, profile, image: options.appImage }, deps);
      try {
        const first = await firstState(cell, deps, restMs);
        await options.onCell?.(cell);
        log.debug(`cell ${id} is at rest: ${first || "no probes"}`);
        if (generation === 1) deps.onFirstRest();
        return { cell, first };
      } catch (error) {
        await destroyCell(cell, deps, { wait: false });
        throw error;
      }
    } catch (error) {
      deps.unleasable.push(error);
      throw error;
    }
  }

  async function drop(): Promise<void> {
    const cell = leased?.cell;
    leased = undefined;
    if (cell === undefined) return;
    await destroyCell(cell, deps, { wait: false }).catch((cause: unknown) =>
      log.warn(`cell ${cell.id} could not be removed: ${describeError(cause).message}`),
    );
  }

  function newContext(job: Job, cell: Cell): AssertionContext {
    return {
      assertion: job.assertion,
      cell,
      deps,
      versions: job.versions,
      deadlineMs,
      made: new Map(),
      weights: new Map(),
      first: new Map(),
      progress: (line) => log.info(`      ${cell.id}  ${job.assertion.id}  ${line}`),
    };
  }

  /** Removes what the row made. A row that changed the workloads themselves leaves a cell that nobody else gets. */
  async function isBack(context: AssertionContext, first: string, asIntended: boolean): Promise<boolean> {
    if (context.assertion.phases.some((phase) => phase.change !== undefined)) return false;
    await Promise.all([...context.made.values()].map((ref) => options.cluster.delete(ref)));
    // What the rest probes do not touch (another path, other weights) may still be in force, and is awaited with fewer
    // probes than they are.
    const returned = await awaitReturn(context, asIntended);
    const atRest = returned && (await backToFirst(context.cell, deps, first, deadlineMs));
    // No row is the worse for it: the next one waits for a cell that is.
    if (!atRest)
      log.info(
        `      cell ${context.cell.id} did not return to its first state after ${context.assertion.id}; it is replaced`,
      );
    return atRest;
  }

  return {
    close: drop,
    async run(job) {
      options.signal?.throwIfAborted();
      let began = clock.now();
      const result = (known: Pick<AssertionResult, "verdict" | "reason"> & Partial<AssertionResult>) => ({
        ...emptyResult(job.assertion, Math.round(began - options.startedAt)),
        versions: Object.fromEntries([...job.versions].map(([kind, version]) => [kind, version.name])),
        ...(leased && { cell: leased.cell.id }),
        durationMs: Math.round(clock.now() - began),
        ...known,
      });
      try {
        leased ??= await lease();
        began = clock.now();
        const context = newContext(job, leased.cell);
        const { findings, propagation, ...ruling } = await runAssertion(context);
        await deps.finish(result({ ...ruling, findings: [...findings], propagation: [...propagation] }), leased.cell);
        // The row has its verdict: what goes wrong from here on concerns the cell alone.
        const back = await isBack(context, leased.first, ruling.verdict === "PASS").catch((error: unknown) => {
          if (options.signal?.aborted) throw error;
          log.warn(`cell ${context.cell.id} could not be given back: ${describeError(error).message}`);
          return false;
        });
        if (!back) await drop();
      } catch (error) {
        if (options.signal?.aborted) throw error;
        await deps.finish(result({ verdict: "ERROR", reason: describeError(error).message }), leased?.cell);
        await drop();
      }
    },
  };
}
