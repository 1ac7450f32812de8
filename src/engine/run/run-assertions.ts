/** The suite's part of a run: every assertion of the plan, with the evidence of what did not pass. */
import { flakyIds } from "../../domain/report/repeat.ts";
import { shardText } from "../../domain/report/shard.ts";
import type { Cluster, Log } from "../../ports.ts";
import type { SuiteResult } from "../suite/options.ts";
import { runSuite } from "../suite/run-suite.ts";
import type { RunContext } from "./context.ts";
import { assertionEvidence } from "./evidence.ts";
import type { RunPlan } from "./plan.ts";

/** Adds each result to the record as it comes, so that those of a run that is cut short are known. */
export async function runAssertions(
  { plan, deps, phases, record }: RunContext,
  cluster: Cluster,
  appImage: string,
): Promise<void> {
  const { clock, log, folder, signal } = deps;
  await phases.run("suite", suiteTitle(plan), async () => {
    const suite = await runSuite({
      assertions: plan.assertions,
      fixtures: plan.fixtures,
      served: record.served,
      profile: plan.profile,
      run: plan.run,
      appImage,
      parallel: plan.parallel,
      repeat: plan.repeat,
      deadlineMs: plan.deadlineMs,
      cluster,
      clock,
      log,
      startedAt: record.start,
      ...(signal && { signal }),
      onResult: (result) => {
        record.results.push(result);
        deps.onResult?.(result);
      },
      ...(plan.evidence === "failures" && {
        keepEvidence: (result, cell) =>
          assertionEvidence(result, cell, { cluster, folder, log, meshNamespace: plan.profile.namespace }),
      }),
    });
    record.cellsReadyMs = suite.cellsReadyMs;
    record.verdictsMs = Math.max(0, suite.durationMs - suite.cellsReadyMs);
    logFlaky(suite, plan, log);
    log.info(
      `cells in their steady state after ${(record.cellsReadyMs / 1000).toFixed(1)} s, last verdict ${(record.verdictsMs / 1000).toFixed(1)} s later`,
    );
  });
}

function suiteTitle({ assertions, shard, repeat, parallel }: RunPlan): string {
  const part = shard === undefined ? "" : ` (shard ${shardText(shard)})`;
  const times = repeat === 1 ? "" : `, ${repeat} times each`;
  return `Running ${assertions.length} assertions${part}${times}, in up to ${parallel} cells at once`;
}

function logFlaky({ results }: SuiteResult, { repeat }: RunPlan, log: Log): void {
  if (repeat === 1) return;
  const flaky = flakyIds(results);
  log.info(
    `${flaky.length} of ${results.length} assertions gave more than one verdict in ${repeat} runs${flaky.length === 0 ? "" : `: ${flaky.join(", ")}`}`,
  );
}
