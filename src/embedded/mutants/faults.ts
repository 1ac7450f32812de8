/** The switches of all faults. A mutant is a set of these and nothing else; all absent is no fault. */
import type { ApiFaults } from "./api-faults.ts";
import type { MeshFaults } from "./mesh-faults.ts";

export type { ApiFaults } from "./api-faults.ts";
export type { MeshFaults } from "./mesh-faults.ts";

export type Faults = ApiFaults & MeshFaults;
