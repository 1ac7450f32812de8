/** What many runs of the suite on one mesh tell about the suite: whether its verdicts are stable, and how often it repeats samples. */
import type { AssertionResult } from "../domain/report/report.ts";
import type { Verdict } from "../domain/report/verdict.ts";
import { clopperPearson, type ProportionInterval } from "../domain/statistics/statistics.ts";

export interface SoakRun {
  /** Seed that reproduces this run. */
  readonly seed: number;
  readonly results: readonly Pick<AssertionResult, "id" | "verdict" | "reason" | "findings">[];
}

/** An assertion with more than one verdict. */
export interface UnstableVerdict {
  readonly id: string;
  /** Each verdict with the runs that gave it, the most frequent first. */
  readonly verdicts: readonly {
    readonly verdict: Verdict | "no result";
    readonly runs: number;
    readonly seeds: readonly number[];
    /** Of the first such run. */
    readonly reason: string;
  }[];
}

export interface FirstTries {
  /** Samples with a stated bound, over all runs. */
  readonly tried: number;
  /** Those whose first try was rejected, so that the sample was repeated. */
  readonly rejected: number;
  /** Mean of the bounds that the reports state for one try. */
  readonly bound: number;
  /** Exact 95 % interval (Clopper-Pearson) of the rate that was observed. */
  readonly interval: ProportionInterval;
  /** `below`: more rejections than the bound allows, which refutes it. */
  readonly boundIs: "below" | "inside" | "above";
}

export interface Soak {
  readonly runs: number;
  /** Verdict of the first run to the number of assertions with it. */
  readonly counts: Readonly<Partial<Record<Verdict, number>>>;
  readonly unstable: readonly UnstableVerdict[];
  /** Undefined where nothing was sampled. */
  readonly firstTries: FirstTries | undefined;
}

function unstableVerdicts(runs: readonly SoakRun[]): readonly UnstableVerdict[] {
  const ids = [...new Set(runs.flatMap((run) => run.results.map(({ id }) => id)))].sort();
  return ids.flatMap((id) => {
    const byVerdict = new Map<UnstableVerdict["verdicts"][number]["verdict"], { seeds: number[]; reason: string }>();
    for (const { seed, results } of runs) {
      const { verdict, reason } = results.find((r) => r.id === id) ?? { verdict: "no result" as const, reason: "" };
      const entry = byVerdict.get(verdict) ?? { seeds: [], reason };
      entry.seeds.push(seed);
      byVerdict.set(verdict, entry);
    }
    if (byVerdict.size === 1) return [];
    const verdicts = [...byVerdict].map(([verdict, entry]) => ({ verdict, runs: entry.seeds.length, ...entry }));
    return [{ id, verdicts: verdicts.toSorted((x, y) => y.runs - x.runs) }];
  });
}

/**
 * `falseFailure` in a report is that of two tries, the square of that of one try. A sample whose weights leave nothing to chance
 * counts too, with a bound of 0: it should never be repeated.
 */
function firstTriesOf(runs: readonly SoakRun[]): FirstTries | undefined {
  const samples = runs.flatMap((run) => run.results.flatMap((r) => r.findings.flatMap((f) => f.sample ?? [])));
  if (samples.length === 0) return undefined;
  const tried = samples.length;
  const rejected = samples.filter(({ tries }) => tries > 1).length;
  const bound = samples.reduce((sum, { falseFailure }) => sum + Math.sqrt(falseFailure), 0) / tried;
  const interval = clopperPearson(rejected, tried, 0.05);
  const boundIs = bound < interval.low ? "below" : bound > interval.high ? "above" : "inside";
  return { tried, rejected, bound, interval, boundIs };
}

export function summariseSoak(runs: readonly SoakRun[]): Soak {
  const counts: Partial<Record<Verdict, number>> = {};
  for (const { verdict } of runs[0]?.results ?? []) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return { runs: runs.length, counts, unstable: unstableVerdicts(runs), firstTries: firstTriesOf(runs) };
}
