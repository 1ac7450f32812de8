/** The controls bite: clusters on which nothing may pass, and what the suite says of them. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Cell, gather } from "../../src/app/cell.ts";
import { systemClock } from "../../src/edges/clock.ts";
import { createConsoleLog } from "../../src/edges/console-log.ts";
import type { Cluster } from "../../src/ports.ts";
import { labInputs, labManifests, runMainJob, traefikMesh, verdictLines } from "./support/lab.ts";

const crdsOnly = (manifest: string) => ({
  ...labInputs,
  mesh: "crds-only",
  "mesh-version": "0.0.0",
  "mesh-profile": join(import.meta.dirname, "profiles", "crds-only.yaml"),
  manifest: join(labManifests, manifest),
});

describe.each([
  ["the versions that Traefik Mesh serves", "smi-crds-traefik.yaml"],
  ["SMI v0.6.0", "smi-crds-v0.6.0.yaml"],
])("the SMI CRDs of %s, and no mesh", (_, manifest) => {
  it("passes no row about behaviour", async () => {
    const report = await runMainJob(crdsOnly(manifest));
    const behaviour = report.assertions.filter((row) => row.behaviour && row.verdict !== "NOT_APPLICABLE");
    const others = behaviour.filter(({ verdict }) => verdict !== "FAIL" && verdict !== "INCONCLUSIVE");
    expect(others.map(({ id, verdict }) => `${verdict} ${id}`)).toEqual([]);
    expect(behaviour.length).toBeGreaterThanOrEqual(16);
    expect(report.verdict).toBe("not-conformant");
    // Without a split, plain Kubernetes does what the row asks for: only the missing data plane keeps it from passing.
    expect(verdictLines(report)).toContain("INCONCLUSIVE traffic-split/no-split-default");
    for (const row of behaviour.filter(({ id }) => /deny|allow|weight/.test(id)))
      expect(`${row.verdict} ${row.id}`).toBe(`FAIL ${row.id}`);
    // Rows about the API alone need no mesh.
    expect(verdictLines(report)).toContain("PASS resource/crd-trafficsplit");
  });
});

describe("Traefik Mesh with the servers of each cell scaled to zero", () => {
  it("passes no row about behaviour, and fails none", async () => {
    let cluster: Cluster | undefined;
    const log = createConsoleLog({ debug: false });
    const onCell = async (cell: Cell) => {
      if (cluster === undefined) throw new Error("no cluster yet");
      const namespace = Object.values(cell.bindings.namespaces)[0] ?? "";
      for (const [name, workload] of Object.entries(cell.fixture.workloads)) {
        if (workload.role !== "server") continue;
        const ref = { apiVersion: "apps/v1", kind: "Deployment", name, namespace };
        const stored = await cluster.get(ref);
        const answer = await cluster.apply({
          apiVersion: ref.apiVersion,
          kind: ref.kind,
          metadata: { name, namespace },
          spec: { ...(stored?.spec as object), replicas: 0 },
        });
        expect(answer.accepted).toBe(true);
        await gather(cell, name, 0, { cluster, clock: systemClock, log, served: {} });
      }
    };
    const report = await runMainJob({ ...traefikMesh, "propagation-deadline": "3" }, (deps) => ({
      ...deps,
      connect: async (kubeconfig) => {
        cluster = await deps.connect(kubeconfig);
        return cluster;
      },
      onCell,
    }));
    const behaviour = report.assertions.filter((row) => row.behaviour && row.verdict !== "NOT_APPLICABLE");
    const judged = behaviour.filter(({ verdict }) => verdict !== "INCONCLUSIVE");
    expect(judged.map(({ id, verdict }) => `${verdict} ${id}`)).toEqual([]);
    expect(behaviour.length).toBeGreaterThanOrEqual(16);
    expect(report.verdict).toBe("inconclusive");
  });
});
