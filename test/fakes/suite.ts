/** Runs the real suite against the toy mesh, in virtual time. */

import { type Catalogue, readCatalogue } from "../../src/adapters/files/catalogue.ts";
import { readManifest } from "../../src/adapters/files/yaml.ts";
import type { KubernetesObject } from "../../src/domain/kubernetes/object.ts";
import type { AssertionResult } from "../../src/domain/report/report.ts";
import { servedFromCrds } from "../../src/domain/smi/served.ts";
import { createVirtualClock } from "../../src/embedded/time/virtual-clock.ts";
import type { SuiteOptions } from "../../src/engine/suite/options.ts";
import { runSuite } from "../../src/engine/suite/run-suite.ts";
import { type MeshProfile, profileSchema } from "../../src/mesh/profile.ts";
import { createFakeCluster, type FakeCluster } from "./cluster.ts";
import { keptLog } from "./kept-log.ts";
import type { Behaviour } from "./toy-mesh.ts";

/** What the toy mesh knows enough for. All rows are run on the reference mesh and its mutants (scripts/mutants.ts). */
const toyRows: readonly string[] = [
  "lifecycle/target-delete-revokes",
  "resource/crd-httproutegroup",
  "resource/crd-trafficsplit",
  "resource/crd-traffictarget",
  "resource/removed-port-field",
  "resource/roundtrip-routes",
  "resource/roundtrip-trafficsplit",
  "resource/roundtrip-traffictarget",
  "resource/target-requires-three",
  "traffic-access/deny-by-default-http",
  "traffic-access/http-allow-by-serviceaccount",
  "traffic-access/targets-are-additive",
  "traffic-access/tcp-allow-by-serviceaccount",
  "traffic-specs/headers-and",
  "traffic-specs/method-allow-list",
  "traffic-specs/path-anchored-start",
  "traffic-specs/path-literal",
  "traffic-split/no-split-default",
  "traffic-split/three-backends",
  "traffic-split/update-weights",
  "traffic-split/weight-0-100",
  "traffic-split/weight-100-0",
  "traffic-split/weight-75-25",
  "traffic-split/weights-not-100",
];

/** The bundled assertions, as far as the toy mesh knows enough for them. */
export async function readToyCatalogue(): Promise<Catalogue> {
  const catalogue = await readCatalogue("assertions");
  return { ...catalogue, assertions: catalogue.assertions.filter(({ id }) => toyRows.includes(id)) };
}

/** Virtual seconds that the toy mesh may take for a change. */
export const DEADLINE_S = 5;

export const toyProfile: MeshProfile = profileSchema.parse({
  mesh: "toy",
  title: "Toy Mesh",
  namespace: "toy-system",
  join: { host: "{service}.{namespace}.toy" },
  dataPlane: { requestHeader: "x-toy" },
  access: "enforced",
  propagation: { deadline: DEADLINE_S },
  ready: { deadline: 10, workloads: [{ kind: "Deployment", name: "toy" }] },
});

/** The definitions of a manifest as an API server serves them. */
export async function crdsOf(file: string): Promise<readonly KubernetesObject[]> {
  const status = {
    conditions: ["Established", "NamesAccepted"].map((type) => ({ type, status: "True" })),
  };
  return (await readManifest(file)).filter((o) => o.kind === "CustomResourceDefinition").map((o) => ({ ...o, status }));
}

export const newestCrds = () => crdsOf("test/lab/manifests/smi-crds-v0.6.0.yaml");

export interface ToyRun {
  readonly catalogue: Catalogue;
  readonly crds: readonly KubernetesObject[];
  readonly behaviour: Behaviour;
  /** Ids of the assertions to run; all where left out. */
  readonly only?: readonly string[];
  readonly seed?: number;
  readonly options?: Partial<SuiteOptions>;
  readonly admit?: Parameters<typeof createFakeCluster>[0]["admit"];
  /** Called with the cluster before the suite begins. */
  readonly onCluster?: (cluster: FakeCluster) => void;
}

export interface ToyResult {
  readonly results: readonly AssertionResult[];
  readonly cluster: FakeCluster;
  readonly log: readonly string[];
  verdict(id: string): string;
}

export async function runToy(run: ToyRun): Promise<ToyResult> {
  const { catalogue, crds, behaviour, only } = run;
  const clock = createVirtualClock();
  const cluster = createFakeCluster({
    clock,
    behaviour,
    crds,
    seed: run.seed ?? 1,
    ...(run.admit === undefined ? {} : { admit: run.admit }),
  });
  run.onCluster?.(cluster);
  const log = keptLog();
  const { results } = await runSuite({
    assertions: catalogue.assertions.filter(({ id }) => only === undefined || only.includes(id)),
    fixtures: catalogue.fixtures,
    served: servedFromCrds(crds),
    profile: toyProfile,
    run: "r1",
    appImage: "workload:test",
    parallel: 3,
    deadlineMs: undefined,
    cluster,
    clock,
    log,
    startedAt: clock.now(),
    ...run.options,
  });
  return { results, cluster, log: log.lines, verdict: (id) => results.find((r) => r.id === id)?.verdict ?? "absent" };
}
