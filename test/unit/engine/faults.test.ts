/** A mesh with one fault fails the rows that are there for it. That each row can fail is shown by the kill matrix (scripts/mutants.ts). */
import { beforeAll, describe, expect, it } from "vitest";
import type { Catalogue } from "../../../src/adapters/files/catalogue.ts";
import { DEADLINE_S, newestCrds, readToyCatalogue, runToy, type ToyRun } from "../../fakes/suite.ts";
import { type Faults, toyMesh } from "../../fakes/toy-mesh.ts";

/** What is wrong with the mesh, and the rows that must say so. */
const faulty: readonly (readonly [string, Faults, readonly string[]])[] = [
  ["does not govern HTTP", { ignoresHttp: true }, ["traffic-access/deny-by-default-http"]],
  ["does not govern TCP", { ignoresTcp: true }, ["traffic-access/tcp-allow-by-serviceaccount"]],
  [
    "ignores who calls",
    { ignoresSources: true },
    [
      "traffic-access/http-allow-by-serviceaccount",
      "traffic-access/tcp-allow-by-serviceaccount",
      "traffic-access/targets-are-additive",
      "lifecycle/target-delete-revokes",
    ],
  ],
  ["ignores methods", { ignoresMethods: true }, ["traffic-specs/method-allow-list"]],
  [
    "ignores paths",
    { ignoresPaths: true },
    ["traffic-specs/path-literal", "traffic-specs/path-anchored-start", "traffic-access/targets-are-additive"],
  ],
  ["takes empty lists for all", { emptyListsGrant: true }, ["resource/target-requires-three"]],
  // What is measured before it is in force would pass.
  ["takes empty lists for all, late", { emptyListsGrant: true, lagMs: 700 }, ["resource/target-requires-three"]],
  ["does not anchor paths", { matchesAnywhereInPath: true }, ["traffic-specs/path-anchored-start"]],
  ["takes any header for all", { anyHeaderWillDo: true }, ["traffic-specs/headers-and"]],
  ["never revokes", { neverRevokes: true }, ["lifecycle/target-delete-revokes"]],
  ["sees one target of each destination", { firstTargetOnly: true }, ["traffic-access/targets-are-additive"]],
  ["leaks 5 % to weight 0", { leaks: 0.05 }, ["traffic-split/weight-100-0", "traffic-split/weight-0-100"]],
  [
    "ignores weights",
    { ignoresWeights: true },
    ["traffic-split/weight-75-25", "traffic-split/three-backends", "traffic-split/weights-not-100"],
  ],
  ["reads weights as percentages", { weightsArePercent: true }, ["traffic-split/weights-not-100"]],
  ["knows two backends at most", { twoBackendsAtMost: true }, ["traffic-split/three-backends"]],
  ["keeps the first weights", { keepsFirstWeights: true }, ["traffic-split/update-weights"]],
  ["reaches one endpoint only", { oneEndpointOnly: true }, ["traffic-split/no-split-default"]],
  [
    "refuses in the application's own name",
    { refusesAsApplication: true },
    [
      "traffic-access/deny-by-default-http",
      "traffic-access/http-allow-by-serviceaccount",
      "traffic-access/tcp-allow-by-serviceaccount",
    ],
  ],
  ["drops a tenth of what is allowed", { drops: 0.1 }, ["traffic-access/http-allow-by-serviceaccount"]],
  [
    "takes longer than it may",
    { lagMs: DEADLINE_S * 1000 + 3000 },
    ["traffic-access/http-allow-by-serviceaccount", "traffic-specs/path-literal"],
  ],
];

let catalogue: Catalogue;
let crds: ToyRun["crds"];
beforeAll(async () => {
  catalogue = await readToyCatalogue();
  crds = await newestCrds();
});

describe("a mesh that", () => {
  it.each(faulty)("%s fails the rows for it", async (_, faults, rows) => {
    // One row a run: what one leaves behind in a faulty mesh is not for the next.
    const verdicts = await Promise.all(
      rows.map(async (id) => {
        const faulted = await runToy({ catalogue, crds, behaviour: toyMesh(faults), only: [id] });
        const sound = await runToy({ catalogue, crds, behaviour: toyMesh(), only: [id] });
        return [id, sound.verdict(id), faulted.verdict(id)];
      }),
    );
    expect(verdicts).toEqual(rows.map((id) => [id, "PASS", "FAIL"]));
  });

  it("takes longer than it may says so in the row's propagation", async () => {
    const { results } = await runToy({
      catalogue,
      crds,
      behaviour: toyMesh({ lagMs: DEADLINE_S * 1000 + 3000 }),
      only: ["traffic-specs/path-literal"],
    });
    expect(results[0]?.propagation).toMatchObject([{ inForce: false, deadlineMs: DEADLINE_S * 1000 }]);
  });
});
