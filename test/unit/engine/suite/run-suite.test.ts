/** Scheduling: cells are shared out, one assertion's failure stops no other, and none gets a cell that is not as it was. */
import { beforeAll, describe, expect, it } from "vitest";
import { type Catalogue, readCatalogue } from "../../../../src/adapters/files/catalogue.ts";
import type { Assertion } from "../../../../src/domain/assertion/assertion.ts";
import type { AssertionResult } from "../../../../src/domain/report/report.ts";
import { newestVersions } from "../../../../src/embedded/api/definitions.ts";
import type { Cluster } from "../../../../src/ports.ts";
import { type EmbeddedRun, runEmbedded } from "../../../fakes/embedded-suite.ts";
import {
  type Admit,
  frozenBy,
  losingConnectionAt,
  neverRevoking,
  refusing,
  type WatchedCluster,
  watched,
} from "../../../fakes/watched-cluster.ts";

const deny = "traffic-access/deny-by-default-http";
const allow = "traffic-access/http-allow-by-serviceaccount";
const tcp = "traffic-access/tcp-allow-by-serviceaccount";
const revoke = "lifecycle/target-delete-revokes";

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await readCatalogue("assertions");
});

/** On the reference mesh. */
async function run({ admit, ...given }: Partial<EmbeddedRun> & { readonly admit?: Admit }) {
  let cluster: WatchedCluster | undefined;
  const through: EmbeddedRun["through"] = (inner) => {
    cluster = watched(given.through?.(inner) ?? inner, admit);
    return cluster;
  };
  const result = await runEmbedded({ catalogue, ...given, through });
  if (cluster === undefined) throw new Error("the suite asked for no cluster");
  return { ...result, cluster };
}

