/** The phases of a run: each is a group of the log, and is timed for the report. */
import type { ConformanceReport } from "../../domain/report/report.ts";
import type { Clock, Log } from "../../ports.ts";

export interface Phases {
  /** Runs one phase. @throws the reason of an aborted signal; whatever `work` throws. */
  run<T>(name: string, title: string, work: () => Promise<T>): Promise<T>;
  /** Name of the phase that began last; "start" before the first. */
  current(): string;
  /** Those that have ended, in order; in milliseconds since the run began. */
  timings(): ConformanceReport["phases"];
}

export interface PhasesOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal?: AbortSignal;
  /** Clock time at which the run began. */
  readonly start: number;
}

export function createPhases({ clock, log, signal, start }: PhasesOptions): Phases {
  const timings: ConformanceReport["phases"][number][] = [];
  let current = "start";
  return {
    async run(name, title, work) {
      signal?.throwIfAborted();
      current = name;
      const began = clock.now();
      let ok = false;
      log.group(title);
      try {
        const value = await work();
        ok = true;
        return value;
      } finally {
        const durationMs = Math.round(clock.now() - began);
        timings.push({ name, startedMs: Math.round(began - start), durationMs, ok });
        log.info(`${ok ? "done" : "failed"}: ${title} (${(durationMs / 1000).toFixed(1)} s)`);
        log.endGroup();
      }
    },
    current: () => current,
    timings: () => timings,
  };
}
