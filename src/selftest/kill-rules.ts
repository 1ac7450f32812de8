/** The rules that a kill matrix must satisfy. Each violation is a sentence that names the mutant or assertion concerned. */
import { needsAttention, type Verdict, verdicts } from "../domain/report/verdict.ts";
import {
  type AssertionFacts,
  type Clause,
  idsWith,
  type KillMatrix,
  killsOf,
  type MatrixRun,
  type MutantFacts,
  names,
  shareClause,
  whyUnrelated,
} from "./kill-matrix.ts";

const list = (ids: readonly string[]) => ids.join(", ");

const clauseText = ({ doc, line }: Clause) => (line === undefined ? doc : `${doc} line ${line}`);

/** The reference mesh passes every assertion that applies, and each applies to at least one set of versions. */
function referenceViolations(
  reference: readonly MatrixRun[],
  assertions: readonly AssertionFacts[],
): readonly string[] {
  return assertions.flatMap((assertion) => {
    const seen = reference.map((run) => ({
      versions: run.versions,
      verdict: verdicts.find((verdict) => idsWith(run, verdict).includes(assertion.id)),
    }));
    const wanted = assertion.observed ? "OBSERVED" : "PASS";
    const wrong = seen
      .filter(({ verdict }) => verdict !== wanted && verdict !== "NOT_APPLICABLE")
      .map(
        ({ versions, verdict }) =>
          `the reference mesh gets ${verdict ?? "no verdict"} instead of ${wanted} on ${assertion.id} (${versions})`,
      );
    if (seen.every(({ verdict }) => verdict === "NOT_APPLICABLE"))
      wrong.push(`${assertion.id} applies to none of the versions with which the reference mesh was run`);
    return wrong;
  });
}

/** A mutant is killed by an assertion that cites its clause, unless that assertion is not written yet. */
function survival(mutant: MutantFacts, run: MatrixRun, assertions: readonly AssertionFacts[]): readonly string[] {
  const { related, unrelated } = killsOf(run, mutant, assertions);
  const pending = mutant.pendingAssertion;
  if (pending !== undefined) {
    if (assertions.some(({ id }) => id === pending))
      return [
        `mutant ${mutant.name}: the pending assertion ${pending} has been written; remove it from the expected kills`,
      ];
    return related.length === 0
      ? []
      : [`mutant ${mutant.name}: ${pending} is still pending, but ${list(related)} already kill it`];
  }
  if (related.length > 0) return [];
  const citing = assertions.filter(({ basis }) => shareClause(basis, mutant.clauses)).map(({ id }) => id);
  const clause = mutant.clauses.map(clauseText).join(" or ");
  const why = citing.length === 0 ? `no assertion cites ${clause}` : `${list(citing)} cite ${clause} but do not fail`;
  return [
    `mutant ${mutant.name} survives: ${why}${unrelated.length === 0 ? "" : ` (only assertions on other clauses fail: ${list(unrelated)})`}`,
  ];
}

/** A kill by an assertion on another clause needs an explanation; an explanation needs such a kill. */
function explanations(mutant: MutantFacts, run: MatrixRun, assertions: readonly AssertionFacts[]): readonly string[] {
  const { unrelated } = killsOf(run, mutant, assertions);
  const entries = (mutant.alsoFails ?? []).flatMap((explanation) => explanation.assertions);
  const facts = new Map(assertions.map((assertion) => [assertion.id, assertion]));
  const unexplained = unrelated.filter((id) => whyUnrelated(facts.get(id), mutant) === undefined);
  const mistaken = entries.flatMap((entry) => {
    if (!assertions.some(({ id }) => names(entry, id)))
      return [`mutant ${mutant.name}: alsoFails names ${entry}, but there is no such assertion`];
    return unrelated.some((id) => names(entry, id))
      ? []
      : [`mutant ${mutant.name}: alsoFails names ${entry}, but no such assertion on another clause fails`];
  });
  return [
    ...unexplained.map(
      (id) => `${id} fails on mutant ${mutant.name}, whose clause it neither cites nor covers, and nothing explains it`,
    ),
    ...mistaken,
  ];
}

