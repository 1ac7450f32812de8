/** Who measures what: one executor for each kind of expectation. */

import type { Expectation } from "../../domain/assertion/expectation.ts";
import {
  type ExpectationKind,
  type ExpectationKinds,
  expectationsOf,
} from "../../domain/assertion/expectation-kind.ts";
import type { Finding } from "../../domain/measurement/finding.ts";
import type { AssertionContext } from "./context.ts";
import type { Executor, Measurement } from "./executor.ts";
import { expectDistributions } from "./expect-distribution.ts";
import { expectEvent } from "./expect-event.ts";
import { expectProbes } from "./expect-probes.ts";
import { expectReady } from "./expect-ready.ts";
import { expectCompatibleVersions, expectServed } from "./expect-served.ts";
import { expectSubmit } from "./expect-submit.ts";

/** An executor of expectations that need nothing before, each measured by itself. */
function afterwards<E extends Expectation>(
  measure: (context: AssertionContext, phase: string, expectation: E) => Promise<readonly Finding[]>,
): Executor<E> {
  return async (context, phase, expectations) => ({
    before: [],
    async measure() {
      const findings: Finding[] = [];
      for (const expectation of expectations) findings.push(...(await measure(context, phase, expectation)));
      return findings;
    },
  });
}

/** In the order in which they are measured. */
const executors: { readonly [K in ExpectationKind]: Executor<ExpectationKinds[K]> } = {
  probe: expectProbes,
  distribution: expectDistributions,
  crd: afterwards(expectServed),
  versions: afterwards(expectCompatibleVersions),
  submit: afterwards(expectSubmit),
  event: afterwards(expectEvent),
  ready: expectReady,
};

function begin<K extends ExpectationKind>(
  context: AssertionContext,
  phase: string,
  kind: K,
  expectations: readonly Expectation[],
): Promise<Measurement> {
  return executors[kind](context, phase, expectationsOf(expectations, kind));
}

/** Begins whatever the expectations of a phase need, one kind after the other. */
export async function beginMeasurement(
  context: AssertionContext,
  phase: string,
  expectations: readonly Expectation[],
): Promise<Measurement> {
  const begun: Measurement[] = [];
  for (const kind of Object.keys(executors) as ExpectationKind[])
    begun.push(await begin(context, phase, kind, expectations));
  return {
    before: begun.flatMap(({ before }) => before),
    async measure() {
      const findings: Finding[] = [];
      for (const { measure } of begun) findings.push(...(await measure()));
      return findings;
    },
  };
}