describe("the suite", () => {
  it("gives its results in the order of the assertions, and reports each as it comes", async () => {
    const told: string[] = [];
    const only = [deny, allow, "traffic-split/weight-75-25", "resource/crd-traffictarget"];
    const { results } = await run({ only, options: { onResult: ({ id }) => told.push(id) } });
    expect(results.map(({ id }) => id)).toEqual(
      catalogue.assertions.map(({ id }) => id).filter((id) => only.includes(id)),
    );
    expect(told.toSorted()).toEqual(only.toSorted());
  });

  it("leases one cell to assertions one after another", async () => {
    const { results, cluster } = await run({ only: [deny, allow, tcp], options: { parallel: 1 } });
    expect(cluster.namespaces).toEqual(["smi-r1-access-1"]);
    const times = results
      .map(({ startedMs, durationMs }) => [startedMs, startedMs + durationMs])
      .toSorted(([x = 0], [y = 0]) => x - y);
    times.slice(1).forEach(([start = 0], n) => {
      expect(start).toBeGreaterThanOrEqual(times[n]?.[1] ?? 0);
    });
    expect(results.map(({ verdict, cell }) => [verdict, cell])).toEqual(only(3, ["PASS", "access-1"]));
  });

  it("runs assertions in parallel, in cells of their own", async () => {
    const alone = await run({ only: [deny, allow, tcp], options: { parallel: 1 } });
    const parallel = await run({ only: [deny, allow, tcp], options: { parallel: 3 } });
    expect(new Set(parallel.results.map(({ cell }) => cell))).toEqual(new Set(["access-1", "access-2", "access-3"]));
    const end = (results: readonly AssertionResult[]) => Math.max(...results.map((r) => r.startedMs + r.durationMs));
    expect(end(parallel.results)).toBeLessThan(end(alone.results));
  });

  it("calls an assertion that throws an ERROR, replaces its cell, and goes on", async () => {
    const { results, cluster } = await run({
      only: [revoke, deny, allow],
      options: { parallel: 1 },
      admit: losingConnectionAt("TrafficTarget"),
    });
    expect(results.map(({ id, verdict }) => [id, verdict])).toEqual([
      [revoke, "ERROR"],
      [deny, "PASS"],
      [allow, "PASS"],
    ]);
    expect(results[0]?.reason).toBe("the connection to the API server was lost");
    expect(cluster.namespaces).toEqual(["smi-r1-access-1", "smi-r1-access-1-2"]);
    expect(cluster.openAgents()).toBe(0);
  });

  it("calls an assertion whose cell cannot be made an ERROR with the reason, and tries again for the next", async () => {
    const { results, cluster } = await run({
      only: [deny, allow],
      options: { parallel: 1 },
      admit: refusing("Deployment", "denied by policy"),
    });
    expect(results.map(({ verdict }) => verdict)).toEqual(["ERROR", "PASS"]);
    expect(results[0]?.reason).toContain("denied by policy");
    expect(cluster.namespaces).toEqual(["smi-r1-access-1", "smi-r1-access-1-2"]);
  });

  it("replaces a cell that does not return to its steady state", async () => {
    const { results, cluster, log } = await run({
      only: [revoke, deny, allow],
      options: { parallel: 1 },
      through: neverRevoking,
    });
    expect(results[0]).toMatchObject({ id: revoke, verdict: "FAIL", cell: "access-1" });
    // In a fresh cell the next assertion is not touched by what stayed in force: deny's own grant makes it inconclusive.
    expect(results[1]).toMatchObject({ id: deny, verdict: "INCONCLUSIVE", cell: "access-1-2" });
    expect(results[2]).toMatchObject({ id: allow, verdict: "PASS", cell: "access-1-3" });
    expect(log.filter((line) => line.includes("it is replaced"))).toHaveLength(3);
    expect(cluster.openAgents()).toBe(0);
  });

  it("calls a refused resource a FAIL with the API server's words, and a pruned one INCONCLUSIVE by stored-as-sent", async () => {
    const refused = await run({ only: [allow], admit: refusing("TrafficTarget", "spec.sources: too many") });
    expect(refused.results[0]).toMatchObject({ verdict: "FAIL" });
    expect(refused.results[0]?.reason).toContain("spec.sources: too many");
    const pruning = await run({
      only: ["traffic-specs/headers-and"],
      admit: (object) => {
        if (object.kind !== "HTTPRouteGroup") return undefined;
        return { accepted: true, stored: { ...object, spec: { matches: [{ name: "both" }] } } };
      },
    });
    expect(pruning.results[0]).toMatchObject({ verdict: "INCONCLUSIVE" });
    expect(pruning.results[0]?.reason).toContain("control stored-as-sent did not hold");
  });

  it("keeps evidence of what did not pass, and of nothing else", async () => {
    const kept: string[] = [];
    const { results } = await run({
      only: [deny, "traffic-specs/method-allow-list"],
      cluster: { faults: { ignoresMethods: true } },
      options: {
        keepEvidence: async (result, cell) => {
          kept.push(`${result.id} in ${cell?.id}`);
          return ["evidence/file"];
        },
      },
    });
    const failed = results.find(({ verdict }) => verdict === "FAIL");
    expect(kept).toEqual([`traffic-specs/method-allow-list in ${failed?.cell}`]);
    expect(results.map(({ evidence }) => evidence)).toEqual([[], ["evidence/file"]]);
  });

  it("stops when it is aborted, and takes its cells away", async () => {
    const stop = new AbortController();
    const results: AssertionResult[] = [];
    const clusters: WatchedCluster[] = [];
    const through = (cluster: Cluster) => {
      const one = watched(cluster);
      clusters.push(one);
      return one;
    };
    const work = runEmbedded({
      ...{ catalogue, only: [revoke, deny, allow], through },
      options: {
        parallel: 1,
        signal: stop.signal,
        onResult: (result) => {
          results.push(result);
          stop.abort(new Error("interrupted by the user"));
        },
      },
    });
    await expect(work).rejects.toThrow("interrupted by the user");
    expect(results.map(({ id }) => id)).toEqual([revoke]);
    expect(clusters.map(({ namespaces, namespacesLeft }) => [namespaces, namespacesLeft()])).toEqual([
      [["smi-r1-access-1"], []],
    ]);
  });

  it("leaves out assertions that do not apply without making a cell for them", async () => {
    const { results, cluster } = await run({ versions: { split: newestVersions.split ?? [] } });
    const applied = results.filter(({ verdict }) => verdict !== "NOT_APPLICABLE");
    expect(applied.length).toBeGreaterThan(0);
    expect(applied.every(({ spec }) => spec === "traffic-split")).toBe(true);
    expect(cluster.namespaces.some((name) => name.includes("access"))).toBe(false);
  });

  it("does not run with an assertion whose fixture is not there", async () => {
    const fixtures = new Map([...catalogue.fixtures].filter(([id]) => id !== "access"));
    await expect(run({ only: [deny], catalogue: { ...catalogue, fixtures } })).rejects.toThrow(/no fixture "access"/);
  });
});

