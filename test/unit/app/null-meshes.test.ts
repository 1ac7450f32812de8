/** What the bundled assertions say of a mesh that conforms, and of clusters without any: no row passes for nothing. */
import { beforeAll, describe, expect, it } from "vitest";
import { isBehaviour } from "../../../src/domain/assertion.ts";
import { type Catalogue, readCatalogue } from "../../../src/edges/catalogue.ts";
import { blocked, newestCrds, runToy, type ToyRun, traefikCrds } from "../../fakes/suite.ts";
import { networkPolicy, noMesh, toyMesh } from "../../fakes/toy-mesh.ts";

const weightRows = [
  "traffic-split/three-backends",
  "traffic-split/update-weights",
  "traffic-split/weight-0-100",
  "traffic-split/weight-100-0",
  "traffic-split/weight-75-25",
  "traffic-split/weights-not-100",
];

let catalogue: Catalogue;
let crds: ToyRun["crds"];
let behaviourIds: readonly string[];

beforeAll(async () => {
  catalogue = await readCatalogue("assertions");
  crds = await newestCrds();
  behaviourIds = catalogue.assertions
    .filter(isBehaviour)
    .map(({ id }) => id)
    .filter((id) => !blocked.includes(id));
});

/** Rows in which something is refused at first, or refused beside something that is allowed. */
const denyRows = () =>
  catalogue.assertions
    .filter((a) => a.phases.some((p) => p.expect.some((e) => "from" in e && "is" in e && e.is === "refused")))
    .map(({ id }) => id);

/** Rows that judge an allowed probe as such, and not as a control alone. */
const allowRows = () =>
  catalogue.assertions
    .filter((a) =>
      a.phases.some(
        (p) =>
          p.control === undefined &&
          p.expect.some((e) => "from" in e && "is" in e && e.is === "ok" && e.control === undefined),
      ),
    )
    .map(({ id }) => id);

const verdictsOf = (run: Awaited<ReturnType<typeof runToy>>, ids: readonly string[]) =>
  Object.fromEntries(ids.map((id) => [id, run.verdict(id)]));
const all = (ids: readonly string[], verdict: string) => Object.fromEntries(ids.map((id) => [id, verdict]));

describe("a mesh that conforms", () => {
  it("passes every row of access v1alpha2, specs v1alpha3, split v1alpha3, but for those of newer versions", async () => {
    const run = await runToy({ catalogue, crds: await traefikCrds(), behaviour: toyMesh() });
    const newer = ["resource/removed-port-field", "resource/target-requires-three"];
    expect(verdictsOf(run, newer)).toEqual(all(newer, "NOT_APPLICABLE"));
    const others = run.results.filter(({ id }) => !newer.includes(id));
    expect(others.filter((r) => r.verdict !== "PASS")).toEqual([]);
    expect(others.length).toBe(catalogue.assertions.length - newer.length);
  });

  it.each([1, 2, 3])("passes every behaviour row of the newest versions (seed %i)", async (seed) => {
    const run = await runToy({ catalogue, crds, behaviour: toyMesh(), seed, only: behaviourIds });
    expect(run.results.filter((r) => r.verdict !== "PASS")).toEqual([]);
    expect(run.results.map((r) => r.id)).toEqual(behaviourIds);
  });

  it("gives every cell back as it was, so that none is replaced, and leaves no agent or namespace behind", async () => {
    const { cluster, log } = await runToy({ catalogue, crds, behaviour: toyMesh(), only: behaviourIds });
    expect(cluster.namespaces.toSorted()).toEqual(["smi-r1-access-1", "smi-r1-access-2", "smi-r1-split-1"]);
    expect(log.filter((line) => line.includes("replaced"))).toEqual([]);
    expect([...cluster.objects.keys()]).toEqual([]);
    expect(cluster.openAgents()).toBe(0);
  });

  it("shows when each change came into force", async () => {
    const { results } = await runToy({
      catalogue,
      crds,
      behaviour: toyMesh({ lagMs: 700 }),
      only: ["traffic-access/http-allow-by-serviceaccount"],
    });
    expect(results[0]?.verdict).toBe("PASS");
    expect(results[0]?.propagation).toHaveLength(1);
    const [change] = results[0]?.propagation ?? [];
    expect(change?.inForce).toBe(true);
    expect(change?.ms).toBeGreaterThanOrEqual(700);
    expect(change?.ms).toBeLessThan(800);
  });

  it.each([50, 150, 500, 2000, 4000])("passes however long it takes within its deadline (%i ms)", async (lagMs) => {
    for (const seed of [1, 2, 3]) {
      const { results } = await runToy({ catalogue, crds, behaviour: toyMesh({ lagMs }), seed });
      expect(results.filter((r) => r.verdict !== "PASS")).toEqual([]);
    }
  });

  it("gets only NOT_APPLICABLE where the cluster serves no SMI kind", async () => {
    const { results } = await runToy({ catalogue, crds: [], behaviour: toyMesh() });
    expect(new Set(results.map((r) => r.verdict))).toEqual(new Set(["NOT_APPLICABLE"]));
    expect(results).toHaveLength(catalogue.assertions.length);
  });
});

