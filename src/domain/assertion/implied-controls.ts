/** Which controls an assertion's expectations bring with them: those that the engine carries out for it without being asked. */
import { isProbe, type Phase } from "./assertion.ts";
import { type ControlName, controlNames } from "./controls.ts";
import type { Expectation } from "./expectation.ts";

type Rule = (phases: readonly Phase[]) => boolean;

const anyOf = (phases: readonly Phase[], test: (e: Expectation) => boolean) =>
  phases.some(({ expect }) => expect.some(test));
const isProbed = (is: string) => (e: Expectation) => isProbe(e) && e.is === is;
const isSample = (e: Expectation) => "requests" in e;
const isJudgedTraffic = (e: Expectation) => isSample(e) || (isProbe(e) && e.is !== "recorded");

const rules: Readonly<Record<ControlName, Rule>> = {
  "server-alive": (phases) => anyOf(phases, isProbed("refused")),
  // A change is awaited by what it flips; where it flips nothing, nothing tells that it is in force.
  "policy-flip": (phases) =>
    phases.some(
      ({ changes, expect, control }) =>
        control === "policy-flip" || (changes.length > 0 && expect.some(isJudgedTraffic)),
    ) ||
    anyOf(phases, (e) => ("control" in e && e.control === "policy-flip") || ("submit" in e && e.marker !== undefined)),
  "arrivals-agree": (phases) => anyOf(phases, (e) => isProbe(e) && e.is !== "recorded"),
  "sibling-refused": (phases) =>
    phases.some(({ expect }) => expect.some(isProbed("ok")) && expect.some(isProbed("refused"))),
  "all-accounted-for": (phases) => anyOf(phases, isSample),
  "backends-reachable": (phases) => anyOf(phases, isSample),
  "stored-as-sent": (phases) => phases.some(({ changes }) => changes.some((step) => "apply" in step)),
  // Quiet counters belong to Traffic Metrics, which no assertion measures yet.
  "quiet-before": () => false,
  "valid-variant-accepted": (phases) =>
    anyOf(phases, (e) => "crd" in e || ("submit" in e && e.validVariant !== undefined)),
  // Asked for by name: it needs a mesh whose profile says how its data plane is told.
  "data-plane": () => false,
};

/** In the order of `controlNames`. */
export function impliedControls(phases: readonly Phase[]): readonly ControlName[] {
  return controlNames.filter((name) => rules[name](phases));
}
