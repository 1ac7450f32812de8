/** Every switch by which the reference mesh can be made to break one clause, with what it does. */

import type { SwitchesOf } from "./fault-table.ts";
import { callerFaults } from "./mesh/callers.ts";
import { enforcementFaults } from "./mesh/enforcement.ts";
import { routeFaults } from "./mesh/routes.ts";
import { splitFaults } from "./mesh/splits.ts";
import { targetFaults } from "./mesh/targets.ts";
import { updateFaults } from "./mesh/updates.ts";
import { weightFaults } from "./mesh/weights.ts";

export const meshFaults = {
  ...targetFaults,
  ...callerFaults,
  ...enforcementFaults,
  ...routeFaults,
  ...weightFaults,
  ...splitFaults,
  ...updateFaults,
};

export type MeshFaults = SwitchesOf<typeof meshFaults>;
