/** What a mutant is. */
import type { SmiVersions } from "../../domain/smi/version-set.ts";
import type { Faults } from "./faults.ts";

export type MutantFamily = "traffic-access" | "traffic-specs" | "traffic-split" | "lifecycle" | "resource";

/** A sentence of the specification at the commit that domain/smi/specification.ts names: `traffic-access/v1alpha3` is apis/traffic-access/v1alpha3/traffic-access.md. */
export interface Clause {
  readonly doc: string;
  readonly line: number;
}

export interface Mutant {
  /** Kebab-case, unique. */
  readonly name: string;
  /** What the mesh does wrong. */
  readonly title: string;
  readonly family: MutantFamily;
  /** The clause that it breaks, with its like in other versions. */
  readonly clauses: readonly Clause[];
  readonly faults: Faults;
  /** Served versions where the fault can't show with the newest ones. */
  readonly versions?: SmiVersions;
}

const lines = (doc: string) => (line: number) => ({ doc, line });

export const access1 = lines("traffic-access/v1alpha1");
export const access2 = lines("traffic-access/v1alpha2");
export const access3 = lines("traffic-access/v1alpha3");
export const specs4 = lines("traffic-specs/v1alpha4");
export const split1 = lines("traffic-split/v1alpha1");
export const split4 = lines("traffic-split/v1alpha4");

/** One mutant in the table of its family. */
export type Entry = readonly [name: string, title: string, clauses: readonly Clause[], faults: Faults, more?: More];
export type More = Pick<Mutant, "versions">;

export const family = (name: MutantFamily, entries: readonly Entry[]): readonly Mutant[] =>
  entries.map(([mutant, title, clauses, faults, more]) => ({
    name: mutant,
    title,
    family: name,
    clauses,
    faults,
    ...more,
  }));
