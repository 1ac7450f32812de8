/**
 * What clauses alone cannot say about the kill matrix: mutants whose assertion is not written yet, and assertions that fail on
 * a mutant although they neither cite nor cover its clause. By name of the mutant.
 */

/** Assertions (`id` or `folder/*`) that fail as well, and why they must. */
export interface Explanation {
  readonly assertions: readonly string[];
  readonly why: string;
}

export interface ExpectedKills {
  /** Assertion that would kill the mutant. Until it is written the mutant may survive. */
  readonly pendingAssertion?: string;
  readonly alsoFails?: readonly Explanation[];
}

export const expectedKills: Readonly<Record<string, ExpectedKills>> = {
  "tcproute-opens-udp": { pendingAssertion: "traffic-access/tcp-udp-independent" },
  "udproute-opens-tcp": { pendingAssertion: "traffic-access/tcp-udp-independent" },
  "root-needs-pods": { pendingAssertion: "traffic-split/root-without-selector" },
  "ignores-routes": {
    alsoFails: [
      {
        assertions: ["traffic-access/tcproute-ports", "traffic-access/udproute-ports"],
        why: "they expect a port that their route does not name to be refused: it is off the routes too",
      },
    ],
  },
  "splits-by-client-namespace": {
    alsoFails: [
      {
        assertions: ["traffic-split/client-other-namespace"],
        why: "its client is in another namespace than the split",
      },
    ],
  },
  "udproute-cluster-scoped": {
    alsoFails: [
      {
        assertions: ["traffic-access/udproute-empty-ports", "traffic-access/udproute-ports"],
        why: "its UDPRoute is in no namespace, so the rule that names it finds none",
      },
    ],
  },
  "trafficsplit-names-clash": {
    alsoFails: [
      {
        assertions: ["traffic-split/*", "lifecycle/split-before-backend", "resource/roundtrip-trafficsplit"],
        why: "no TrafficSplit can be stored",
      },
    ],
  },
  "refuses-empty-ports": {
    alsoFails: [
      { assertions: ["resource/roundtrip-routes"], why: "a route for all ports is among those that it stores" },
    ],
  },
  "accepts-invalid": {
    alsoFails: [
      {
        assertions: [
          "resource/headers-form",
          "resource/method-enum",
          "resource/split-match-kind",
          "resource/tcproute-ports-type",
          "resource/weight-whole-number",
        ],
        why: "each sends something that a schema must reject, of whichever kind, and no kind is checked",
      },
    ],
  },
};
