/** A run on a cluster that kind creates: the order of its steps, and what becomes of the cluster when one of them fails. */
import { describe, expect, it } from "vitest";
import { reportSchema } from "../../../../src/domain/report/report.ts";
import { firstFailure } from "../../../../src/engine/run/kind-cluster.ts";
import type { RunDeps, RunPlan } from "../../../../src/engine/run/plan.ts";
import { runConformance } from "../../../../src/engine/run/run-conformance.ts";
import { InfrastructureError } from "../../../../src/errors.ts";
import {
  ARCHIVE,
  BUILT,
  type KindFaults,
  KUBECONFIG,
  kindGround,
  node,
  plainCluster,
  runGround,
} from "../../../fakes/run-ground.ts";

interface Given extends KindFaults {
  readonly plan?: Partial<RunPlan>;
  readonly deps?: Partial<RunDeps>;
}

async function run({ plan = {}, deps = {}, ...faults }: Given = {}) {
  const { cluster, calls } = kindGround(faults);
  const ground = runGround(cluster, { plan, deps });
  const report = reportSchema.parse(await runConformance(ground.plan, ground.deps));
  return { report, calls, log: ground.log.lines.join("\n") };
}

const interrupted = () => new InfrastructureError("interrupted", "stopped", "Run again.");
const broken = () => new InfrastructureError("kind-create", "no space left on device", "Make room.");
/** Ends when it is told to, and only then. */
const untilStopped = (signal: AbortSignal | undefined) =>
  new Promise<never>((_, reject) => {
    const end = () => reject(interrupted());
    if (signal?.aborted) end();
    signal?.addEventListener("abort", end, { once: true });
  });

describe("a run on a kind cluster", () => {
  it("creates it, loads the images, installs the mesh, and deletes it", async () => {
    const installed: string[] = [];
    const { report, calls, log } = await run({
      plan: { images: ["mesh:dev"], installer: async (kubeconfig) => void installed.push(kubeconfig) },
    });
    expect(calls).toEqual([
      "create",
      "buildWorkload",
      "local",
      `save ${ARCHIVE}`,
      `loadArchive smi-1 ${ARCHIVE}`,
      `discard ${ARCHIVE}`,
      "delete smi-1",
    ]);
    expect(installed).toEqual([KUBECONFIG]);
    expect(report.error).toBeUndefined();
    expect(report.phases.map(({ name, ok }) => [name, ok])).toEqual(
      ["cluster", "images", "mesh", "served", "suite"].map((name) => [name, true]),
    );
    expect(report.cluster).toEqual({
      provider: "kind",
      name: "smi-1",
      kubernetes: "v1.34.4",
      nodeImage: "kindest/node:v1.34.4",
      kind: "0.32.0",
    });
    expect(report.suite.appImage).toBe(BUILT);
    expect(log).toContain("Loading 2 image(s) onto the node");
    expect(log).toContain("deleted cluster smi-1");
  });

  it("builds no image where one is named, and leaves to the node what is not on this machine", async () => {
    const saved: (readonly string[])[] = [];
    const { report, calls, log } = await run({
      plan: { appImage: "app:1", images: ["mesh:dev", "app:1", "elsewhere:2"] },
      images: {
        local: async (names) => new Map(names.filter((name) => name !== "elsewhere:2").map((name) => [name, "id"])),
        save: async (names) => void saved.push(names),
      },
    });
    expect(calls).not.toContain("buildWorkload");
    expect(saved).toEqual([["app:1", "mesh:dev"]]);
    expect(log).toContain("elsewhere:2 is not on this machine: the node has to pull it");
    expect(report.suite.appImage).toBe("app:1");
  });

  it("keeps it where the plan says so", async () => {
    const { calls, log } = await run({ keep: true });
    expect(calls).toContain("keep smi-1");
    expect(calls).not.toContain("delete smi-1");
    expect(log).toContain(`cluster smi-1 is kept; its kubeconfig is ${KUBECONFIG}`);
  });
});

