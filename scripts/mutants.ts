/**
 * The kill matrix: the suite against the reference mesh, under each choice that the specification leaves open, and against every
 * mutant of it, on embedded clusters.
 *   npm run mutants                           run all, write docs/kill-matrix.json and docs/kill-matrix.md
 *   npm run mutants -- --check                run all, write nothing: both files must be what this run gives
 *   npm run mutants -- --sockets --check      the same over real sockets in real time: about a quarter of an hour
 *   npm run mutants -- --only NAME[,NAME]     every assertion on these meshes (`reference` is one); prints why assertions fail
 *   npm run mutants -- --recorded [--check]   run nothing: check the rules and make the Markdown from the recorded JSON
 * Further options: --workers N (default: one for each processor), --parallel N (test cells at once in a suite), --verbose.
 * Exit code 1: a rule is broken or a file is stale; 2: bad input; 3: the suite could not be run.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readCatalogue, readProfile } from "../src/adapters/files/catalogue.ts";
import { type Assertion, isBehaviour } from "../src/domain/assertion/assertion.ts";
import type { Fixture } from "../src/domain/assertion/fixture.ts";
import { isUnclear, needsAttention } from "../src/domain/report/verdict.ts";
import { versionsText } from "../src/domain/smi/version-set.ts";
import { mutants } from "../src/embedded/mutants/index.ts";
import { ConfigurationError, describeError } from "../src/errors.ts";
import { profileSchema } from "../src/mesh/profile.ts";
import { count } from "../src/render/text/quantities.ts";
import { clauseCoverage } from "../src/selftest/clause-coverage.ts";
import { expectedKills } from "../src/selftest/expected-kills.ts";
import {
  type AssertionFacts,
  isRecorded,
  type KillMatrix,
  killMatrix,
  killMatrixSchema,
  killsOf,
  runOf,
  withExpectedKills,
} from "../src/selftest/kill-matrix.ts";
import { renderKillMatrix } from "../src/selftest/kill-matrix-markdown.ts";
import { choiceViolations, differences, violations } from "../src/selftest/kill-rules.ts";
import { killDigest } from "./kill-digest.ts";
import { choiceJobs, jobOf, type KillRuns, killRuns, REFERENCE, referenceJob, referenceVersions } from "./kill-runs.ts";
import { createPool, defaultSettings, type SuiteJob, type SuiteOutcome } from "./suite-pool.ts";

const root = join(import.meta.dirname, "..");
const files = { json: join(root, "docs", "kill-matrix.json"), markdown: join(root, "docs", "kill-matrix.md") };
const say = (line: string) => process.stdout.write(`${line}\n`);
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

const mutantFacts = withExpectedKills(mutants, expectedKills);

const factsOf = (assertion: Assertion, fixture: Fixture | undefined): AssertionFacts => ({
  id: assertion.id,
  title: assertion.title,
  basis: assertion.basis,
  covers: fixture === undefined ? [] : clauseCoverage(assertion, fixture),
  behaviour: isBehaviour(assertion),
  observed: assertion.observed === true,
});

/** Test cells at once in real time, most of which is spent waiting. */
const SOCKET_CELLS = 6;

/** Progress for people: which mutant, how long it took, how many killed it. */
function progress(job: SuiteJob, { results, durationMs }: SuiteOutcome, facts: readonly AssertionFacts[]): string {
  const mutant = mutantFacts.find(({ name }) => name === job.name);
  const run = runOf(job.versions, results);
  const unclear = results.filter(isUnclear).length;
  const of = (verdict: string) => results.filter((r) => r.verdict === verdict).length;
  const words: string[] = [];
  if (mutant === undefined) {
    words.push(`${of("PASS")} pass`, `${of("FAIL")} fail`, run.versions);
  } else {
    const { related, unrelated } = killsOf(run, mutant, facts);
    const survives = mutant.pendingAssertion === undefined ? "SURVIVES" : "pending";
    words.push(related.length === 0 ? survives : `killed by ${related.length}`);
    if (unrelated.length > 0) words.push(`${unrelated.length} on other clauses`);
    words.push(`of ${results.length} assertions`);
  }
  if (unclear > 0) words.push(`${unclear} unclear`);
  return `${job.name.padEnd(36)} ${seconds(durationMs).padStart(7)}  ${words.join(", ")}`;
}

function matrixOf(runs: KillRuns, digest: string): KillMatrix {
  return killMatrix(
    digest,
    runs.reference.map(({ job, results }) => runOf(job.versions, results)),
    runs.mutants.map(({ job, results }) => ({ name: job.name, ...runOf(job.versions, results, isRecorded) })),
  );
}

/** The jobs with these names. */
function selected(names: readonly string[], referenceJobs: readonly SuiteJob[]): readonly SuiteJob[] {
  const all = [...referenceJobs, ...mutants.map(jobOf), ...choiceJobs];
  const unknown = names.find((name) => !all.some((job) => job.name === name));
  if (unknown === undefined) return all.filter(({ name }) => names.includes(name));
  const known = mutants.map(({ name }) => name).sort();
  throw new ConfigurationError(
    "only",
    `there is no mutant "${unknown}"`,
    `The mutants are ${known.join(", ")}; "${REFERENCE}" is the mesh without a fault.`,
  );
}

