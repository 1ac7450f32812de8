/** Runs assertions of one fixture one after another in a cell of its own; a cell that one of them changed is replaced. */
import { changesWorkloads } from "../../domain/assertion/assertion.ts";
import type { Fixture } from "../../domain/assertion/fixture.ts";
import { describeError } from "../../errors.ts";
import type { MeshProfile } from "../../mesh/profile.ts";
import { awaitReturn } from "../assertion/await-return.ts";
import type { AssertionContext } from "../assertion/context.ts";
import { runAssertion } from "../assertion/run-assertion.ts";
import type { Cell, CellDeps } from "../cell/cell.ts";
import { type CellState, describeState } from "../cell/cell-state.ts";
import { createCell, destroyCell } from "../cell/create-cell.ts";
import { awaitSteadyState, returnToSteadyState } from "../cell/steady-state.ts";
import type { TakeAttempt } from "./attempts.ts";
import { errorResult, resultOf } from "./result.ts";
import type { Task } from "./tasks.ts";

/** Failed attempts to lease a cell of a fixture before its remaining assertions are given up. */
const LEASE_ATTEMPTS = 2;

export interface CellWorkerSettings {
  /** Short id of the run, part of every namespace's name. */
  readonly run: string;
  readonly profile: MeshProfile;
  /** Image of the sample application. */
  readonly appImage: string;
  /** Overrides the profile's propagation deadline, in milliseconds. */
  readonly deadlineMs: number | undefined;
  /** Clock time at which the run began, for `startedMs`. */
  readonly startedAt: number;
}

export interface CellWorkerDeps extends CellDeps {
  /** Called when the worker's first cell is in its steady state. */
  readonly onFirstCell: () => void;
  /** Why cells of this fixture could not be leased, shared by its workers: none of them waits for the same again and again. */
  readonly leaseFailures: unknown[];
}

export interface CellWorker {
  /** Runs one assertion and hands its result to `take`. Rejects only when the run was aborted. */
  run(task: Task, take: TakeAttempt): Promise<void>;
  /** Removes the worker's cell. */
  close(): Promise<void>;
}

interface Lease {
  readonly cell: Cell;
  readonly steady: CellState;
}

/** @param number tells the fixture's workers apart, from 1: part of their cells' ids. */
export function createCellWorker(
  fixture: Fixture,
  number: number,
  settings: CellWorkerSettings,
  deps: CellWorkerDeps,
): CellWorker {
  const { clock, log, cluster, signal } = deps;
  const { profile } = settings;
  const propagationMs = profile.propagation.deadline * 1000;
  const deadlineMs = settings.deadlineMs ?? propagationMs;
  let leased: Lease | undefined;
  let generation = 0;

  async function lease(): Promise<Lease> {
    if (deps.leaseFailures.length >= LEASE_ATTEMPTS) throw deps.leaseFailures.at(-1);
    generation += 1;
    const id = `${fixture.id}-${number}${generation === 1 ? "" : `-${generation}`}`;
    try {
      const cell = await createCell({ id, run: settings.run, fixture, profile, image: settings.appImage }, deps);
      try {
        // A deadline that was asked for is about changes: how long a new cell takes is up to the mesh.
        const steady = await awaitSteadyState(cell, deps, Math.max(deadlineMs, propagationMs));
        log.debug(`cell ${id} is in its steady state: ${describeState(cell, steady) || "no probes"}`);
        if (generation === 1) deps.onFirstCell();
        return { cell, steady };
      } catch (error) {
        await destroyCell(cell, deps);
        throw error;
      }
    } catch (error) {
      deps.leaseFailures.push(error);
      throw error;
    }
  }

  async function drop(): Promise<void> {
    const cell = leased?.cell;
    leased = undefined;
    if (cell === undefined) return;
    await destroyCell(cell, deps).catch((cause: unknown) =>
      log.warn(`cell ${cell.id} could not be removed: ${describeError(cause).message}`),
    );
  }

  function contextOf({ assertion, versions }: Task, cell: Cell): AssertionContext {
    return {
      assertion,
      cell,
      deps,
      versions,
      deadlineMs,
      made: new Map(),
      weights: new Map(),
      first: new Map(),
      measured: [],
      progress: (line) => log.info(`      ${cell.id}  ${assertion.id}  ${line}`),
    };
  }

  /** Removes what the assertion made; false where the cell is not as it was, or its workloads themselves were changed. */
  async function restore(context: AssertionContext, { cell, steady }: Lease, passed: boolean): Promise<boolean> {
    const { id } = context.assertion;
    if (changesWorkloads(context.assertion)) return false;
    await Promise.all([...context.made.values()].map((ref) => cluster.delete(ref)));
    // What the steady-state probes do not touch (another path, other weights) may still be in force; waiting for it takes
    // fewer probes than those need.
    const isBack = (await awaitReturn(context, passed)) && (await returnToSteadyState(cell, deps, steady, deadlineMs));
    if (!isBack) log.info(`      cell ${cell.id} did not return to its steady state after ${id}; it is replaced`);
    return isBack;
  }

  return {
    close: drop,
    async run(task, take) {
      signal?.throwIfAborted();
      let began = clock.now();
      const execution = () => ({
        startedMs: Math.round(began - settings.startedAt),
        durationMs: Math.round(clock.now() - began),
        cell: leased?.cell,
      });
      try {
        leased ??= await lease();
        const held = leased;
        began = clock.now();
        const context = contextOf(task, held.cell);
        const outcome = await runAssertion(context);
        await take(resultOf(task, execution(), outcome), held.cell);
        // The assertion has its verdict: what goes wrong from here on concerns the cell alone.
        const isBack = await restore(context, held, outcome.verdict === "PASS").catch((error: unknown) => {
          if (signal?.aborted) throw error;
          log.warn(`cell ${held.cell.id} could not be restored: ${describeError(error).message}`);
          return false;
        });
        if (!isBack) await drop();
      } catch (error) {
        if (signal?.aborted) throw error;
        await take(errorResult(task, execution(), error), leased?.cell);
        await drop();
      }
    },
  };
}
