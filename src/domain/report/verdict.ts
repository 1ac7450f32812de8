/** From findings to a verdict on a row, and from rows to one on a spec and on the run. */
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
 * PASS needs an expectation that held and nothing that is unclear. A violated expectation is FAIL even where a control is
 * missing: the judges of `finding.ts` call a reading violated only when no control could excuse it. A control that did
 * not hold makes the rest INCONCLUSIVE.
 */
export function rule(findings: readonly Finding[], observedOnly: boolean): Ruling {
  const expectations = findings.filter((f) => f.control === undefined && f.recorded !== true);
  if (observedOnly) {
    const recorded = findings.filter((f) => f.recorded === true);
    const told = recorded.length > 0 ? recorded : findings;
    return {
      verdict: "OBSERVED",
      reason: told.map((f) => `${f.statement}: ${f.observed}`).join("; ") || "nothing was recorded",
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

export interface Judged {
  readonly verdict: Verdict;
  readonly level: Level;
  readonly behaviour: boolean;
}

export type Counts = Readonly<Record<Verdict, number>>;

export function countVerdicts(rows: readonly { readonly verdict: Verdict }[]): Counts {
  const counts = Object.fromEntries(verdicts.map((v) => [v, 0])) as Record<Verdict, number>;
  for (const { verdict } of rows) counts[verdict] += 1;
  return counts;
}

/**
 * FULL: every applicable MUST row passes, and none is not applicable. NONE: not served, or no behaviour row passes.
 * NOT_ASSESSED: something was inconclusive or went wrong, so nothing may be claimed. HALF: otherwise.
 */
export type Capability = "FULL" | "HALF" | "NONE" | "NOT_ASSESSED";

export function capability(rows: readonly Judged[], served: boolean): Capability {
  if (!served) return "NONE";
  if (rows.some((r) => r.verdict === "INCONCLUSIVE" || r.verdict === "ERROR")) return "NOT_ASSESSED";
  if (!rows.some((r) => r.behaviour && r.verdict === "PASS")) return "NONE";
  const must = rows.filter((r) => r.level === "MUST");
  return must.every((r) => r.verdict === "PASS") ? "FULL" : "HALF";
}

/** Share of the applicable MUST rows that pass, in percent with one decimal, rounded down; undefined when none applies. */
export function percentage(rows: readonly Judged[]): number | undefined {
  const applicable = rows.filter(
    (r) => r.level === "MUST" && r.verdict !== "NOT_APPLICABLE" && r.verdict !== "OBSERVED",
  );
  if (applicable.length === 0) return undefined;
  return Math.floor((1000 * applicable.filter((r) => r.verdict === "PASS").length) / applicable.length) / 10;
}

export type RunVerdict = "conformant" | "not-conformant" | "inconclusive" | "error";

/** A MUST row that fails decides; then anything unclear; a run in which nothing applied shows nothing. */
export function runVerdict(rows: readonly Judged[]): RunVerdict {
  if (rows.some((r) => r.level === "MUST" && r.verdict === "FAIL")) return "not-conformant";
  if (rows.some((r) => r.verdict === "ERROR")) return "error";
  if (rows.some((r) => r.verdict === "INCONCLUSIVE")) return "inconclusive";
  return rows.some((r) => r.verdict === "PASS") ? "conformant" : "inconclusive";
}

/** Exit codes of the program: 2 is bad input, which never gets as far as a verdict. */
export const exitCodes: Readonly<Record<RunVerdict, 0 | 1 | 3>> = {
  conformant: 0,
  "not-conformant": 1,
  inconclusive: 3,
  error: 3,
};
