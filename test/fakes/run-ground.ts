/** The ports of a whole run, as small as they can be: a cluster with a node and no SMI kind, and a kind that notes its calls. */
import type { KubernetesObject } from "../../src/domain/kubernetes/object.ts";
import { createVirtualClock } from "../../src/embedded/time/virtual-clock.ts";
import type { ClosableCluster, ClusterPlan, KindClusterPlan, RunDeps, RunPlan } from "../../src/engine/run/plan.ts";
import type { ClusterProvider, Images } from "../../src/ports.ts";
import { scriptedProfile } from "../fixtures/scripted-cell.ts";
import { type KeptLog, keptLog } from "./kept-log.ts";

export const KUBECONFIG = "/tmp/kubeconfig-of-smi-1";
export const ARCHIVE = "/tmp/images.tar";
export const BUILT = "smi-workload:built";

export const node = (ready: boolean): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "smi-1-control-plane" },
  status: { conditions: [{ type: "Ready", status: ready ? "True" : "False", message: "container runtime is down" }] },
});

/** Answers what a run without assertions asks. */
export function plainCluster(objects: readonly KubernetesObject[] = [node(true)]): ClosableCluster {
  return {
    version: async () => "v1.34.4",
    list: async ({ kind }: { kind: string }) => objects.filter((object) => object.kind === kind),
    get: async () => undefined,
    close: async () => {},
  } as unknown as ClosableCluster;
}

export interface KindGround {
  readonly cluster: KindClusterPlan;
  /** What was asked of kind and of the images, in order. */
  readonly calls: readonly string[];
}

/** What differs from a kind, and images, that do all they are asked. */
export interface KindFaults {
  readonly keep?: boolean;
  readonly provider?: Partial<ClusterProvider & { keep: (name: string) => Promise<void> }>;
  readonly images?: Partial<Images>;
}

export function kindGround({ keep = false, provider = {}, images = {} }: KindFaults = {}): KindGround {
  const calls: string[] = [];
  const noted = <T extends object>(whole: T): T =>
    Object.fromEntries(
      Object.entries(whole).map(([name, work]) => [
        name,
        (...given: readonly unknown[]) => {
          calls.push([name, ...given.filter((one) => typeof one === "string")].join(" "));
          return work(...given);
        },
      ]),
    ) as T;
  const cluster: KindClusterPlan = {
    provider: "kind",
    name: "smi-1",
    nodeImage: "kindest/node:v1.34.4",
    keep,
    kindVersion: "0.32.0",
    means: {
      provider: noted({
        create: async () => ({ name: "smi-1", kubeconfig: KUBECONFIG }),
        loadArchive: async () => {},
        exportLogs: async () => {},
        delete: async () => {},
        keep: async () => {},
        list: async () => [],
        ...provider,
      }),
      images: noted({
        buildWorkload: async () => BUILT,
        local: async (names: readonly string[]) => new Map(names.map((name) => [name, `sha256:${name}`])),
        save: async () => {},
        discard: async () => {},
        ...images,
      }),
      program: "/dist/workload.cjs",
      archive: ARCHIVE,
    },
  };
  return { cluster, calls };
}

export interface RunGround {
  readonly plan: RunPlan;
  readonly deps: RunDeps;
  readonly log: KeptLog;
}

export function runGround(
  cluster: ClusterPlan,
  given: { readonly plan?: Partial<RunPlan>; readonly deps?: Partial<RunDeps> } = {},
): RunGround {
  const log = keptLog();
  return {
    log,
    plan: {
      run: "r1",
      profile: scriptedProfile(),
      profileDigest: "sha256:profile",
      meshVersion: "1.4.8",
      source: "a test",
      manifest: undefined,
      installer: undefined,
      assertions: [],
      fixtures: new Map(),
      catalogueDigest: "sha256:assertions",
      cluster,
      appImage: undefined,
      appBaseImage: "node:24",
      images: [],
      parallel: 2,
      repeat: 1,
      shard: undefined,
      evidence: "failures",
      deadlineMs: undefined,
      suiteVersion: "0.0.0",
      runner: { os: "linux", arch: "x64", cpus: 2, node: "v24.0.0", workflow: null },
      reproduce: "npm run conformance",
      ...given.plan,
    },
    deps: {
      clock: createVirtualClock(),
      log,
      folder: {
        path: "/tmp/report",
        write: async () => {},
        collect: (path, fill) => fill(`/tmp/report/${path}`),
      },
      connect: async () => plainCluster(),
      sha256: () => "0".repeat(64),
      ...given.deps,
    },
  };
}
