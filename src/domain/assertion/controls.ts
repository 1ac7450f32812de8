/** The names of the controls. A control protects the reading of an expectation: one that does not hold makes it INCONCLUSIVE. */
export const controlNames = [
  "server-alive",
  "policy-flip",
  "arrivals-agree",
  "sibling-refused",
  "all-accounted-for",
  "backends-reachable",
  "stored-as-sent",
  "quiet-before",
  "valid-variant-accepted",
  "data-plane",
] as const;
export type ControlName = (typeof controlNames)[number];
