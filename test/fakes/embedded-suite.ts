/** Runs the real suite on an embedded cluster without sockets, in virtual time: quick, and the same each time. */

import { type Catalogue, readProfile } from "../../src/adapters/files/catalogue.ts";
import type { AssertionResult } from "../../src/domain/report/report.ts";
import { type Served, servedFromCrds } from "../../src/domain/smi/served.ts";
import type { SmiVersions } from "../../src/domain/smi/version-set.ts";
import { newestVersions } from "../../src/embedded/api/definitions.ts";
import { createEmbeddedCluster, type EmbeddedOptions } from "../../src/embedded/cluster.ts";
import { defaultChoices } from "../../src/embedded/reference/open-choices.ts";
import { createVirtualClock } from "../../src/embedded/time/virtual-clock.ts";
import type { SuiteOptions } from "../../src/engine/suite/options.ts";
import { runSuite } from "../../src/engine/suite/run-suite.ts";
import { type MeshProfile, profileSchema } from "../../src/mesh/profile.ts";
import type { Cluster } from "../../src/ports.ts";
import { keptLog } from "./kept-log.ts";

export interface EmbeddedRun {
  readonly catalogue: Catalogue;
  /** Ids of the assertions to run; all where left out. */
  readonly only?: readonly string[];
  readonly cluster?: Partial<EmbeddedOptions>;
  readonly versions?: SmiVersions;
  /** Where this differs from the reference mesh's own. */
  readonly profile?: Partial<MeshProfile>;
  readonly options?: Partial<SuiteOptions>;
  /** What the suite is given in the cluster's place. */
  readonly through?: (cluster: Cluster) => Cluster;
}

export interface EmbeddedResult {
  readonly results: readonly AssertionResult[];
  readonly served: Served;
  readonly log: readonly string[];
  /** Names of the namespaces that are left. */
  readonly namespaces: readonly string[];
  verdicts(ids: readonly string[]): Readonly<Record<string, string>>;
}

/** Resolves once the cluster is closed again. */
export async function runEmbedded(run: EmbeddedRun): Promise<EmbeddedResult> {
  const { catalogue, only } = run;
  const { profile } = await readProfile("meshes", "reference", undefined, profileSchema);
  const clock = createVirtualClock();
  const cluster = await createEmbeddedCluster({
    versions: run.versions ?? newestVersions,
    mesh: "reference",
    faults: {},
    choices: defaultChoices,
    delayMs: 5,
    seed: 1,
    clock,
    wire: "memory",
    ...run.cluster,
  });
  const log = keptLog();
  try {
    const served = servedFromCrds(
      await cluster.list({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" }),
    );
    const { results } = await runSuite({
      assertions: catalogue.assertions.filter(({ id }) => only === undefined || only.includes(id)),
      fixtures: catalogue.fixtures,
      served,
      profile: { ...profile, ...run.profile },
      run: "r1",
      appImage: "embedded",
      parallel: 6,
      deadlineMs: undefined,
      cluster: run.through?.(cluster) ?? cluster,
      clock,
      log,
      startedAt: clock.now(),
      ...run.options,
    });
    const left = await cluster.list({ apiVersion: "v1", kind: "Namespace" });
    const verdictOf = (id: string) => results.find((r) => r.id === id)?.verdict ?? "absent";
    return {
      results,
      served,
      log: log.lines,
      namespaces: left.map(({ metadata }) => metadata.name),
      verdicts: (ids) => Object.fromEntries(ids.map((id) => [id, verdictOf(id)])),
    };
  } finally {
    await cluster.close();
  }
}
