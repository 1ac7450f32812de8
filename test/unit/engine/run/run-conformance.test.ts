/** A run on a cluster that is there already, or in this process: what it does with it, and what its report says. */
import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../../src/domain/kubernetes/object.ts";
import { type ConformanceReport, reportSchema } from "../../../../src/domain/report/report.ts";
import type { ClosableCluster, ClusterPlan, RunDeps, RunPlan } from "../../../../src/engine/run/plan.ts";
import { runConformance } from "../../../../src/engine/run/run-conformance.ts";
import { ToolError } from "../../../../src/errors.ts";
import { KUBECONFIG, node, plainCluster, runGround } from "../../../fakes/run-ground.ts";
import { scriptedProfile } from "../../../fixtures/scripted-cell.ts";

const existing: ClusterPlan = { provider: "existing", name: KUBECONFIG, kubeconfig: KUBECONFIG };

interface Ran {
  readonly report: ConformanceReport;
  readonly log: string;
}

async function run(
  cluster: ClusterPlan,
  given: { readonly plan?: Partial<RunPlan>; readonly deps?: Partial<RunDeps> } = {},
): Promise<Ran> {
  const ground = runGround(cluster, given);
  const report = reportSchema.parse(await runConformance(ground.plan, ground.deps)) as ConformanceReport;
  return { report, log: ground.log.lines.join("\n") };
}

/** A mesh of one Deployment that runs this image. */
function meshOf(image: string): readonly KubernetesObject[] {
  const containers = [{ name: "proxy", image }];
  return [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "controller", namespace: "scripted-system" },
      spec: { template: { spec: { containers } } },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "controller-1", namespace: "scripted-system" },
      status: { containerStatuses: containers.map((one) => ({ ...one, imageID: "sha256:abc" })) },
    },
  ];
}

describe("a run on an existing cluster", () => {
  it("connects to it, and leaves it as it is", async () => {
    const connected: string[] = [];
    const { report } = await run(existing, {
      plan: { appImage: "app:1" },
      deps: {
        connect: async (kubeconfig) => {
          connected.push(kubeconfig);
          return plainCluster();
        },
      },
    });
    expect(connected).toEqual([KUBECONFIG]);
    expect(report.error).toBeUndefined();
    expect(report.phases.map(({ name }) => name)).toEqual(["served", "suite"]);
    expect(report.cluster).toEqual({
      provider: "existing",
      name: KUBECONFIG,
      kubernetes: "v1.34.4",
      nodeImage: null,
      kind: null,
    });
  });

  it("that is given no image of the sample application says so, and which Kubernetes it reached", async () => {
    const { report } = await run(existing);
    expect(report.error).toMatchObject({ code: "image-build", next: expect.stringContaining("app-image") });
    expect(report.cluster.kubernetes).toBe("v1.34.4");
  });

  it("that does not answer is an error before the first phase", async () => {
    const { report, log } = await run(existing, {
      plan: { appImage: "app:1" },
      deps: { connect: () => Promise.reject(new Error("connect ECONNREFUSED")) },
    });
    expect(report).toMatchObject({
      verdict: "error",
      error: { phase: "start", code: "unexpected", message: "connect ECONNREFUSED" },
      cluster: { kubernetes: null },
      evidence: [],
    });
    expect(log).toContain("connect ECONNREFUSED");
  });

  it("reports the version and the images that run, and warns where they are of another version", async () => {
    const workload = { kind: "Deployment" as const, name: "controller" };
    const profile = scriptedProfile({ version: { workload }, ready: { deadline: 1, workloads: [workload] } });
    const [deployment, pod] = meshOf("example.org/mesh:v1.4.9");
    const cluster: ClosableCluster = { ...plainCluster(pod && [pod]), get: async () => deployment };
    const { report, log } = await run(existing, {
      plan: { appImage: "app:1", profile },
      deps: { connect: async () => cluster },
    });
    expect(report.mesh).toMatchObject({
      versionAsked: "1.4.8",
      versionFound: "1.4.9",
      images: [{ workload: "proxy", image: "example.org/mesh:v1.4.9", digest: "sha256:abc" }],
    });
    expect(log).toContain("asked for Scripted Mesh 1.4.8, but 1.4.9 runs");
  });

  it("whose installer fails keeps the evidence of the mesh, and names the phase", async () => {
    const { report } = await run(existing, {
      plan: {
        appImage: "app:1",
        installer: () => Promise.reject(new ToolError(["helm", "install"], 1, "chart not found")),
      },
      deps: {
        connect: async () =>
          plainCluster([node(true), { apiVersion: "v1", kind: "Namespace", metadata: { name: "scripted-system" } }]),
      },
    });
    expect(report.error).toMatchObject({ phase: "mesh", code: "tool" });
    expect(report.phases).toMatchObject([{ name: "mesh", ok: false }]);
    expect(report.evidence).toEqual([
      "evidence/cluster/scripted-system/events.txt",
      "evidence/cluster/scripted-system/pods.json",
    ]);
  });

  it("is not begun where it was interrupted already", async () => {
    const { report } = await run(existing, {
      plan: { appImage: "app:1" },
      deps: { signal: AbortSignal.abort(new Error("stopped by SIGTERM")) },
    });
    expect(report.error).toMatchObject({ code: "interrupted", message: "stopped by SIGTERM" });
    expect(report.phases).toEqual([]);
  });
});

describe("a run on the embedded cluster", () => {
  const embedded = (start: () => Promise<ClosableCluster>): ClusterPlan => ({
    provider: "embedded",
    name: "in process",
    start,
  });

  it("closes it, and takes the plan's version for that of its mesh", async () => {
    let closed = 0;
    const { report } = await run(
      embedded(async () => ({ ...plainCluster(meshOf("mesh:v9")), close: async () => void closed++ })),
      { plan: { appImage: "in process" }, deps: { connect: () => Promise.reject(new Error("nothing to connect to")) } },
    );
    expect(closed).toBe(1);
    expect(report.error).toBeUndefined();
    expect(report.phases.map(({ name }) => name)).toEqual(["cluster", "served", "suite"]);
    expect(report.mesh).toMatchObject({ versionFound: "1.4.8", images: [] });
    expect(report.cluster).toMatchObject({ provider: "embedded", name: "in process", nodeImage: null, kind: null });
  });

  it("that does not close has its report all the same, and a warning", async () => {
    const close = () => Promise.reject(new Error("a socket hangs"));
    const { report, log } = await run(
      embedded(async () => ({ ...plainCluster(), close })),
      {
        plan: { appImage: "in process" },
      },
    );
    expect(report.error).toBeUndefined();
    expect(log).toContain("the embedded cluster did not end: a socket hangs");
  });

  it("that does not start has nothing to close", async () => {
    const { report } = await run(
      embedded(() => Promise.reject(new Error("no port is free"))),
      { plan: { appImage: "in process" } },
    );
    expect(report.error).toMatchObject({ phase: "cluster", message: "no port is free" });
  });
});
