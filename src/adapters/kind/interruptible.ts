/** Stops a `kind create` that is under way without leaving a node behind. */
import type { Clock } from "../../ports.ts";

/** Milliseconds within which kind may end by itself once its node has been removed; a runner kills us 7.5 s after SIGINT. */
const PATIENCE_MS = 5_000;

export interface StoppableCreate {
  /** Starts kind; the signal ends it at once, together with the docker clients that it has started. */
  readonly start: (kill: AbortSignal) => Promise<unknown>;
  /** Deletes as much of the cluster as exists; no error when there is nothing yet. */
  readonly remove: () => Promise<void>;
  readonly stop: AbortSignal;
  readonly clock: Pick<Clock, "deadline">;
}

/**
 * Runs a create until it ends, or until it is stopped. Throws what it throws.
 *
 * To kill it at once would be wrong: a docker client that is killed while the daemon creates its container leaves
 * that container behind, which appears seconds after any `kind delete` has looked (the daemon copies the node's /var
 * first). So the node is removed while kind runs, as soon as there is one. kind then fails by itself, and leaves no
 * docker client. Only what outlasts our patience, for example an image that is being pulled, is killed.
 */
export async function runStoppably({ start, remove, stop, clock }: StoppableCreate): Promise<void> {
  const kill = new AbortController();
  const create = start(kill.signal);
  let running = true;
  const end = () => {
    running = false;
  };
  const ended = create.then(end, end);
  await Promise.race([ended, aborted(stop)]);
  const patience = clock.deadline(PATIENCE_MS);
  // Paced by the program that each attempt runs; one that fails would only fail again.
  while (running && !patience.aborted) if (!(await succeeds(remove()))) break;
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
