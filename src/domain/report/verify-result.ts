/** The result of one assertion, recomputed from its findings and from the assertion's file. */
import { type Assertion, isBehaviour } from "../assertion/assertion.ts";
import { planSample } from "../statistics/sampling.ts";
import { differences, type Mismatch, shown } from "./diff.ts";
import { isFlaky, isWorse } from "./repeat.ts";
import type { AssertionResult } from "./report.ts";
import { rule } from "./verdict.ts";

type Finding = AssertionResult["findings"][number];
type Sample = NonNullable<Finding["sample"]>;

/** More than any assertion asks for; planning a sample of any size could take for ever. */
const MOST_REQUESTS = 5000;
const MOST_BACKENDS = 20;

/** It is refused as it is, and costs nothing. */
const isOversized = ({ n, bins }: Sample) => n > MOST_REQUESTS || bins.length > MOST_BACKENDS;

/** As much as `samplingWork` may give: a run of all assertions has about a tenth of it, and it is some seconds. */
export const MOST_SAMPLING_WORK = 3e7;

/** How long it would take to plan the samples of these results again, in units of its own. */
export function samplingWork(results: readonly AssertionResult[]): number {
  const samples = results.flatMap(({ findings }) => findings.flatMap(({ sample }) => sample ?? []));
  return samples
    .filter((sample) => !isOversized(sample))
    .reduce((sum, { n, bins }) => sum + Math.max(0, n) * bins.length ** 3, 0);
}

/** What a verdict is decided from: all of a finding but its sample. */
function ruledFrom(findings: readonly Finding[]): Parameters<typeof rule>[0] {
  return findings.map(({ phase, statement, status, expected, observed, control, recorded }) => ({
    phase,
    statement,
    status,
    expected,
    observed,
    ...(control !== undefined && { control }),
    ...(recorded !== undefined && { recorded }),
  }));
}

/** The sample as it follows from its size, weights and counts. @param planned how many of its bins, from the first, were planned */
function sampleAgain(sample: Sample, planned: number): Sample {
  const weights = Object.fromEntries(sample.bins.slice(0, planned).map(({ backend, weight }) => [backend, weight]));
  const plan = planSample({ n: sample.n, weights });
  const bounds = new Map(plan.bins.map((bin) => [bin.backend, bin]));
  return {
    ...sample,
    falseFailure: plan.falseFailure.withRepeat,
    bins: sample.bins.map((bin) => {
      const { low, high } = bounds.get(bin.backend) ?? { low: 0, high: 0 };
      return { ...bin, low, high };
    }),
    detects: plan.detects.map(({ mesh, acceptedWithRepeat }) => ({ mesh, acceptedWithRepeat })),
  };
}

/** The interval, the bounds and the status of a sampled distribution follow from its size, its weights and its counts. */
function sampleMismatches({ sample, status }: Finding, path: string): readonly Mismatch[] {
  if (sample === undefined) return [];
  if (isOversized(sample))
    return [
      { path: `${path}.sample`, claimed: shown(sample), recomputed: "a larger sample than any assertion asks for" },
    ];
  try {
    const { length } = sample.bins;
    // Backends that were reached without being planned come last, with weight 0; the report does not say how many those are.
    const weighted = 1 + sample.bins.findLastIndex(({ weight }) => weight > 0);
    const [best = []] = Array.from({ length: length - weighted + 1 }, (_, dropped) =>
      differences(sample, sampleAgain(sample, length - dropped), `${path}.sample`),
    ).sort((one, other) => one.length - other.length);
    const { bins } = sampleAgain(sample, length);
    const outside = bins.some(({ low, high, observed }) => observed < low || observed > high);
    if ((status === "held" && !outside) || (status === "violated" && outside) || status === "unknown") return best;
    return [...best, ...differences(status, outside ? "violated or unknown" : "held or unknown", `${path}.status`)];
  } catch (error) {
    return [{ path: `${path}.sample`, claimed: shown(sample.bins), recomputed: (error as Error).message }];
  }
}

/** @param observed whether the assertion is one without a verdict; undefined where its file is not known. */
function rulingMismatches(result: AssertionResult, observed: boolean | undefined, path: string): readonly Mismatch[] {
  const { verdict, reason, findings, runs } = result;
  const worst = runs?.reduce((held, run) => (isWorse(run.verdict, held.verdict) ? run : held));
  const ofRuns =
    worst === undefined
      ? []
      : [
          ...differences(verdict, worst.verdict, `${path}.verdict`),
          // Where the runs differ, the reason begins with how often there was which verdict.
          ...((isFlaky(result) ? reason.endsWith(`: ${worst.reason}`) : reason === worst.reason)
            ? []
            : differences(reason, worst.reason, `${path}.reason`)),
        ];
  // Neither is decided from findings: the one was not run, and the other failed before it had any.
  if (verdict === "ERROR" || verdict === "NOT_APPLICABLE") {
    if (findings.length === 0) return ofRuns;
    return [
      ...ofRuns,
      ...differences(verdict, rule(ruledFrom(findings), observed === true).verdict, `${path}.verdict`),
    ];
  }
  const ruling = rule(ruledFrom(findings), observed ?? verdict === "OBSERVED");
  const said = worst?.reason ?? reason;
  return [
    ...(ofRuns.some((one) => one.path === `${path}.verdict`)
      ? ofRuns
      : [...ofRuns, ...differences(verdict, ruling.verdict, `${path}.verdict`)]),
    ...(ruling.verdict === verdict ? differences(said, ruling.reason, `${path}.reason`) : []),
  ];
}

/** What the assertion's own file says: its level, for example, decides whether a failure counts. */
function fileMismatches(result: AssertionResult, assertion: Assertion, path: string): readonly Mismatch[] {
  const { title, says, spec, level, basis, replaces } = result;
  return differences(
    { title, says, spec, level, behaviour: result.behaviour, basis, replaces },
    {
      title: assertion.title,
      says: assertion.says,
      spec: assertion.spec,
      level: assertion.level,
      behaviour: isBehaviour(assertion),
      basis: assertion.basis,
      replaces: assertion.replaces,
    },
    path,
  );
}

/** @param assertions by id, where they are those that the report was made with; undefined where they are not known. */
export function resultMismatches(
  result: AssertionResult,
  index: number,
  assertions: ReadonlyMap<string, Assertion> | undefined,
  withSamples: boolean,
): readonly Mismatch[] {
  const path = `assertions[${index}]`;
  const assertion = assertions?.get(result.id);
  if (assertions !== undefined && assertion === undefined)
    return [{ path: `${path}.id`, claimed: result.id, recomputed: "not an assertion of the suite" }];
  const observed = assertion === undefined ? undefined : assertion.observed === true;
  return [
    ...(assertion === undefined ? [] : fileMismatches(result, assertion, path)),
    ...rulingMismatches(result, observed, path),
    ...(withSamples
      ? result.findings.flatMap((finding, n) => sampleMismatches(finding, `${path}.findings[${n}]`))
      : []),
  ];
}
