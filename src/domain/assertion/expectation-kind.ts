/** The kinds of expectation, as a discriminant: a file tells them apart by the keys that they have. */
import { assertNever } from "../assert-never.ts";
import type {
  CrdExpectation,
  DistributionExpectation,
  EventExpectation,
  Expectation,
  ProbeExpectation,
  ReadyExpectation,
  SubmitExpectation,
  VersionsExpectation,
} from "./expectation.ts";

export interface ExpectationKinds {
  readonly probe: ProbeExpectation;
  readonly distribution: DistributionExpectation;
  readonly crd: CrdExpectation;
  readonly versions: VersionsExpectation;
  readonly submit: SubmitExpectation;
  readonly event: EventExpectation;
  readonly ready: ReadyExpectation;
}
export type ExpectationKind = keyof ExpectationKinds;

export function expectationKind(e: Expectation): ExpectationKind {
  if ("requests" in e) return "distribution";
  if ("from" in e) return "probe";
  if ("crd" in e) return "crd";
  if ("versions" in e) return "versions";
  if ("submit" in e) return "submit";
  if ("event" in e) return "event";
  if ("ready" in e) return "ready";
  return assertNever(e);
}

/** Those of one kind, in the order in which they are written. */
export function expectationsOf<K extends ExpectationKind>(
  expectations: readonly Expectation[],
  kind: K,
): readonly ExpectationKinds[K][] {
  return expectations.filter(
    (e) => expectationKind(e) === kind,
  ) as readonly Expectation[] as readonly ExpectationKinds[K][];
}
