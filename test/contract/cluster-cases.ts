/** What the suite may expect of a cluster behind the Cluster port, whichever it is: the same cases for each side. */
import { beforeAll, describe } from "vitest";
import { agentCases } from "./cases/agents.ts";
import { groundOf, type Side } from "./cases/ground.ts";
import { objectCases } from "./cases/objects.ts";
import { outcomeCases } from "./cases/outcomes.ts";
import { rejectionCases } from "./cases/rejections.ts";
import { serviceCases } from "./cases/services.ts";
import { smiCases } from "./cases/smi.ts";
import { defineWidgets, versionCases } from "./cases/versions.ts";
import { watchCases } from "./cases/watching.ts";
import { workloadCases } from "./cases/workloads.ts";

/** Registered as skipped where the side has an obstacle, so that a report shows what was not tried. */
export function clusterCases(side: Side): void {
  describe.runIf(side.obstacle === undefined)(`the Cluster port: ${side.name}`, () => {
    const ground = groundOf(side);
    beforeAll(() => defineWidgets(ground));

    objectCases(ground);
    rejectionCases(ground);
    versionCases(ground);
    smiCases(ground);
    watchCases(ground);
    agentCases(ground);
    serviceCases(ground);
    outcomeCases(ground);
    workloadCases(ground);
  });
}
