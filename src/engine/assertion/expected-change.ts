/** What a change is to make visible, found out before it is made: only that can tell when it is in force. */

import {
  type DistributionExpectation,
  type Expectation,
  type ProbeExpectation,
  transportOf,
} from "../../domain/assertion/expectation.ts";
import { expectationsOf } from "../../domain/assertion/expectation-kind.ts";
import { probeKey } from "../../domain/assertion/probe-key.ts";
import type { Outcome } from "../../domain/measurement/outcome.ts";
import { isRefusal } from "../../domain/measurement/refusal.ts";
import { createChangeDetector } from "../../domain/statistics/sequential.ts";
import { send } from "../probe/send.ts";
import type { AssertionContext } from "./context.ts";
import { type Shift, shiftOf } from "./shares.ts";

/** Probes sent before a change to see what stands; enough to tell refused from allowed, no part of any verdict. */
export const BEFORE = 5;

export interface ExpectedChange {
  /** Probes whose outcome has to change. */
  readonly flips: readonly ProbeExpectation[];
  /** Samples, with their shares before and after. */
  readonly shifts: readonly { readonly expectation: DistributionExpectation; readonly shift: Shift }[];
}

export function isAsExpected(context: AssertionContext, e: ProbeExpectation, outcome: Outcome): boolean {
  if (e.is === "ok") return outcome === "OK";
  return isRefusal(context.cell.plan.profile.refusal, transportOf(e), outcome);
}

/** Those of the probes that do not yet meet what is expected; before anything was changed, `noteFirst` has seen it. */
async function flipsOf(
  context: AssertionContext,
  probes: readonly ProbeExpectation[],
): Promise<readonly ProbeExpectation[]> {
  const judged = probes.filter((e) => e.is !== "recorded");
  if (context.made.size === 0) return judged.filter((e) => context.first.get(probeKey(e))?.allowed !== (e.is === "ok"));
  const before = await Promise.all(judged.map((e) => send(context.cell, e, BEFORE, context.deps)));
  return judged.filter((e, index) => !before[index]?.seen.every(({ outcome }) => isAsExpected(context, e, outcome)));
}

export async function expectedChange(
  context: AssertionContext,
  expectations: readonly Expectation[],
): Promise<ExpectedChange> {
  const flips = await flipsOf(context, expectationsOf(expectations, "probe"));
  const shifts = expectationsOf(expectations, "distribution").map((expectation) => ({
    expectation,
    shift: shiftOf(context, expectation),
  }));
  return { flips, shifts };
}

/** Whether anything shows when it is in force. */
export const isVisible = ({ flips, shifts }: ExpectedChange): boolean => flips.length > 0 || shifts.some(isSeen);

/** Shares that are the same before and after show nothing. */
export const isSeen = ({ shift }: ExpectedChange["shifts"][number]): boolean =>
  !createChangeDetector(shift).indistinguishable;