describe("definitions without a mesh", () => {
  it("pass no behaviour row, and fail every deny and every weight row", async () => {
    const run = await runToy({ catalogue, crds, behaviour: noMesh, only: behaviourIds });
    expect(verdictsOf(run, denyRows())).toEqual(all(denyRows(), "FAIL"));
    expect(verdictsOf(run, weightRows)).toEqual(all(weightRows, "FAIL"));
    const passed = run.results.filter((r) => !["FAIL", "INCONCLUSIVE"].includes(r.verdict));
    expect(passed).toEqual([]);
    // Kubernetes alone spreads requests too: only the data plane's missing mark tells.
    expect(run.verdict("traffic-split/no-split-default")).toBe("INCONCLUSIVE");
  });
});

describe("a policy that drops everything", () => {
  it("fails the allow rows, leaves the deny rows open, and passes none", async () => {
    const run = await runToy({ catalogue, crds, behaviour: networkPolicy, only: behaviourIds });
    const onlyDeny = denyRows().filter((id) => !allowRows().includes(id));
    expect(onlyDeny.length).toBeGreaterThan(1);
    expect(verdictsOf(run, allowRows())).toEqual(all(allowRows(), "FAIL"));
    expect(verdictsOf(run, onlyDeny)).toEqual(all(onlyDeny, "INCONCLUSIVE"));
    expect(run.results.filter((r) => r.verdict === "PASS")).toEqual([]);
  });
});

describe("servers that do not run", () => {
  it.each([
    ["whose health check fails", false],
    ["whose pods are gone", true],
  ])("leave every behaviour row inconclusive: %s", async (_, gone) => {
    const run = await runToy({
      catalogue,
      crds,
      behaviour: toyMesh(),
      only: behaviourIds,
      async onCell(cluster, cell) {
        for (const [name, workload] of Object.entries(cell.fixture.workloads)) {
          if (workload.role !== "server") continue;
          for (const { pod } of cell.members.get(name) ?? []) cluster.down.add(pod);
          if (gone) cell.members.set(name, []);
        }
      },
    });
    expect(verdictsOf(run, behaviourIds)).toEqual(all(behaviourIds, "INCONCLUSIVE"));
  });
});

describe("a splitter that ignores weights", () => {
  it("fails every weight row and passes the rest", async () => {
    const run = await runToy({ catalogue, crds, behaviour: toyMesh({ ignoresWeights: true }), only: behaviourIds });
    expect(verdictsOf(run, weightRows)).toEqual(all(weightRows, "FAIL"));
    const others = behaviourIds.filter((id) => !weightRows.includes(id));
    expect(verdictsOf(run, others)).toEqual(all(others, "PASS"));
  });
});
