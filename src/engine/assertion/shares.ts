/** Shares of a service's requests by backend: those in force, and those that an expectation asks for. */
import { type DistributionExpectation, describeProbe, type Probe } from "../../domain/assertion/expectation.ts";
import { probeKey } from "../../domain/assertion/probe-key.ts";
import { serviceOf } from "../probe/address.ts";
import type { AssertionContext } from "./context.ts";

/** Weights by backend before and after a change. */
export interface Shift {
  readonly old: Readonly<Record<string, number>>;
  readonly next: Readonly<Record<string, number>>;
}

/** What Kubernetes alone does with a service's requests. */
export function uniformOf(context: AssertionContext, probe: Probe): Readonly<Record<string, number>> {
  return Object.fromEntries(serviceOf(context.cell.fixture.services, probe).selects.map((workload) => [workload, 1]));
}

export function shiftOf(context: AssertionContext, e: DistributionExpectation): Shift {
  const next = Object.fromEntries(
    Object.entries(e.reach).map(([name, w]) => [name, w === "some" ? 1 : w === "none" ? 0 : w]),
  );
  return { old: context.weights.get(probeKey(e))?.shares ?? uniformOf(context, e), next };
}

/** `client -> root GET / reaches v1: 75, v2: 25`, for people. */
export function describeShares(e: DistributionExpectation): string {
  const shares = Object.entries(e.reach).map(([backend, wanted]) => `${backend}: ${wanted}`);
  return `${describeProbe(e)} reaches ${shares.join(", ")}`;
}
