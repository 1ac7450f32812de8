/** What a report says of one row, made anew from the row's findings and from the assertion's file. */
import { type Assertion, isBehaviour } from "../assertion/assertion.ts";
import { planSample } from "../statistics/sampling.ts";
import { differences, type Mismatch, shown } from "./diff.ts";
import { isFlaky, isWorse } from "./repeat.ts";
import type { AssertionResult } from "./report.ts";
import { rule } from "./verdict.ts";

type Finding = AssertionResult["findings"][number];
type Sample = NonNullable<Finding["sample"]>;

/** Beyond what an assertion may ask for; a plan of any size could be made to take for ever. */
const MOST_REQUESTS = 5000;
const MOST_BACKENDS = 20;

/** What a verdict is made from: all of a finding but its sample. */
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

/** The sample as its size, weights and counts make it. @param planned how many of its cells, from the first, were planned */
function sampleAgain(sample: Sample, planned: number): Sample {
  const weights = Object.fromEntries(sample.cells.slice(0, planned).map(({ backend, weight }) => [backend, weight]));
  const plan = planSample({ n: sample.n, weights });
  const bounds = new Map(plan.cells.map((cell) => [cell.backend, cell]));
  return {
    ...sample,
    falseFailure: plan.falseFailure.withRepeat,
    cells: sample.cells.map((cell) => {
      const { low, high } = bounds.get(cell.backend) ?? { low: 0, high: 0 };
      return { ...cell, low, high };
    }),
    detects: plan.detects.map(({ mesh, acceptedWithRepeat }) => ({ mesh, acceptedWithRepeat })),
  };
}

/** The interval, the bounds and the status of a sampled distribution follow from its size, its weights and its counts. */
function sampleMismatches({ sample, status }: Finding, path: string): readonly Mismatch[] {
  if (sample === undefined) return [];
  if (sample.n > MOST_REQUESTS || sample.cells.length > MOST_BACKENDS)
    return [{ path: `${path}.sample`, claimed: shown(sample), recomputed: "a sample as no assertion asks for" }];
  try {
    const { length } = sample.cells;
    // Backends that were met without being planned for come last, with weight 0; how many those are is not told.
    const weighted = 1 + sample.cells.findLastIndex(({ weight }) => weight > 0);
    const [best = []] = Array.from({ length: length - weighted + 1 }, (_, dropped) =>
      differences(sample, sampleAgain(sample, length - dropped), `${path}.sample`),
    ).sort((one, other) => one.length - other.length);
    const { cells } = sampleAgain(sample, length);
    const outside = cells.some(({ low, high, observed }) => observed < low || observed > high);
    if ((status === "held" && !outside) || (status === "violated" && outside) || status === "unknown") return best;
    return [...best, ...differences(status, outside ? "violated or unknown" : "held or unknown", `${path}.status`)];
  } catch (error) {
    return [{ path: `${path}.sample`, claimed: shown(sample.cells), recomputed: (error as Error).message }];
  }
}

/** @param observed whether the assertion is one without a verdict; undefined where its file is not known. */
function rulingMismatches(row: AssertionResult, observed: boolean | undefined, path: string): readonly Mismatch[] {
  const { verdict, reason, findings, runs } = row;
  const worst = runs?.reduce((held, run) => (isWorse(run.verdict, held.verdict) ? run : held));
  const ofRuns =
    worst === undefined
      ? []
      : [
          ...differences(verdict, worst.verdict, `${path}.verdict`),
          // The reason of a row whose runs differ begins with how often it gave which.
          ...((isFlaky(row) ? reason.endsWith(`: ${worst.reason}`) : reason === worst.reason)
            ? []
            : differences(reason, worst.reason, `${path}.reason`)),
        ];
  // Neither is ruled from findings: the one was not run, and the other went wrong before it had any.
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

/** What the assertion's own file says of a row: its level, for example, decides whether a failure counts. */
function fileMismatches(row: AssertionResult, assertion: Assertion, path: string): readonly Mismatch[] {
  const { title, spec, level, basis, succeeds } = row;
  return differences(
    { title, spec, level, behaviour: row.behaviour, basis, succeeds },
    {
      title: assertion.title,
      spec: assertion.spec,
      level: assertion.level,
      behaviour: isBehaviour(assertion),
      basis: assertion.basis,
      succeeds: assertion.replaces,
    },
    path,
  );
}

/** @param assertions by id, where they are those that the report was made with; undefined where they are not known. */
export function rowMismatches(
  row: AssertionResult,
  index: number,
  assertions: ReadonlyMap<string, Assertion> | undefined,
): readonly Mismatch[] {
  const path = `assertions[${index}]`;
  const assertion = assertions?.get(row.id);
  if (assertions !== undefined && assertion === undefined)
    return [{ path: `${path}.id`, claimed: row.id, recomputed: "no assertion of the suite" }];
  const observed = assertion === undefined ? undefined : assertion.observed === true;
  return [
    ...(assertion === undefined ? [] : fileMismatches(row, assertion, path)),
    ...rulingMismatches(row, observed, path),
    ...row.findings.flatMap((finding, n) => sampleMismatches(finding, `${path}.findings[${n}]`)),
  ];
}
