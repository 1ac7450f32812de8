/** The one contract of all kinds of expectation. */
import type { Expectation } from "../../domain/assertion/expectation.ts";
import type { Finding } from "../../domain/measurement/finding.ts";
import type { AssertionContext } from "./context.ts";

/** The expectations of one kind in one phase, begun before the phase changes anything. */
export interface Measurement {
  /** Controls of the state before: where one does not hold, there is nothing to measure. */
  readonly before: readonly Finding[];
  /** To be called once the changes are in force. */
  readonly measure: () => Promise<readonly Finding[]>;
}

/** `phase` is the phase's name, for the findings. */
export type Executor<E extends Expectation> = (
  context: AssertionContext,
  phase: string,
  expectations: readonly E[],
) => Promise<Measurement>;