async function recorded(): Promise<KillMatrix | undefined> {
  const text = await readFile(files.json, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return text === undefined ? undefined : killMatrixSchema.parse(JSON.parse(text));
}

function sayList(title: string, sentences: readonly string[]): void {
  if (sentences.length > 0) say(`${title} (${sentences.length}):\n${sentences.map((s) => `  ${s}`).join("\n")}`);
}

function wholeNumber(name: string, given: string): number {
  if (!/^[1-9]\d{0,3}$/.test(given))
    throw new ConfigurationError(
      name,
      `"${given}" is not a whole number of at least 1`,
      "Omit the option or give such a number.",
    );
  return Number(given);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      check: { type: "boolean", default: false },
      sockets: { type: "boolean", default: false },
      recorded: { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
      only: { type: "string" },
      workers: { type: "string", default: String(defaultSettings.workers) },
      parallel: { type: "string" },
    },
  });
  const settings = {
    ...defaultSettings,
    workers: wholeNumber("workers", values.workers),
    wire: values.sockets ? ("sockets" as const) : defaultSettings.wire,
    parallel: wholeNumber(
      "parallel",
      values.parallel ?? String(values.sockets ? SOCKET_CELLS : defaultSettings.parallel),
    ),
    verbose: values.verbose,
  };
  const catalogue = await readCatalogue(join(root, "assertions"));
  const facts = catalogue.assertions.map((a) => factsOf(a, catalogue.fixtures.get(a.fixture)));
  const digest = await killDigest(root);
  const old = await recorded();

  /** Gives `work` a pool of its own, and says what it took. */
  async function measured<T>(work: (pool: ReturnType<typeof createPool>) => Promise<T>): Promise<T> {
    const began = performance.now();
    const pool = createPool(settings);
    const value = await work(pool).finally(() => pool.close());
    say(
      `${seconds(performance.now() - began)} on ${count(settings.workers, "worker")}, ${seconds(cpuMs)} of processor time`,
    );
    return value;
  }
  let cpuMs = 0;
  const onDone = (job: SuiteJob, outcome: SuiteOutcome, done: string) => {
    cpuMs += outcome.cpuMs;
    say(`[${done.padStart(7)}] ${progress(job, outcome, facts)}`);
  };

  if (values.recorded) {
    if (old?.digest !== digest) {
      say(`docs/kill-matrix.json is ${old === undefined ? "missing" : "out of date"}.`);
      say("  Next: npm run mutants, which regenerates it in a minute or two; then review what changed.");
      return 1;
    }
    return conclude(old, old);
  }
  const { profile } = await readProfile(join(root, "meshes"), REFERENCE, undefined, profileSchema);
  const sets = referenceVersions(catalogue, profile);
  if (values.only !== undefined) {
    const jobs = selected(values.only.split(","), sets.map(referenceJob));
    const outcomes = await measured((pool) =>
      pool.run(jobs, (job, outcome, done) => onDone(job, outcome, `${done}/${jobs.length}`)),
    );
    for (const [index, job] of jobs.entries())
      for (const { id, verdict, reason } of outcomes[index]?.results ?? [])
        if (needsAttention({ verdict }))
          say(`${job.name} (${versionsText(job.versions)}): ${verdict} ${id}: ${reason}`);
    return 0;
  }
  const runs = await measured((pool) => killRuns({ pool, sets, onDone }));
  for (const { job, results } of runs.reference)
    for (const { id, verdict, reason } of results)
      if (needsAttention({ verdict })) say(`${job.name} (${versionsText(job.versions)}): ${verdict} ${id}: ${reason}`);
  const unfair = choiceViolations(runs.choices.map(({ job, results }) => ({ name: job.name, results })));
  return conclude(matrixOf(runs, digest), old, unfair);

  /** Checks the rules, then compares or writes the files. */
  async function conclude(
    matrix: KillMatrix,
    before: KillMatrix | undefined,
    unfair: readonly string[] = [],
  ): Promise<number> {
    const markdown = renderKillMatrix(matrix, facts, mutantFacts);
    const broken = [...violations(matrix, facts, mutantFacts), ...unfair];
    sayList("Broken rules", broken);
    const stale: string[] = [];
    if (values.check) {
      if (before === undefined) stale.push("docs/kill-matrix.json is missing");
      else {
        stale.push(...differences(before, matrix));
        if (before.digest !== matrix.digest)
          stale.push("docs/kill-matrix.json belongs to another state of the sources");
      }
      if ((await readFile(files.markdown, "utf8").catch(() => "")) !== markdown)
        stale.push("docs/kill-matrix.md does not match the JSON");
      sayList("Stale", stale);
      if (stale.length > 0)
        say(`  Next: npm run mutants${values.recorded ? " -- --recorded" : ""}; then review what changed.`);
    } else {
      if (!values.recorded) await writeFile(files.json, `${JSON.stringify(matrix, null, 2)}\n`);
      await writeFile(files.markdown, markdown);
      say(`Written: ${values.recorded ? "" : "docs/kill-matrix.json, "}docs/kill-matrix.md`);
    }
    if (broken.length === 0)
      say(`Every rule holds: ${count(facts.length, "assertion")}, ${count(mutants.length, "mutant")}.`);
    return broken.length + stale.length === 0 ? 0 : 1;
  }
}

process.exitCode = await main().catch((error: unknown) => {
  const { message, next } = describeError(error);
  process.stderr.write(`error: ${message}${next === undefined ? "" : `\n  next: ${next}`}\n`);
  return error instanceof ConfigurationError ? 2 : 3;
});