describe("a run whose kind cluster fails", () => {
  it("to be created stops the packing, and reports what is known", async () => {
    let stopped = false;
    const { report, calls } = await run({
      provider: { create: () => Promise.reject(broken()) },
      images: {
        save: (_names, _archive, signal) =>
          untilStopped(signal).finally(() => {
            stopped = true;
          }),
      },
    });
    expect(stopped).toBe(true);
    expect(report).toMatchObject({
      verdict: "error",
      error: { phase: "cluster", code: "kind-create", message: "no space left on device", next: "Make room." },
      cluster: { provider: "kind", kubernetes: null },
      suite: { appImage: BUILT },
      evidence: [],
    });
    expect(calls.at(-1)).toBe(`discard ${ARCHIVE}`);
    expect(calls.some((call) => /^(delete|exportLogs)/.test(call))).toBe(false);
  });

  it("while its images are packed is stopped by them", async () => {
    const { report, calls } = await run({
      provider: { create: (_spec, signal) => untilStopped(signal) },
      images: { local: async () => new Map() },
    });
    expect(report.error).toMatchObject({ phase: "cluster", code: "image-load" });
    expect(report.error?.message).toBe(`none of the images ${BUILT} is on this machine`);
    expect(calls).not.toContain("delete smi-1");
  });

  it("is deleted, and its logs are kept, where it was there before the images failed", async () => {
    let isCreated: (value: unknown) => void = () => {};
    const created = new Promise((resolve) => {
      isCreated = resolve;
    });
    const { report, calls } = await run({
      provider: {
        create: async () => {
          isCreated(undefined);
          return { name: "smi-1", kubeconfig: KUBECONFIG };
        },
      },
      images: {
        save: async () => {
          await created;
          throw new Error("the archive is too large");
        },
      },
    });
    expect(report.error).toMatchObject({ phase: "cluster", code: "unexpected", message: "the archive is too large" });
    expect(report.evidence).toEqual(["evidence/kind"]);
    expect(calls.slice(-3)).toEqual([
      "exportLogs smi-1 /tmp/report/evidence/kind",
      `discard ${ARCHIVE}`,
      "delete smi-1",
    ]);
  });

  it("to become ready says why, with the evidence of the cluster that was reached", async () => {
    const { report, calls } = await run({
      deps: {
        connect: async () =>
          plainCluster([node(false), { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system" } }]),
      },
    });
    expect(report.error).toMatchObject({ phase: "images", code: "node-not-ready" });
    expect(report.error?.message).toContain("smi-1-control-plane: container runtime is down");
    expect(report.evidence).toEqual([
      "evidence/cluster/kube-system/events.txt",
      "evidence/cluster/kube-system/pods.json",
      "evidence/kind",
    ]);
    expect(calls.at(-1)).toBe("delete smi-1");
  });

  it.each([
    [{ evidence: "none" } as const, "unexpected"],
    [{}, "interrupted"],
  ])("keeps no evidence where none is wanted, or no time is left: %j, %s", async (plan, code) => {
    const stop = new AbortController();
    const { report, calls } = await run({
      plan,
      provider: {
        loadArchive: async () => {
          if (code === "interrupted") stop.abort(interrupted());
          throw new Error("the node is gone");
        },
      },
      deps: { signal: stop.signal },
    });
    expect(report.error).toMatchObject({ phase: "images", code });
    expect(report.evidence).toEqual([]);
    expect(calls.slice(-2)).toEqual([`discard ${ARCHIVE}`, "delete smi-1"]);
  });

  it.each([
    ["Next: kind delete cluster --name smi-1", { provider: { delete: () => Promise.reject(broken()) } }],
    ["smi-1 could not be marked as kept", { keep: true, provider: { keep: () => Promise.reject(broken()) } }],
    [`${ARCHIVE} could not be removed`, { images: { discard: () => Promise.reject(broken()) } }],
  ])("to be given back has its report all the same, and the warning: %s", async (warning, faults: KindFaults) => {
    const { report, log } = await run(faults);
    expect(report.error).toBeUndefined();
    expect(log).toContain(warning);
  });

  it("to give its logs has its report all the same", async () => {
    const { report, log } = await run({
      provider: { loadArchive: () => Promise.reject(broken()), exportLogs: () => Promise.reject(new Error("no disk")) },
    });
    expect(report.error?.code).toBe("kind-create");
    expect(report.evidence).not.toContain("evidence/kind");
    expect(log).toContain("kind's logs could not be exported: no disk");
  });
});

describe("the first of several failures", () => {
  const fulfilled = { status: "fulfilled", value: 1 } as const;
  const rejected = (reason: unknown) => ({ status: "rejected", reason }) as const;
  const [cause, other] = [broken(), new Error("another")];
  const stopped = interrupted();

  it.each([
    ["the one that stopped the other", [rejected(stopped), rejected(cause)], cause],
    ["the one that stopped the other, in any order", [rejected(cause), rejected(stopped)], cause],
    ["the only one", [fulfilled, rejected(cause)], cause],
    ["an interruption where nothing else failed", [fulfilled, rejected(stopped)], stopped],
    ["an interruption of all", [rejected(stopped), rejected(interrupted())], stopped],
    ["the first in order where neither stopped the other", [rejected(cause), rejected(other)], cause],
  ])("is %s", (_, ends, first) => {
    expect(firstFailure(ends)).toBe(first);
  });
});
