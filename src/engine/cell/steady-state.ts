/** Waits for the steady state of a cell: before its first assertion, and again after each. */
import { InfrastructureError } from "../../errors.ts";
import { converge, DeadlineError } from "../convergence.ts";
import type { Cell, CellDeps } from "./cell.ts";
import { type CellState, canSettle, describeState, observeState, sameState } from "./cell-state.ts";

/** Consecutive equal observations that count as settled. */
const SETTLED = 3;

/** A new cell may take this many times what one change may: the mesh has to learn of its services and pods first. */
const SETTLE_FACTOR = 4;

/**
 * Waits until three consecutive observations of the cell are equal, with no INFRA among them and every `is: ok` answered.
 * @param propagationMs milliseconds that the mesh may take for one change.
 * @returns that observation; empty where the fixture has no steady-state probes.
 * @throws InfrastructureError("cell-not-ready") with the last observation.
 */
export async function awaitSteadyState(cell: Cell, deps: CellDeps, propagationMs: number): Promise<CellState> {
  if (cell.fixture.steadyState.length === 0) return [];
  let last: CellState | undefined;
  let equal = 0;
  const { value } = await converge({
    name: `cell ${cell.id} is in a steady state`,
    deadlineMs: SETTLE_FACTOR * propagationMs,
    clock: deps.clock,
    ...(deps.signal && { signal: deps.signal }),
    observe: async () => {
      const state = await observeState(cell, deps);
      equal = last !== undefined && sameState(state, last) ? equal + 1 : 1;
      last = state;
      return { state, settled: equal >= SETTLED && canSettle(cell, state) };
    },
    done: (seen) => seen.settled,
    describe: ({ state }) => describeState(cell, state),
  }).catch((error: unknown) => {
    if (!(error instanceof DeadlineError)) throw error;
    throw new InfrastructureError(
      "cell-not-ready",
      error.message,
      "Either the mesh never learned of the cell's services (see its logs in the evidence), or it refuses what the fixture's base resources grant.",
      { cause: error },
    );
  });
  return value.state;
}

/** True once the cell is in this steady state again; false when the deadline has passed. */
export async function returnToSteadyState(
  cell: Cell,
  deps: CellDeps,
  steady: CellState,
  deadlineMs: number,
): Promise<boolean> {
  if (cell.fixture.steadyState.length === 0) return true;
  try {
    await converge({
      name: `cell ${cell.id} is back in its steady state`,
      deadlineMs,
      clock: deps.clock,
      ...(deps.signal && { signal: deps.signal }),
      observe: () => observeState(cell, deps),
      done: (state) => sameState(state, steady),
      describe: (state) => describeState(cell, state),
    });
    return true;
  } catch (error) {
    if (error instanceof DeadlineError) return false;
    throw error;
  }
}
