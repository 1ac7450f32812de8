/** What one measurement says about one expectation or control. */
import type { ControlName } from "../assertion/controls.ts";

export interface Finding {
  readonly phase: string;
  /** The expectation, for people: `a -> b GET /api is refused`. */
  readonly statement: string;
  /** A control protects the reading of the expectations; only an expectation can fail an assertion. */
  readonly control?: ControlName;
  /** `unknown`: the measurement cannot tell. */
  readonly status: "held" | "violated" | "unknown";
  /** Written down without a verdict: the specification leaves it open. */
  readonly recorded?: true;
  readonly expected: string;
  readonly observed: string;
  readonly sample?: SampleFinding;
}

/** The statistics behind a finding about a distribution. */
export interface SampleFinding {
  readonly n: number;
  /** Bound on the probability that a correct mesh is failed here, with the one repeat. */
  readonly falseFailure: number;
  readonly bins: readonly {
    readonly backend: string;
    readonly weight: number;
    readonly low: number;
    readonly high: number;
    readonly observed: number;
  }[];
  /** Probability that a mesh with this fault passes all the same. */
  readonly detects: readonly { readonly mesh: string; readonly acceptedWithRepeat: number }[];
  readonly tries: number;
}

export type Reading = Pick<Finding, "status" | "observed">;
