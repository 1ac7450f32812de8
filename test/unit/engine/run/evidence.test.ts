import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../../src/domain/kubernetes/object.ts";
import type { AssertionResult } from "../../../../src/domain/report/report.ts";
import type { Cell } from "../../../../src/engine/cell/cell.ts";
import { assertionEvidence, clusterEvidence, type EvidenceDeps } from "../../../../src/engine/run/evidence.ts";
import type { Cluster, ObjectQuery } from "../../../../src/ports.ts";

const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "b-1" }, spec: { containers: [{ name: "app" }] } };
const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });

function setUp(broken: (query: ObjectQuery) => boolean) {
  const written = new Map<string, string>();
  const warnings: string[] = [];
  const objects: Record<string, readonly KubernetesObject[]> = {
    Pod: [pod],
    Namespace: [namespace("mesh"), namespace("kube-system"), namespace("smi-r1-access"), namespace("other")],
  };
  const cluster = {
    list: async (query: ObjectQuery) => {
      if (broken(query)) throw new Error(`no answer to ${query.kind}`);
      return objects[query.kind] ?? [];
    },
    logs: async () => "started\n",
  } as unknown as Cluster;
  const deps = {
    cluster,
    folder: { write: async (path: string, content: string) => void written.set(path, content) },
    log: { warn: (line: string) => warnings.push(line) },
    meshNamespace: "mesh",
  } as unknown as EvidenceDeps;
  return { deps, written, warnings };
}

const cell = {
  plan: { run: "r1", id: "access-1", fixture: { namespaces: ["main"], workloads: {}, services: [], base: [] } },
} as unknown as Cell;
/** Sorted, without the folder that all share, and with the namespace's own name left out. */
const short = (files: readonly string[]) =>
  files.map((file) => file.replace("evidence/traffic-access/one/", "").replace(/^smi-[^/]+/, "NS")).sort();
const result = { id: "traffic-access/one", versions: { TrafficTarget: "v1alpha3" } } as unknown as AssertionResult;

describe("evidence of an assertion", () => {
  it("has its findings, its objects, and its pods with their events and logs", async () => {
    const { deps, written, warnings } = setUp(() => false);
    const files = await assertionEvidence(result, cell, deps);
    expect(short(files)).toEqual(["NS/b-1.app.log", "NS/events.txt", "NS/pods.json", "findings.json", "objects.json"]);
    expect([...written.keys()].sort()).toEqual(files);
    expect(warnings).toEqual([]);
  });

  it.each([
    ["TrafficTarget", ["NS/b-1.app.log", "NS/events.txt", "NS/pods.json", "findings.json", "objects.json"]],
    ["Pod", ["NS/events.txt", "findings.json", "objects.json"]],
    ["Event", ["NS/b-1.app.log", "NS/pods.json", "findings.json", "objects.json"]],
  ])("that lacks the answer to one question, %s, has the rest and says so", async (kind, kept) => {
    const { deps, warnings } = setUp((query) => query.kind === kind);
    const files = await assertionEvidence(result, cell, deps);
    expect(short(files)).toEqual(kept);
    expect(warnings).toEqual([expect.stringMatching(`evidence is missing ${kind}s of smi-.*: no answer to ${kind}`)]);
  });

  it("is asked for twice", async () => {
    const asked = new Set<string>();
    const first = ({ kind, namespace }: ObjectQuery) => {
      const question = `${kind} ${namespace}`;
      return !asked.has(question) && asked.add(question) !== undefined;
    };
    const { deps, warnings } = setUp(first);
    expect(short(await assertionEvidence(result, cell, deps))).toHaveLength(5);
    expect(asked.size).toBe(3);
    expect(warnings).toEqual([]);
  });

  it("is its findings where there is no cell", async () => {
    expect(await assertionEvidence(result, undefined, setUp(() => false).deps)).toEqual([
      "evidence/traffic-access/one/findings.json",
    ]);
  });
});

describe("evidence of the cluster", () => {
  it("is of the mesh, of CoreDNS and of the run's own cells", async () => {
    const files = await clusterEvidence({ ...setUp(() => false).deps, isShared: false }, "r1");
    expect([...new Set(files.map((file) => file.split("/")[2]))]).toEqual(["kube-system", "mesh", "smi-r1-access"]);
  });

  it("of a cluster that others use too leaves out what is neither the run's nor the mesh's", async () => {
    const files = await clusterEvidence({ ...setUp(() => false).deps, isShared: true }, "r1");
    expect([...new Set(files.map((file) => file.split("/")[2]))]).toEqual(["mesh", "smi-r1-access"]);
  });

  it("is nothing where no question is answered, and says so", async () => {
    const { deps, warnings } = setUp(() => true);
    expect(await clusterEvidence({ ...deps, isShared: false }, "r1")).toEqual([]);
    expect(warnings).toEqual(["evidence is missing namespaces: no answer to Namespace"]);
  });
});
