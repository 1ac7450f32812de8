/** The controls bite: clusters of kind on which nothing may pass, and what the suite says of them. */
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createConsoleLog } from "../../src/adapters/console-log.ts";
import { readCatalogue } from "../../src/adapters/files/catalogue.ts";
import type { ConformanceReport } from "../../src/domain/report/report.ts";
import {
  allowRows,
  behaviourRows,
  denyRows,
  idsOf,
  type Rows,
  serverSendsRows,
  weightRows,
} from "../fakes/row-kinds.ts";
import { scaledToZero } from "../fakes/without-servers.ts";
import { closeNode } from "./support/closed-node.ts";
import { labInputs, labManifests, runMainJob, traefikMesh } from "./support/lab.ts";

let rows: Rows;

beforeAll(async () => {
  rows = await readCatalogue(join(import.meta.dirname, "..", "..", "assertions"));
});

/** The rows that answer the 24-step suite: a row that waits for nothing takes its whole deadline, and the others have had their turn on the embedded cluster. */
const inherited = () => idsOf(rows.assertions.filter(({ replaces }) => replaces.length > 0)).join(",");

const crdsOnly = (manifest: string) => ({
  ...labInputs,
  mesh: "crds-only",
  "mesh-version": "0.0.0",
  "mesh-profile": join(import.meta.dirname, "profiles", "crds-only.yaml"),
  manifest: join(labManifests, manifest),
  only: inherited(),
  // Nothing that these rows wait for ever comes.
  "propagation-deadline": "1",
});

/** Rows that are of these ids and of none of these verdicts, with the reason; where a row does not apply there is nothing to say. */
const otherThan = (report: ConformanceReport, ids: readonly string[], verdicts: readonly string[]) =>
  report.assertions
    .filter((r) => ids.includes(r.id) && ![...verdicts, "NOT_APPLICABLE"].includes(r.verdict))
    .map((r) => `${r.verdict} ${r.id}: ${r.reason}`);

const verdictOf = (report: ConformanceReport, id: string) => report.assertions.find((r) => r.id === id)?.verdict;

describe.each([
  ["the versions that Traefik Mesh serves", "smi-crds-traefik.yaml"],
  ["SMI v0.6.0", "smi-crds-v0.6.0.yaml"],
])("the SMI CRDs of %s, and no mesh", (_, manifest) => {
  it("pass no row about behaviour, and fail every deny and every weight row", async () => {
    const report = await runMainJob(crdsOnly(manifest));
    const behaviour = idsOf(behaviourRows(rows));
    expect(otherThan(report, behaviour, ["FAIL", "INCONCLUSIVE"])).toEqual([]);
    expect(otherThan(report, [...idsOf(denyRows(rows)), ...idsOf(weightRows(rows))], ["FAIL"])).toEqual([]);
    expect(report.assertions.filter((r) => behaviour.includes(r.id)).length).toBeGreaterThanOrEqual(12);
    expect(report.verdict).toBe("not-conformant");
    // Without a split, plain Kubernetes does what the row asks for: only the missing data plane keeps it from passing.
    expect(verdictOf(report, "traffic-split/no-split-default")).toBe("INCONCLUSIVE");
    // Before a split, kube-proxy is the splitter that ignores weights: it gives each pod behind the root the same.
    for (const id of ["weight-100-0", "weight-0-100", "weight-75-25", "update-weights"])
      expect(`${verdictOf(report, `traffic-split/${id}`)} ${id}`).toBe(`FAIL ${id}`);
    // Rows about the API alone need no mesh.
    expect(verdictOf(report, "resource/crd-trafficsplit")).toBe("PASS");
  });
});

describe("a node that drops everything between pods", () => {
  it("fails every allow row, leaves the deny rows open, and passes none about behaviour", async () => {
    const log = createConsoleLog({ debug: false });
    // A cell that has to answer something before it is at rest never is: the rows of those that need not.
    const restful = behaviourRows(rows).filter(
      ({ fixture, replaces }) =>
        replaces.length > 0 && rows.fixtures.get(fixture)?.steadyState.every(({ is }) => is !== "ok") === true,
    );
    const report = await runMainJob(
      {
        ...crdsOnly("smi-crds-traefik.yaml"),
        mesh: "deny-all",
        "mesh-profile": join(import.meta.dirname, "profiles", "deny-all.yaml"),
        only: idsOf(restful).join(","),
      },
      ({ plan, deps }) => ({
        plan,
        deps: {
          ...deps,
          connect: async (kubeconfig) => {
            const cluster = await deps.connect(kubeconfig);
            const [node] = await cluster.list({ apiVersion: "v1", kind: "Node" });
            await closeNode(node?.metadata.name ?? "", log);
            return cluster;
          },
        },
      }),
    );
    const ran = idsOf(restful);
    const allow = idsOf(allowRows(rows)).filter((id) => ran.includes(id));
    const deny = idsOf(denyRows(rows)).filter((id) => ran.includes(id) && !allow.includes(id));
    expect([allow.length >= 4, deny.length >= 1]).toEqual([true, true]);
    expect(otherThan(report, allow, ["FAIL"])).toEqual([]);
    expect(otherThan(report, deny, ["INCONCLUSIVE"])).toEqual([]);
    expect(otherThan(report, ran, ["FAIL", "INCONCLUSIVE"])).toEqual([]);
    expect(report.assertions.map(({ id }) => id).toSorted()).toEqual(ran.toSorted());
    expect(report.verdict).toBe("not-conformant");
  });
});

describe("Traefik Mesh with the servers of each cell scaled to zero", () => {
  it("passes no row about behaviour, and fails none", async () => {
    const report = await runMainJob(
      { ...traefikMesh, only: inherited(), "propagation-deadline": "3" },
      ({ plan, deps }) => ({ plan: { ...plan, fixtures: scaledToZero(plan.fixtures) }, deps }),
    );
    const behaviour = idsOf(behaviourRows(rows));
    const sending = idsOf(serverSendsRows(rows));
    expect(otherThan(report, sending, ["INCONCLUSIVE", "ERROR"])).toEqual([]);
    const others = behaviour.filter((id) => !sending.includes(id));
    expect(otherThan(report, others, ["INCONCLUSIVE"])).toEqual([]);
    expect(report.assertions.filter((r) => behaviour.includes(r.id)).length).toBeGreaterThanOrEqual(12);
    expect(["inconclusive", "error"]).toContain(report.verdict);
  });
});
