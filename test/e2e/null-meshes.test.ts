/** The controls bite: clusters of kind on which nothing may pass, and what the suite says of them. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createConsoleLog } from "../../src/adapters/console-log.ts";
import { readCatalogue } from "../../src/adapters/files/catalogue.ts";
import type { ConformanceReport } from "../../src/domain/report/report.ts";
import type { RawInputs } from "../../src/inputs/inputs.ts";
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
import { clusters, deleteCluster, nodeOf } from "./support/kind-clusters.ts";
import { labInputs, labManifests, type MainJobResult, runMainJob, traefikMesh } from "./support/lab.ts";

let rows: Rows;

beforeAll(async () => {
  rows = await readCatalogue(join(import.meta.dirname, "..", "..", "assertions"));
});

/** The assertions that replace steps of the 24-step suite. The others have their turn on the embedded cluster. */
const inherited = () => idsOf(rows.assertions.filter(({ replaces }) => replaces.length > 0));

/** Of each kind of refusal, grant and weight one, since most of the time goes by with cells that nobody answers in. */
const sample = [
  "traffic-access/deny-by-default-http",
  "traffic-access/http-allow-by-serviceaccount",
  "traffic-access/tcp-allow-by-serviceaccount",
  "traffic-specs/method-allow-list",
  "traffic-split/no-split-default",
  "traffic-split/weight-75-25",
];

/** What fails for want of a change beside others is tried once more, alone: where it is alone from the start, it is not. */
const alone: RawInputs = { parallel: "1" };

/** Definitions without a mesh, under a profile that claims everything. */
const withoutMesh = (profile: string, only: readonly string[]): RawInputs => ({
  mesh: profile,
  "mesh-version": "0.0.0",
  "mesh-profile": join(import.meta.dirname, "profiles", `${profile}.yaml`),
  manifest: join(labManifests, "smi-crds-traefik.yaml"),
  only: only.join(","),
  ...alone,
  // Nothing that these assertions wait for ever comes.
  "propagation-deadline": "1",
});

/** Rows that are of these ids and of none of these verdicts, with the reason; where a row does not apply there is nothing to say. */
const otherThan = (report: ConformanceReport, ids: readonly string[], verdicts: readonly string[]) =>
  report.assertions
    .filter((r) => ids.includes(r.id) && ![...verdicts, "NOT_APPLICABLE"].includes(r.verdict))
    .map((r) => `${r.verdict} ${r.id}: ${r.reason}`);

const verdictOf = (report: ConformanceReport, id: string) => report.assertions.find((r) => r.id === id)?.verdict;

describe("a cluster with the SMI definitions and no mesh", () => {
  let first: MainJobResult;
  beforeAll(async () => {
    first = await runMainJob({ ...labInputs, ...withoutMesh("crds-only", inherited()), "keep-cluster": "true" });
  });
  afterAll(() => deleteCluster(first?.report.cluster.name ?? ""));

  it("passes no assertion about behaviour, and fails every deny and every weight assertion", () => {
    const { report } = first;
    const behaviour = idsOf(behaviourRows(rows));
    expect(otherThan(report, behaviour, ["FAIL", "INCONCLUSIVE"])).toEqual([]);
    expect(otherThan(report, [...idsOf(denyRows(rows)), ...idsOf(weightRows(rows))], ["FAIL"])).toEqual([]);
    expect(report.assertions.filter((r) => behaviour.includes(r.id)).length).toBeGreaterThanOrEqual(12);
    expect(report.verdict).toBe("not-conformant");
    // Without a split, plain Kubernetes does what is asked for: only the missing data plane keeps it from passing.
    expect(verdictOf(report, "traffic-split/no-split-default")).toBe("INCONCLUSIVE");
    // Before a split, kube-proxy is the splitter that ignores weights: it gives each pod behind the root the same.
    for (const id of ["weight-100-0", "weight-0-100", "weight-75-25", "update-weights"])
      expect(`${verdictOf(report, `traffic-split/${id}`)} ${id}`).toBe(`FAIL ${id}`);
    // Assertions about the API alone need no mesh.
    expect(verdictOf(report, "resource/crd-trafficsplit")).toBe("PASS");
  });

  it("and a node that drops everything between pods fails every allow assertion, leaves the deny ones open, and passes none about behaviour", async () => {
    const log = createConsoleLog({ debug: false });
    // A cell that has to answer something before it is in its steady state never is: those that need not.
    const restful = behaviourRows(rows).filter(
      ({ fixture, replaces }) =>
        replaces.length > 0 && rows.fixtures.get(fixture)?.steadyState.every(({ is }) => is !== "ok") === true,
    );
    // The cluster that was kept is a user's own now, with the sample application's image on its node.
    const { report } = await runMainJob(
      {
        ...{ cluster: "existing", kubeconfig: first.kubeconfig, "app-image": first.report.suite.appImage ?? "" },
        ...withoutMesh("deny-all", idsOf(restful)),
      },
      ({ plan, deps }) => ({
        plan,
        deps: {
          ...deps,
          connect: async (kubeconfig) => {
            const cluster = await deps.connect(kubeconfig);
            await closeNode(nodeOf(first.report.cluster.name ?? ""), log);
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
    expect(report).toMatchObject({ verdict: "not-conformant", cluster: { provider: "existing" } });
    // A cluster that was there before is there afterwards.
    expect(await clusters()).toContain(first.report.cluster.name);
  });
});

describe("Traefik Mesh with the servers of each cell scaled to zero", () => {
  it("passes no assertion about behaviour, and fails none", async () => {
    const { report } = await runMainJob(
      { ...traefikMesh, ...alone, only: sample.join(","), "propagation-deadline": "3" },
      ({ plan, deps }) => ({ plan: { ...plan, fixtures: scaledToZero(plan.fixtures) }, deps }),
    );
    const behaviour = idsOf(behaviourRows(rows));
    const sending = idsOf(serverSendsRows(rows));
    expect(otherThan(report, sending, ["INCONCLUSIVE", "ERROR"])).toEqual([]);
    const others = behaviour.filter((id) => !sending.includes(id));
    expect(otherThan(report, others, ["INCONCLUSIVE"])).toEqual([]);
    expect(report.assertions.filter((r) => behaviour.includes(r.id)).length).toBe(sample.length);
    expect(["inconclusive", "error"]).toContain(report.verdict);
  });
});
