/** What ends a run early, as one abort: SIGINT, SIGTERM (a runner sends it 7.5 s after the first), and the input timeout. */
import { systemClock } from "../adapters/clock.ts";
import { InfrastructureError } from "../errors.ts";
import type { Log } from "../ports.ts";

export interface Interruption {
  readonly signal: AbortSignal;
  /** Aborts when somebody cancels the run, and not at its own limit: seconds are left, and what can wait is left to post. */
  readonly cancelled: AbortSignal;
  /** Ends the run after this many milliseconds, counted from now. */
  limit(timeoutMs: number): void;
  stop(): void;
}

export function interruption(log: Pick<Log, "warn">): Interruption {
  const controller = new AbortController();
  const cancelled = new AbortController();
  const stopped = new AbortController();
  const onSignal = (name: NodeJS.Signals) => {
    cancelled.abort();
    if (controller.signal.aborted) return;
    log.warn(`${name}: stopping, and removing what was created`);
    controller.abort(new InfrastructureError("interrupted", `stopped by ${name}`, "Run again."));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    cancelled: cancelled.signal,
    limit(timeoutMs) {
      const late = () =>
        controller.abort(
          new InfrastructureError(
            "interrupted",
            `the run took longer than ${timeoutMs / 1000} s`,
            "Raise the input timeout, or see in the report which phase took long.",
          ),
        );
      systemClock.deadline(timeoutMs).addEventListener("abort", late, { once: true, signal: stopped.signal });
    },
    stop() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
      stopped.abort();
    },
  };
}
