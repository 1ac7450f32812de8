/**
 * Meshes that are wrong in one clause: the reference mesh with a fault. The kill matrix shows which assertions tell.
 * A mutant is data; what its switch does is said in faults.ts and mesh-faults.ts.
 */
import { accessMutants } from "./access.ts";
import { definitionMutants } from "./definitions.ts";
import { lifecycleMutants } from "./lifecycle.ts";
import type { Mutant } from "./mutant.ts";
import { resourceMutants } from "./resource.ts";
import { specsMutants } from "./specs.ts";
import { splitMutants } from "./split.ts";

export type { Mutant, MutantFamily } from "./mutant.ts";

export const mutants: readonly Mutant[] = [
  ...accessMutants,
  ...specsMutants,
  ...splitMutants,
  ...lifecycleMutants,
  ...definitionMutants,
  ...resourceMutants,
];
