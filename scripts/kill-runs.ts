/** The runs behind the kill matrix: the reference mesh on each set of versions, then each mutant, every assertion on each. */
import { createHash } from "node:crypto";
import type { Catalogue } from "../src/adapters/files/catalogue.ts";
import { servedFromCrds } from "../src/domain/smi/served.ts";
import { type SmiVersions, versionsText } from "../src/domain/smi/version-set.ts";
import { incompatibility, newestVersions, smiDefinitions } from "../src/embedded/api/definitions.ts";
import { type Mutant, mutants } from "../src/embedded/mutants/index.ts";
import { type Choices, choiceSettings, declaredAs } from "../src/embedded/reference/open-choices.ts";
import { applicability } from "../src/engine/suite/applicability.ts";
import type { MeshProfile } from "../src/mesh/profile.ts";
import { coveringVersions } from "../src/selftest/kill-matrix.ts";
import type { Pool, SuiteJob, SuiteOutcome } from "./suite-pool.ts";

export const REFERENCE = "reference";

export interface KillRun {
  readonly job: SuiteJob;
  readonly results: SuiteOutcome["results"];
}

export interface KillRuns {
  readonly reference: readonly KillRun[];
  readonly mutants: readonly KillRun[];
  /** The reference mesh under each setting of a choice that is not the default. */
  readonly choices: readonly KillRun[];
}

/** A seed for each run, so that its outcome does not depend on the other runs. */
const seedOf = (name: string) => createHash("sha256").update(name).digest().readUInt32BE();

export const jobOf = ({ name, faults, versions = newestVersions }: Mutant): SuiteJob => ({
  ...{ name, faults, versions },
  seed: seedOf(name),
});

export const referenceJob = (versions: SmiVersions): SuiteJob => ({
  ...{ name: REFERENCE, faults: {}, versions },
  seed: seedOf(versionsText(versions)),
});

/** The reference mesh with one choice made otherwise, and declared in its profile if it has to be. */
export const choiceJobs: readonly SuiteJob[] = (Object.keys(choiceSettings) as (keyof Choices)[]).flatMap((choice) =>
  choiceSettings[choice].slice(1).map((setting): SuiteJob => {
    const name = `${REFERENCE} with ${choice} ${setting}`;
    const reading = declaredAs[choice];
    return {
      ...{ name, faults: {}, versions: newestVersions, seed: seedOf(name) },
      choices: { [choice]: setting },
      readings: reading === undefined ? [] : [reading],
    };
  }),
);

/** Every compatible set of one version each, the newest first. */
function compatibleSets(): readonly SmiVersions[] {
  const all = ["v1alpha4", "v1alpha3", "v1alpha2", "v1alpha1"];
  const sets = all.flatMap((access) =>
    all.flatMap((specs) => all.map((split) => ({ access: [access], specs: [specs], split: [split] }))),
  );
  return sets.filter((set) => incompatibility(set) === undefined);
}

/** The sets of versions that mutants need, and those without which an assertion would apply nowhere. */
export function referenceVersions({ assertions, fixtures }: Catalogue, profile: MeshProfile): readonly SmiVersions[] {
  const byId = new Map(assertions.map((a) => [a.id, a]));
  const must = [newestVersions, ...mutants.flatMap(({ versions }) => versions ?? [])];
  return coveringVersions([...byId.keys()], must, compatibleSets(), (id, versions) => {
    const assertion = byId.get(id);
    const fixture = assertion && fixtures.get(assertion.fixture);
    if (assertion === undefined || fixture === undefined) return false;
    return applicability(assertion, fixture, servedFromCrds(smiDefinitions(versions)), profile).applies;
  });
}

export interface KillRunsOptions {
  readonly pool: Pool;
  readonly sets: readonly SmiVersions[];
  readonly onDone: (job: SuiteJob, outcome: SuiteOutcome, done: string) => void;
}

export async function killRuns({ pool, sets, onDone }: KillRunsOptions): Promise<KillRuns> {
  const jobs = [...sets.map(referenceJob), ...mutants.map(jobOf), ...choiceJobs];
  const outcomes = await pool.run(jobs, (job, outcome, done) => onDone(job, outcome, `${done}/${jobs.length}`));
  const runs = jobs.map((job, index) => ({ job, results: outcomes[index]?.results ?? [] }));
  const absent = new Map(
    runs
      .slice(0, sets.length)
      .map(({ job, results }) => [
        versionsText(job.versions),
        new Set(results.filter(({ verdict }) => verdict === "NOT_APPLICABLE").map(({ id }) => id)),
      ]),
  );
  return {
    reference: runs.slice(0, sets.length),
    mutants: runs.slice(sets.length, sets.length + mutants.length).map(({ job, results }) => ({
      job,
      results: results.filter(({ id }) => !absent.get(versionsText(job.versions))?.has(id)),
    })),
    choices: runs.slice(sets.length + mutants.length),
  };
}
