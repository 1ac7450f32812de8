/** From findings to a verdict on an assertion, and from those to one on a specification and on the run. */
import type { Level } from "../assertion/assertion.ts";
import type { Finding } from "../measurement/finding.ts";

export const verdicts = ["PASS", "FAIL", "INCONCLUSIVE", "NOT_APPLICABLE", "OBSERVED", "ERROR"] as const;
export type Verdict = (typeof verdicts)[number];

export interface Ruling {
  readonly verdict: Verdict;
  /** The sentence that decided. */
  readonly reason: string;
}

const say = (finding: Finding) => `${finding.statement}: expected ${finding.expected}, observed ${finding.observed}`;

/**
 * PASS needs an expectation that held and nothing that is unclear. A violated expectation is FAIL even where a control did
 * not hold: `domain/measurement` calls a reading violated only where no control could excuse it. A control that did not
 * hold makes the rest INCONCLUSIVE.
 */
export function rule(findings: readonly Finding[], observedOnly: boolean): Ruling {
  const expectations = findings.filter((f) => f.control === undefined && f.recorded !== true);
  if (observedOnly) {
    const recorded = findings.filter((f) => f.recorded === true);
    const observed = recorded.length > 0 ? recorded : findings;
    return {
      verdict: "OBSERVED",
      reason: observed.map((f) => `${f.statement}: ${f.observed}`).join("; ") || "nothing was recorded",
    };
  }
  const violated = expectations.find((f) => f.status === "violated");
  if (violated !== undefined) return { verdict: "FAIL", reason: say(violated) };
  const control = findings.find((f) => f.control !== undefined && f.status !== "held");
  if (control !== undefined)
    return { verdict: "INCONCLUSIVE", reason: `control ${control.control} did not hold: ${say(control)}` };
  const unknown = expectations.find((f) => f.status === "unknown");
  if (unknown !== undefined) return { verdict: "INCONCLUSIVE", reason: say(unknown) };
  if (expectations.length === 0) return { verdict: "INCONCLUSIVE", reason: "no expectation was measured" };
  return {
    verdict: "PASS",
    reason: `${expectations.length} expectation${expectations.length === 1 ? "" : "s"} held, with their controls`,
  };
}

/** The run could not tell: neither a pass nor a failure of the mesh. */
export const isUnclear = ({ verdict }: { readonly verdict: Verdict }): boolean =>
  verdict === "INCONCLUSIVE" || verdict === "ERROR";

/** Somebody has to look into it: it fails, or is unclear. */
export const needsAttention = (result: { readonly verdict: Verdict }): boolean =>
  result.verdict === "FAIL" || isUnclear(result);

export interface Judged {
  readonly verdict: Verdict;
  readonly level: Level;
  readonly behaviour: boolean;
}

export type Counts = Readonly<Record<Verdict, number>>;

export function countVerdicts(results: readonly { readonly verdict: Verdict }[]): Counts {
  const counts = Object.fromEntries(verdicts.map((v) => [v, 0])) as Record<Verdict, number>;
  for (const { verdict } of results) counts[verdict] += 1;
  return counts;
}

/**
 * FULL: every MUST assertion applies and passes. NONE: not served, or no assertion about behaviour passes. NOT_ASSESSED:
 * something is unclear, so nothing may be claimed. HALF: otherwise.
 */
export type Capability = "FULL" | "HALF" | "NONE" | "NOT_ASSESSED";

export function capability(results: readonly Judged[], served: boolean): Capability {
  if (!served) return "NONE";
  if (results.some(isUnclear)) return "NOT_ASSESSED";
  if (!results.some(({ behaviour, verdict }) => behaviour && verdict === "PASS")) return "NONE";
  const must = results.filter(({ level }) => level === "MUST");
  return must.every(({ verdict }) => verdict === "PASS") ? "FULL" : "HALF";
}

/** MUST assertions that apply, and those of them that pass. What is unclear applies. */
export interface MustCount {
  readonly passed: number;
  readonly applicable: number;
}

export function countMust(results: readonly Pick<Judged, "level" | "verdict">[]): MustCount {
  const applicable = results.filter(
    ({ level, verdict }) => level === "MUST" && verdict !== "NOT_APPLICABLE" && verdict !== "OBSERVED",
  );
  return { passed: applicable.filter(({ verdict }) => verdict === "PASS").length, applicable: applicable.length };
}

/** Share of the applicable MUST assertions that pass, in percent with one decimal, rounded down; undefined for none. */
export function percentage(results: readonly Pick<Judged, "level" | "verdict">[]): number | undefined {
  const { passed, applicable } = countMust(results);
  return applicable === 0 ? undefined : Math.floor((1000 * passed) / applicable) / 10;
}

export type RunVerdict = "conformant" | "not-conformant" | "inconclusive" | "error";

/** A MUST assertion that fails decides; then anything unclear; a run in which nothing applied shows nothing. */
export function runVerdict(results: readonly Pick<Judged, "level" | "verdict">[]): RunVerdict {
  if (results.some(({ level, verdict }) => level === "MUST" && verdict === "FAIL")) return "not-conformant";
  const has = (wanted: Verdict) => results.some(({ verdict }) => verdict === wanted);
  if (has("ERROR")) return "error";
  if (has("INCONCLUSIVE")) return "inconclusive";
  return has("PASS") ? "conformant" : "inconclusive";
}

/** Exit codes of the program: 2 is bad input, which never gets as far as a verdict. */
export const exitCodes: Readonly<Record<RunVerdict, 0 | 1 | 3>> = {
  conformant: 0,
  "not-conformant": 1,
  inconclusive: 3,
  error: 3,
};
