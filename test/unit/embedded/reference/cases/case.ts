/** One case: what a world is asked, the answers, and the clauses by which they are so. */
import type { Clause } from "../../../../../src/embedded/mutants/mutant.ts";
import type { Served, World } from "../world.ts";
import { covered } from "./clauses.ts";

export interface Case {
  readonly name: string;
  readonly served?: Served;
  /** The clauses that it is about. */
  readonly about: readonly Clause[];
  /** Clauses that the answers depend on besides. */
  readonly covers: readonly Clause[];
  readonly ask: (world: World) => readonly string[];
  readonly want: readonly string[];
}

export type Line = readonly [
  name: string,
  clauses: { readonly about: readonly Clause[]; readonly covers: readonly (keyof typeof covered)[] },
  ask: Case["ask"],
  want: readonly string[],
  served?: Served,
];

export const caseOf = ([name, { about, covers }, ask, want, served]: Line): Case => ({
  ...{ name, about, ask, want },
  covers: covers.flatMap((key) => covered[key]),
  ...(served === undefined ? {} : { served }),
});
