/** The client of GitHub's artifact service, @actions/artifact: only a JavaScript action can reach that service. */
import type { ArtifactClient } from "@actions/artifact";
import type { Clock } from "../../ports.ts";

/** Milliseconds for one upload, list or download: the client tries five times, and waits longer each time. */
export const DEADLINE_MS = 120_000;

export type CallService = <T>(call: (client: ArtifactClient) => Promise<T>) => Promise<T>;

/**
 * Runs what is asked of the service until it ends, `signal` aborts, or the deadline of all calls together has passed. Loads the
 * library with the first call: few runs of a program that imports this file need it.
 */
export function createCaller(clock: Pick<Clock, "deadline">, signal: AbortSignal | undefined): CallService {
  const limit = clock.deadline(DEADLINE_MS);
  const stop = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  return (call) =>
    ended(async () => {
      const { DefaultArtifactClient } = await import("@actions/artifact");
      return call(new DefaultArtifactClient());
    }, stop);
}

/** The client cannot be stopped, so what it is doing is left behind. */
async function ended<T>(begin: () => Promise<T>, stop: AbortSignal): Promise<T> {
  stop.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(stop.reason);
  stop.addEventListener("abort", onAbort, { once: true });
  const work = begin();
  try {
    return await Promise.race([work, promise]);
  } finally {
    stop.removeEventListener("abort", onAbort);
    work.catch(() => {});
  }
}

export const isLate = ({ name }: Error) => name === "TimeoutError";

/** The client's errors put the addresses of pages on lines of their own. */
export const oneLine = ({ message }: Error) => message.replace(/\s*\n\s*/g, " ");
