/**
 * Runs the suite against the reference mesh many times, each time with another seed and the assertions in another order. No
 * verdict may differ, and samples may not be repeated more often than the bound in the report says.
 *   npm run soak -- --runs 200 [--seed N] [--workers N] [--parallel N] [--sockets]
 * Run R has seed N + R, which reproduces it. Exit code 1: a verdict differed or the bound is refuted; 3: the suite could not be run.
 */
import { parseArgs } from "node:util";
import { needsAttention } from "../src/domain/report/verdict.ts";
import { newestVersions } from "../src/embedded/api/definitions.ts";
import { describeError } from "../src/errors.ts";
import { count } from "../src/render/text/quantities.ts";
import { type FirstTries, summariseSoak } from "../src/selftest/soak.ts";
import { createPool, defaultSettings } from "./suite-pool.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const rate = (p: number) => (p === 0 ? "0" : p.toExponential(2));

const boundMeans: Readonly<Record<FirstTries["boundIs"], string>> = {
  below: "BELOW the interval: samples are rejected more often than the report says",
  inside: "inside the interval: consistent with what was observed",
  above: "above the interval: samples are rejected less often than the report allows",
};

async function main(): Promise<number> {
  const {
    values: { sockets, ...values },
  } = parseArgs({
    options: {
      sockets: { type: "boolean", default: false },
      runs: { type: "string", default: "200" },
      seed: { type: "string", default: "0" },
      workers: { type: "string", default: String(defaultSettings.workers) },
      parallel: { type: "string", default: String(defaultSettings.parallel) },
    },
  });
  for (const [name, value] of Object.entries(values))
    if (!/^\d{1,6}$/.test(value) || (Number(value) === 0 && name !== "seed"))
      throw new RangeError(`--${name} must be a whole number${name === "seed" ? "" : " of at least 1"}: ${value}`);
  const jobs = Array.from({ length: Number(values.runs) }, (_, index) => ({
    name: `run ${index + 1}`,
    faults: {},
    versions: newestVersions,
    seed: Number(values.seed) + index + 1,
    shuffle: true,
  }));
  const began = performance.now();
  const pool = createPool({
    ...defaultSettings,
    wire: sockets ? "sockets" : defaultSettings.wire,
    workers: Number(values.workers),
    parallel: Number(values.parallel),
  });
  const outcomes = await pool
    .run(jobs, (job, { results, durationMs }, done) => {
      const odd = results.filter(needsAttention);
      const told = odd.map(({ id, verdict, reason }) => `\n    ${verdict} ${id}: ${reason}`).join("");
      const passed = results.filter(({ verdict }) => verdict === "PASS").length;
      const repeated = results.flatMap(({ id, findings }) =>
        findings
          .filter(({ sample }) => sample !== undefined && sample.tries > 1)
          .map(({ phase, statement }) => `\n    repeated: ${id}, phase "${phase}": ${statement}`),
      );
      say(
        `[${done}/${jobs.length}] seed ${job.seed}  ${seconds(durationMs)}  ${passed} passed, ${odd.length} did not${told}${repeated.join("")}`,
      );
    })
    .finally(() => pool.close());
  const runs = outcomes.map(({ results }, index) => ({ seed: jobs[index]?.seed ?? 0, results }));
  const { counts, unstable, firstTries } = summariseSoak(runs);

  say(
    `\n${count(runs.length, "run")} in ${seconds(performance.now() - began)} on ${count(Number(values.workers), "worker")}`,
  );
  say(
    `Verdicts of the first run: ${Object.entries(counts)
      .map(([verdict, n]) => `${n} ${verdict}`)
      .join(", ")}`,
  );
  say(`Assertions whose verdict differs between runs: ${unstable.length}`);
  for (const { id, verdicts } of unstable) {
    say(`  ${id}`);
    for (const { verdict, runs: n, seeds, reason } of verdicts)
      say(`    ${verdict} in ${n} (seed ${seeds.slice(0, 5).join(", ")}${seeds.length > 5 ? ", ..." : ""}): ${reason}`);
  }
  if (firstTries === undefined) say("No random outcome was sampled.");
  else {
    const { tried, rejected, bound, interval, boundIs } = firstTries;
    say(`Samples of random outcomes: ${tried} first tries, ${rejected} of them rejected and repeated`);
    say(
      `  observed rate ${rate(rejected / tried)}, exact 95 % interval ${rate(interval.low)} to ${rate(interval.high)}`,
    );
    say(`  the report's bound for one try, on average: ${rate(bound)}, ${boundMeans[boundIs]}`);
  }
  const took = outcomes.map(({ durationMs }) => durationMs).sort((x, y) => x - y);
  const cpu = outcomes.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / outcomes.length;
  say(
    `Wall time of a run: minimum ${seconds(took[0] ?? 0)}, median ${seconds(took[Math.floor(took.length / 2)] ?? 0)}, maximum ${seconds(took.at(-1) ?? 0)}; processor time ${seconds(cpu)} on average`,
  );
  return unstable.length > 0 || firstTries?.boundIs === "below" ? 1 : 0;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`error: ${describeError(error).message}\n`);
  return error instanceof RangeError ? 2 : 3;
});
