/**
 * Meshes that are wrong in one clause: the reference mesh with a fault. The kill matrix shows which assertions tell.
 * A mutant is data; what its switch does is said in faults.ts and mesh-faults.ts.
 */
import { accessMutants } from "./mutants/access.ts";
import { definitionMutants } from "./mutants/definitions.ts";
import { lifecycleMutants } from "./mutants/lifecycle.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { resourceMutants } from "./mutants/resource.ts";
import { specsMutants } from "./mutants/specs.ts";
import { splitMutants } from "./mutants/split.ts";

export type { Mutant, MutantFamily } from "./mutants/mutant.ts";

export const mutants: readonly Mutant[] = [
  ...accessMutants,
  ...specsMutants,
  ...splitMutants,
  ...lifecycleMutants,
  ...definitionMutants,
  ...resourceMutants,
];