function mutantViolations(
  mutant: MutantFacts,
  run: MatrixRun | undefined,
  assertions: readonly AssertionFacts[],
): readonly string[] {
  if (run === undefined) return [`mutant ${mutant.name} was not run`];
  return [...survival(mutant, run, assertions), ...explanations(mutant, run, assertions)];
}

/**
 * An assertion whose verdict counts must have failed on a fault in a clause that it cites; to fail on a clause that it merely
 * covers shows nothing. One that only observes cannot fail: the matrix names it.
 */
function withoutKills(
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
    .map(({ id }) => `${id} kills no mutant: it fails on no fault in a clause that it cites`);
}

/**
 * No choice that the specification leaves open counts against a mesh. `runs` are of the reference mesh with one choice each.
 */
export function choiceViolations(
  runs: readonly {
    readonly name: string;
    readonly results: readonly { readonly id: string; readonly verdict: Verdict }[];
  }[],
): readonly string[] {
  return runs.flatMap(({ name, results }) =>
    results
      .filter(needsAttention)
      .map(({ id, verdict }) => `${name}: ${id} holds an open choice against the mesh (${verdict})`),
  );
}

/** All violations: first names that do not match, then the reference mesh, the mutants and the assertions. */
export function violations(
  matrix: KillMatrix,
  assertions: readonly AssertionFacts[],
  mutants: readonly MutantFacts[],
): readonly string[] {
  const runs = new Map(matrix.mutants.map((run) => [run.name, run]));
  const known = new Set(mutants.map(({ name }) => name));
  const twice = new Set(mutants.map(({ name }) => name).filter((name, index, all) => all.indexOf(name) !== index));
  const ids = new Set(assertions.map(({ id }) => id));
  const ran = [...matrix.reference, ...matrix.mutants].flatMap((run) => verdicts.flatMap((v) => idsWith(run, v)));
  return [
    ...[...twice].map((name) => `there are two mutants ${name}`),
    ...matrix.mutants.flatMap(({ name }) =>
      known.has(name) ? [] : [`the matrix has ${name}, but there is no such mutant`],
    ),
    ...[...new Set(ran)].flatMap((id) => (ids.has(id) ? [] : [`the matrix has ${id}, but there is no such assertion`])),
    ...referenceViolations(matrix.reference, assertions),
    ...mutants.flatMap((mutant) => mutantViolations(mutant, runs.get(mutant.name), assertions)),
    ...withoutKills(runs, assertions, mutants),
  ];
}

/** The verdicts in which two matrices differ, as sentences; empty if only the digest differs. */
export function differences(recorded: KillMatrix, fresh: KillMatrix): readonly string[] {
  const runs = (matrix: KillMatrix) =>
    new Map([
      ...matrix.reference.map((run) => [`the reference mesh (${run.versions})`, run] as const),
      ...matrix.mutants.map((run) => [`mutant ${run.name} (${run.versions})`, run] as const),
    ]);
  const [before, after] = [runs(recorded), runs(fresh)];
  const verdictOf = (run: MatrixRun, id: string) =>
    verdicts.find((v) => idsWith(run, v).includes(id)) ?? "PASS or OBSERVED";
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (old === undefined || now === undefined)
      return [`${name}: ${old === undefined ? "not in the recorded matrix" : "recorded, but not run now"}`];
    const ids = new Set([old, now].flatMap((run) => verdicts.flatMap((v) => idsWith(run, v))));
    return [...ids].sort().flatMap((id) => {
      const [was, is] = [verdictOf(old, id), verdictOf(now, id)];
      return was === is ? [] : [`${name}: ${id} was ${was} and is now ${is}`];
    });
  });
}