describe("a change", () => {
  it("that moves no share and flips no probe is INCONCLUSIVE: nothing tells when it is in force", async () => {
    const even = (a: Assertion): Assertion => ({
      ...a,
      phases: [
        {
          name: "even",
          changes: [{ apply: [{ trafficSplit: "split", service: "root", backends: { v1: 5, v2: 5, v3: 5 } }] }],
          expect: [{ from: "client", to: "root", requests: 100, reach: { v1: 5, v2: 5, v3: 5 } }],
        },
      ],
    });
    const assertions = catalogue.assertions.filter(({ id }) => id === "traffic-split/three-backends").map(even);
    const { results } = await run({ catalogue: { ...catalogue, assertions } });
    expect(results[0]).toMatchObject({ verdict: "INCONCLUSIVE" });
    expect(results[0]?.reason).toContain("the change shows in what is probed");
  });

  const patient = { propagation: { deadline: 5 } };

  it("is awaited until it is in force, and measured afresh", async () => {
    const only = ["traffic-split/update-weights"];
    const { results } = await run({ only, cluster: { delayMs: 3000 }, profile: patient });
    expect(results[0]?.verdict).toBe("PASS");
    expect(results[0]?.propagation.map(({ inForce }) => inForce)).toEqual([true, true]);
    for (const { ms } of results[0]?.propagation ?? []) {
      expect(ms).toBeGreaterThan(2500);
      expect(ms).toBeLessThan(3500);
    }
  });

  it("that comes after a deadline of the caller's is measured at the deadline, and fails", async () => {
    const options = { deadlineMs: 1000 };
    const { results } = await run({ only: [allow], cluster: { delayMs: 3000 }, profile: patient, options });
    expect(results[0]?.verdict).toBe("FAIL");
    expect(results[0]?.propagation).toMatchObject([{ inForce: false, ms: 1000, deadlineMs: 1000 }]);
  });

  it("that comes after the profile's deadline is measured there, and fails", async () => {
    const { results } = await run({ only: [allow], cluster: { delayMs: 8000 }, profile: patient });
    expect(results[0]?.verdict).toBe("FAIL");
    expect(results[0]?.propagation).toMatchObject([{ inForce: false, ms: 5000, deadlineMs: 5000 }]);
  });

  it("that must have no effect is watched long enough to see one that comes late", async () => {
    const faults = { acceptsEmptySources: true, emptySourcesGrantAll: true } as const;
    const only = ["resource/target-requires-three"];
    const { results } = await run({ only, cluster: { faults, delayMs: 700 }, profile: patient });
    expect(results[0]).toMatchObject({ verdict: "FAIL" });
  });
});

describe("a mesh that one assertion's objects freeze for all", () => {
  const named = (id: string, name: string): Assertion => ({
    ...(catalogue.assertions.find((a) => a.id === allow) as Assertion),
    id,
    phases: (catalogue.assertions.find((a) => a.id === allow) as Assertion).phases.map((phase) => ({
      ...phase,
      changes: phase.changes.map((step) =>
        "apply" in step
          ? { apply: step.apply.map((r) => ("trafficTarget" in r ? { ...r, trafficTarget: name } : r)) }
          : step,
      ),
    })),
  });

  it("fails that assertion alone: one that ran in parallel is run once more, by itself", async () => {
    const assertions = [named("x/freezes", "poison"), named("x/innocent", "plain")];
    const { results, log } = await run({
      catalogue: { ...catalogue, assertions },
      through: (cluster) => frozenBy("poison", cluster),
    });
    expect(results.map(({ id, verdict, parallelAttempt }) => [id, verdict, parallelAttempt?.verdict])).toEqual([
      ["x/freezes", "FAIL", "FAIL"],
      ["x/innocent", "PASS", "FAIL"],
    ]);
    expect(log.filter((line) => line.includes("run once more, alone"))).toHaveLength(2);
  });

  it("is run once where the assertion had the mesh to itself", async () => {
    const assertions = [named("x/freezes", "poison")];
    const { results } = await run({
      catalogue: { ...catalogue, assertions },
      through: (cluster) => frozenBy("poison", cluster),
    });
    expect(results.map(({ verdict, parallelAttempt }) => [verdict, parallelAttempt])).toEqual([["FAIL", undefined]]);
  });
});

function only<T>(count: number, value: T): readonly T[] {
  return Array.from({ length: count }, () => value);
}
