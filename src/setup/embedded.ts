/** The embedded cluster's part of a plan: what its inputs name is looked up now; the cluster starts with the run. */

import { systemClock } from "../adapters/clock.ts";
import { versionsText } from "../domain/smi/version-set.ts";
import { suggest } from "../domain/suggest.ts";
import type { ClosableCluster, RunPlan } from "../engine/run/plan.ts";
import { ConfigurationError, InputErrors } from "../errors.ts";
import type { EmbeddedInputs } from "../inputs/inputs.ts";

/** Milliseconds after which the reference mesh acts on a change, so that a run sees it propagate. */
const DELAY_MS = 5;

/** Test cells in use at once. They mostly wait for the mesh and for each other's sockets, so more of them than processors pay. */
const CELLS = { memory: 12, sockets: 6 } as const;

export interface EmbeddedPlan {
  readonly start: () => Promise<ClosableCluster>;
  readonly mutant: RunPlan["mutant"];
  /** SMI versions that will be served, for people. */
  readonly versions: string;
  /** Random seed of the reference mesh. */
  readonly seed: number;
  /** Test cells in use at once, where the user does not say. */
  readonly parallel: number;
}

/** @throws InputErrors for an unknown mutant, and for incompatible versions */
export async function planEmbedded({ mutant: name, versions, seed, wire }: EmbeddedInputs): Promise<EmbeddedPlan> {
  // Loaded when they are needed, as the libraries of real clusters are.
  const [{ mutants }, { incompatibility, newestVersions }] = await Promise.all([
    import("../embedded/mutants/index.ts"),
    import("../embedded/api/definitions.ts"),
  ]);
  const errors: ConfigurationError[] = [];
  const mutant = mutants.find((one) => one.name === name);
  if (name !== undefined && mutant === undefined)
    errors.push(
      new ConfigurationError(
        "mutant",
        `there is no mutant "${name}"`,
        suggest(
          name,
          mutants.map((one) => one.name),
          `docs/kill-matrix.md lists all ${mutants.length}.`,
        ),
      ),
    );
  const asked = versions && { access: [versions.access], specs: [versions.specs], split: [versions.split] };
  const conflict = asked && incompatibility(asked);
  if (conflict !== undefined)
    errors.push(
      new ConfigurationError(
        "smi-versions",
        `"${Object.values(versions ?? {}).join(" ")}": ${conflict}`,
        'Give compatible versions, for example "v1alpha3 v1alpha4 v1alpha4" or "v1alpha2 v1alpha3 v1alpha3".',
      ),
    );
  if (errors.length > 0) throw new InputErrors(errors);
  const served = asked ?? mutant?.versions ?? newestVersions;
  return {
    ...{ seed, versions: versionsText(served), parallel: CELLS[wire] },
    mutant: mutant && { name: mutant.name, title: mutant.title },
    start: async () => {
      const [{ createEmbeddedCluster }, { defaultChoices }] = await Promise.all([
        import("../embedded/cluster.ts"),
        import("../embedded/reference/open-choices.ts"),
      ]);
      return createEmbeddedCluster({
        versions: served,
        mesh: "reference",
        faults: mutant?.faults ?? {},
        choices: defaultChoices,
        delayMs: DELAY_MS,
        seed,
        clock: systemClock,
        wire,
      });
    },
  };
}
