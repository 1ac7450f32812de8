/** What must be true of a kill matrix. Each violation is a sentence that names the mutant or the assertion at fault. */

import { verdicts } from "../domain/report/verdict.ts";
import {
  type AssertionFacts,
  type Clause,
  type KillMatrix,
  killsOf,
  type MatrixRun,
  type MutantFacts,
  names,
  rowsOf,
  shareClause,
  waitsFor,
  whyUnrelated,
} from "./kill-matrix.ts";

const list = (ids: readonly string[]) => ids.join(", ");

const clauseText = ({ doc, line }: Clause) => (line === undefined ? doc : `${doc} line ${line}`);

/** The reference mesh: PASS on all that applies, and all applies somewhere. */
function referenceViolations(
  reference: readonly MatrixRun[],
  assertions: readonly AssertionFacts[],
): readonly string[] {
  return assertions.flatMap((assertion) => {
    const seen = reference.map((run) => ({
      versions: run.versions,
      verdict: verdicts.find((verdict) => rowsOf(run, verdict).includes(assertion.id)),
    }));
    const wanted = assertion.observed ? "OBSERVED" : "PASS";
    const wrong = seen
      .filter(({ verdict }) => verdict !== wanted && verdict !== "NOT_APPLICABLE")
      .map(
        ({ versions, verdict }) =>
          `the reference mesh gets ${verdict ?? "no verdict"} on ${assertion.id}, and not ${wanted} (${versions})`,
      );
    if (seen.every(({ verdict }) => verdict === "NOT_APPLICABLE"))
      wrong.push(`${assertion.id} applies to none of the versions that the reference mesh was run with`);
    return wrong;
  });
}

function survival(mutant: MutantFacts, run: MatrixRun, assertions: readonly AssertionFacts[]): readonly string[] {
  const { related, unrelated } = killsOf(run, mutant, assertions);
  const waits = waitsFor(mutant);
  if (waits.length > 0) {
    const written = waits.filter((row) => assertions.some(({ id }) => id === row));
    if (written.length > 0) return [`mutant ${mutant.name} waits for ${list(written)}, which is written by now`];
    return related.length === 0
      ? []
      : [`mutant ${mutant.name} waits for ${list(waits)}, and ${list(related)} of its clause kill it already`];
  }
  if (related.length > 0) return [];
  const citing = assertions.filter(({ basis }) => shareClause(basis, mutant.clauses)).map(({ id }) => id);
  const clause = mutant.clauses.map(clauseText).join(" or ");
  const why = citing.length === 0 ? `no assertion cites ${clause}` : `${list(citing)} cite ${clause} and do not fail`;
  return [
    `mutant ${mutant.name} survives: ${why}${unrelated.length === 0 ? "" : ` (${list(unrelated)} of other clauses fail)`}`,
  ];
}

/** Kills by assertions of other clauses need a reason; a reason needs such a kill. */
function excuses(mutant: MutantFacts, run: MatrixRun, assertions: readonly AssertionFacts[]): readonly string[] {
  const { unrelated } = killsOf(run, mutant, assertions);
  const entries = (mutant.alsoFails ?? []).flatMap((excuse) => excuse.assertions);
  const facts = new Map(assertions.map((assertion) => [assertion.id, assertion]));
  const unexplained = unrelated.filter((id) => whyUnrelated(facts.get(id), mutant) === undefined);
  const faulty = entries.flatMap((entry) => {
    if (!assertions.some(({ id }) => names(entry, id)))
      return [`mutant ${mutant.name}: alsoFails names ${entry}, and there is no such assertion`];
    return unrelated.some((id) => names(entry, id))
      ? []
      : [`mutant ${mutant.name}: alsoFails says that ${entry} of another clause fails, and none does`];
  });
  return [
    ...unexplained.map(
      (id) => `${id} fails on mutant ${mutant.name}, whose clause it does not cite, and nothing says why`,
    ),
    ...faulty,
  ];
}

function mutantViolations(
  mutant: MutantFacts,
  run: MatrixRun | undefined,
  assertions: readonly AssertionFacts[],
): readonly string[] {
  if (run === undefined) return [`mutant ${mutant.name} was not run`];
  return [...survival(mutant, run, assertions), ...excuses(mutant, run, assertions)];
}

/**
 * A row whose verdict counts must have failed on a fault of what it is about: another's premise may be its own, and shows
 * nothing. One that only observes cannot fail: the matrix names it.
 */
function toothless(
  runs: ReadonlyMap<string, MatrixRun>,
  assertions: readonly AssertionFacts[],
  mutants: readonly MutantFacts[],
): readonly string[] {
  const killers = new Set(
    mutants.flatMap((mutant) => {
      const run = runs.get(mutant.name);
      return run === undefined ? [] : killsOf(run, mutant, assertions).related;
    }),
  );
  return assertions
    .filter(({ id, observed }) => !observed && !killers.has(id))
    .map(({ id }) => `${id} is toothless: it fails on no mutant of its clause`);
}

/** All violations, in the order: what does not fit together, the reference, the mutants, the assertions. */
export function violations(
  matrix: KillMatrix,
  assertions: readonly AssertionFacts[],
  mutants: readonly MutantFacts[],
): readonly string[] {
  const runs = new Map(matrix.mutants.map((run) => [run.name, run]));
  const known = new Set(mutants.map(({ name }) => name));
  const twice = new Set(mutants.map(({ name }) => name).filter((name, index, all) => all.indexOf(name) !== index));
  const ids = new Set(assertions.map(({ id }) => id));
  const ran = [...matrix.reference, ...matrix.mutants].flatMap((run) => verdicts.flatMap((v) => rowsOf(run, v)));
  return [
    ...[...twice].map((name) => `there are two mutants ${name}`),
    ...matrix.mutants.flatMap(({ name }) =>
      known.has(name) ? [] : [`the matrix has ${name}, and there is no such mutant`],
    ),
    ...[...new Set(ran)].flatMap((id) => (ids.has(id) ? [] : [`the matrix has ${id}, and there is no such assertion`])),
    ...referenceViolations(matrix.reference, assertions),
    ...mutants.flatMap((mutant) => mutantViolations(mutant, runs.get(mutant.name), assertions)),
    ...toothless(runs, assertions, mutants),
  ];
}

/** Where two matrices differ in a verdict, as sentences; empty when only the digest does. */
export function differences(recorded: KillMatrix, fresh: KillMatrix): readonly string[] {
  const runs = (matrix: KillMatrix) =>
    new Map([
      ...matrix.reference.map((run) => [`the reference mesh (${run.versions})`, run] as const),
      ...matrix.mutants.map((run) => [`mutant ${run.name} (${run.versions})`, run] as const),
    ]);
  const [before, after] = [runs(recorded), runs(fresh)];
  const verdictOf = (run: MatrixRun, id: string) =>
    verdicts.find((v) => rowsOf(run, v).includes(id)) ?? "PASS or OBSERVED";
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (old === undefined || now === undefined)
      return [`${name}: ${old === undefined ? "not in the recorded matrix" : "recorded, and not run now"}`];
    const ids = new Set([old, now].flatMap((run) => verdicts.flatMap((v) => rowsOf(run, v))));
    return [...ids].sort().flatMap((id) => {
      const [was, is] = [verdictOf(old, id), verdictOf(now, id)];
      return was === is ? [] : [`${name}: ${id} was ${was}, and is ${is}`];
    });
  });
}
