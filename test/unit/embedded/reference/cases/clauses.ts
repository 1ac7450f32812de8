/** Clauses of the specification that cases are about, and those that they depend on besides. */
import type { Clause } from "../../../../../src/embedded/mutants/mutant.ts";

const lines =
  (doc: string) =>
  (...numbers: readonly number[]): readonly Clause[] =>
    numbers.map((line) => ({ doc, line }));

export const access = lines("traffic-access/v1alpha3");
export const access1 = lines("traffic-access/v1alpha1");
export const access2 = lines("traffic-access/v1alpha2");
export const specs = lines("traffic-specs/v1alpha4");
export const split = lines("traffic-split/v1alpha4");
export const split1 = lines("traffic-split/v1alpha1");

/** What a case depends on because of what it uses. */
export const covered = {
  /** It expects something to be refused. */
  refusals: [...access(15, 25, 26, 110, 115), ...specs(46, 201)],
  /** It expects something to be let in that a target grants without naming a port, or matches. */
  grants: [...access(23, 97, 102), ...access2(89)],
  paths: specs(42, 50),
  methods: specs(43),
  headers: specs(69, 74),
  /** A group has several matches. */
  matches: access(86, 97, 98),
  /** A match has several conditions. */
  conditions: specs(111, 133),
  rules: access(83, 204),
  sources: access(187),
  targets: access(194),
  ports: [...access(99, 200), ...specs(140, 165)],
  udp: specs(180),
  /** Traffic goes by weights, of a client that nothing is granted to. */
  weights: [...access(110), ...split(28, 222)],
  /** Weights that do not sum to 100. */
  sums: split(270, 302),
  oneBackend: split(282, 294),
  splitMatches: split(35, 90),
  /** A Service without a split. */
  plain: split(24),
  /** The client's side routes, and lets everything through. */
  clients: access(110),
} as const satisfies Readonly<Record<string, readonly Clause[]>>;
