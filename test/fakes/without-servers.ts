/** Takes the servers of each fixture away: nothing may pass or fail where nobody is there to answer. */
import type { Fixture } from "../../src/domain/assertion/fixture.ts";

function withoutServers(fixture: Fixture): Fixture {
  return {
    ...fixture,
    workloads: Object.fromEntries(
      Object.entries(fixture.workloads).map(([name, workload]) => [
        name,
        workload.role === "server" ? { ...workload, replicas: 0 } : workload,
      ]),
    ),
    // Such a cell is leased although nobody in it answers, or sends where it was a server that did.
    steadyState: fixture.steadyState
      .filter(({ from }) => fixture.workloads[from]?.role !== "server")
      .map(({ is: _, ...probe }) => probe),
  };
}

/** The fixtures by id, with every workload that is a server scaled to 0. */
export function scaledToZero(fixtures: ReadonlyMap<string, Fixture>): ReadonlyMap<string, Fixture> {
  return new Map([...fixtures].map(([id, fixture]) => [id, withoutServers(fixture)]));
}
