/** SIGINT and SIGTERM as one abort: a runner sends the first, and the second 7.5 s later. */
import { systemClock } from "../adapters/clock.ts";
import { InfrastructureError } from "../errors.ts";
import type { Log } from "../ports.ts";

export interface Interruption {
  readonly signal: AbortSignal;
  /** Aborts when somebody asks for the end, and not by the run's own limit: seconds are left, and what can wait is for post. */
  readonly cancelled: AbortSignal;
  stop(): void;
}

export function interruption(log: Pick<Log, "warn">, timeoutMs: number): Interruption {
  const controller = new AbortController();
  const cancelled = new AbortController();
  const onSignal = (name: NodeJS.Signals) => {
    cancelled.abort();
    if (controller.signal.aborted) return;
    log.warn(`${name}: stopping, and taking back what was made`);
    controller.abort(new InfrastructureError("interrupted", `stopped by ${name}`, "Run again."));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  const limit = systemClock.deadline(timeoutMs);
  const onLimit = () =>
    controller.abort(
      new InfrastructureError(
        "interrupted",
        `the run took longer than ${timeoutMs / 1000} s`,
        "Raise the input timeout, or see in the report which phase took long.",
      ),
    );
  limit.addEventListener("abort", onLimit, { once: true });
  return {
    signal: controller.signal,
    cancelled: cancelled.signal,
    stop() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
      limit.removeEventListener("abort", onLimit);
    },
  };
}
