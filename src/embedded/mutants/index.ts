/**
 * Meshes that are wrong in one clause: the reference mesh with a fault. The kill matrix shows which assertions notice.
 * A mutant is data. What its switch does is where the fault is defined: mesh-faults.ts and api-faults.ts lead there.
 */
import { accessMutants } from "./lists/access.ts";
import { definitionMutants } from "./lists/definitions.ts";
import { lifecycleMutants } from "./lists/lifecycle.ts";
import { resourceMutants } from "./lists/resource.ts";
import { specsMutants } from "./lists/specs.ts";
import { splitMutants } from "./lists/split.ts";
import type { Mutant } from "./mutant.ts";

export type { Mutant, MutantFamily } from "./mutant.ts";

export const mutants: readonly Mutant[] = [
  ...accessMutants,
  ...specsMutants,
  ...splitMutants,
  ...lifecycleMutants,
  ...definitionMutants,
  ...resourceMutants,
];
