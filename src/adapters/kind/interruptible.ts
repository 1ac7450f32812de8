/** Stops a `kind create` that is under way without leaving a node behind. */
import type { Clock } from "../../ports.ts";

/** Milliseconds in which kind may end by itself once its node is taken away; a runner kills us 7.5 s after SIGINT. */
const PATIENCE_MS = 5_000;

export interface StoppableCreate {
  /** Starts kind; the signal ends it at once, with the docker clients below it. */
  readonly start: (kill: AbortSignal) => Promise<unknown>;
  /** Deletes what there is of the cluster; no error when there is nothing yet. */
  readonly takeBack: () => Promise<void>;
  readonly stop: AbortSignal;
  readonly clock: Pick<Clock, "deadline">;
}

/**
 * Runs a create until it ends, or until it is stopped. Throws what it throws.
 *
 * To kill it at once would be wrong: a docker client that is killed while the daemon makes its container leaves
 * that container, which appears seconds after any `kind delete` has looked (the daemon copies the node's /var
 * first). So the node is taken from under kind as soon as there is one. kind then fails by itself, and has no
 * docker client left. Only what outlasts our patience, an image being pulled for example, is killed.
 */
export async function runStoppably({ start, takeBack, stop, clock }: StoppableCreate): Promise<void> {
  const kill = new AbortController();
  const create = start(kill.signal);
  let running = true;
  const end = () => {
    running = false;
  };
  const ended = create.then(end, end);
  await Promise.race([ended, aborted(stop)]);
  const patience = clock.deadline(PATIENCE_MS);
  // Paced by the program that each turn runs; a turn that fails would only fail again.
  while (running && !patience.aborted) if (!(await succeeds(takeBack()))) break;
  kill.abort(stop.reason);
  await create;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function succeeds(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => true,
    () => false,
  );
}
