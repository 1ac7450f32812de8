/**
 * The kill matrix: the verdicts of every assertion on the reference mesh and on each of its mutants. A mutant deviates from
 * the specification in one clause; an assertion whose verdict on it is FAIL has killed it. This is the proof that every
 * assertion can fail, and that none fails for any other reason than the one it states.
 */
import { z } from "zod";
import { type Verdict, verdicts } from "../domain/report/verdict.ts";
import { type SmiVersions, versionsText } from "../domain/smi/version-set.ts";

export const KILL_MATRIX_API_VERSION = "smi-conformance/kill-matrix/v1";

const runSchema = z.strictObject({
  versions: z.string().describe("SMI versions that were served, as `versionsText` writes them"),
  verdicts: z
    .partialRecord(z.enum(verdicts), z.array(z.string()))
    .describe("Verdict to the assertions with it, sorted"),
});

export const killMatrixSchema = z.strictObject({
  apiVersion: z.literal(KILL_MATRIX_API_VERSION),
  digest: z.string().describe("SHA-256 of everything that decides the verdicts; if it differs, the runs are stale"),
  reference: z.array(runSchema).min(1).describe("The reference mesh itself, once for each set of versions"),
  mutants: z
    .array(runSchema.extend({ name: z.string() }))
    .describe("Sorted by name; assertions with PASS or OBSERVED are left out"),
});

/** One run of the suite. Every assertion that ran is in one of the lists, but for those that the schema leaves out. */
export interface MatrixRun {
  readonly versions: string;
  readonly verdicts: Readonly<Partial<Record<Verdict, readonly string[]>>>;
}

export interface MutantRun extends MatrixRun {
  readonly name: string;
}

export interface KillMatrix {
  readonly apiVersion: typeof KILL_MATRIX_API_VERSION;
  readonly digest: string;
  readonly reference: readonly MatrixRun[];
  readonly mutants: readonly MutantRun[];
}

/** A sentence of the specification: document and line, as domain/smi/specification.ts has them. */
export interface Clause {
  readonly doc: string;
  readonly line?: number | undefined;
}

/** What the matrix needs to know about a mutant. */
export interface MutantFacts {
  readonly name: string;
  readonly title: string;
  /** Behaviour family, for example `traffic-split/weights`. */
  readonly family: string;
  /** The clause that it breaks, with its like in other versions of the document. */
  readonly clauses: readonly Clause[];
  /** Assertion that would kill it and is not written yet: it may survive until then. */
  readonly pendingAssertion?: string | undefined;
  /** Assertions (`id` or `prefix/*`) of other clauses that fail as well, and why they must. */
  readonly alsoFails?: readonly { readonly assertions: readonly string[]; readonly why: string }[] | undefined;
}

/** The mutants with what is expected of each; an expectation for a mutant that does not exist is left out. */
export function withExpectedKills(
  mutants: readonly MutantFacts[],
  expected: Readonly<Record<string, Pick<MutantFacts, "pendingAssertion" | "alsoFails">>>,
): readonly MutantFacts[] {
  return mutants.map((mutant) => ({ ...mutant, ...expected[mutant.name] }));
}

/** What it needs to know about an assertion. */
export interface AssertionFacts {
  readonly id: string;
  readonly title: string;
  readonly basis: readonly Clause[];
  /** Clauses that it depends on besides, and why: on mutants of these it may fail too. */
  readonly covers?: readonly { readonly clauses: readonly Clause[]; readonly why: string }[];
  /** Whether it sends traffic; others are about the Kubernetes API alone. */
  readonly behaviour: boolean;
  /** Whether it only records what happens. All others must kill something. */
  readonly observed: boolean;
}

export const idsWith = (run: MatrixRun, verdict: Verdict): readonly string[] => run.verdicts[verdict] ?? [];

/** A clause without a line names a whole document, and is shared by nothing. */
export function shareClause(x: readonly Clause[], y: readonly Clause[]): boolean {
  return x.some((a) => a.line !== undefined && y.some((b) => a.doc === b.doc && a.line === b.line));
}

/** Whether an entry of `alsoFails` names this assertion. */
export function names(entry: string, id: string): boolean {
  return entry.endsWith("/*") ? id.startsWith(entry.slice(0, -1)) : entry === id;
}

/** The assertions with FAIL on a mutant, separated by whether they cite a clause that it breaks. */
export interface Kills {
  readonly related: readonly string[];
  readonly unrelated: readonly string[];
}

export function killsOf(run: MatrixRun, mutant: MutantFacts, assertions: readonly AssertionFacts[]): Kills {
  const basis = new Map(assertions.map((a) => [a.id, a.basis]));
  const failed = idsWith(run, "FAIL");
  const related = failed.filter((id) => shareClause(basis.get(id) ?? [], mutant.clauses));
  return { related, unrelated: failed.filter((id) => !related.includes(id)) };
}

/** Why an assertion that does not cite a mutant's clause fails on it nevertheless; undefined if nothing explains it. */
export function whyUnrelated(assertion: AssertionFacts | undefined, mutant: MutantFacts): string | undefined {
  const entry = mutant.alsoFails?.find(({ assertions }) => assertions.some((e) => names(e, assertion?.id ?? "")));
  return entry?.why ?? assertion?.covers?.find(({ clauses }) => shareClause(clauses, mutant.clauses))?.why;
}

/** The verdicts of one run by verdict; `keep` says which of them are recorded. */
export function runOf(
  versions: SmiVersions,
  results: readonly { readonly id: string; readonly verdict: Verdict }[],
  keep: (verdict: Verdict) => boolean = () => true,
): MatrixRun {
  const lists = verdicts.flatMap((verdict) => {
    const ids = results.filter((r) => r.verdict === verdict).map((r) => r.id);
    return ids.length > 0 && keep(verdict) ? [[verdict, ids.sort()] as const] : [];
  });
  return { versions: versionsText(versions), verdicts: Object.fromEntries(lists) };
}

/** Whether a verdict on a mutant is recorded: what a mesh without a fault gets is not. */
export const isRecorded = (verdict: Verdict): boolean => verdict !== "PASS" && verdict !== "OBSERVED";

const byText = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);

/** Sorted, so that two matrices with the same verdicts are the same text. The reference runs keep their order. */
export function killMatrix(digest: string, reference: readonly MatrixRun[], mutants: readonly MutantRun[]): KillMatrix {
  return {
    apiVersion: KILL_MATRIX_API_VERSION,
    digest,
    reference,
    mutants: mutants
      .toSorted((x, y) => byText(x.name, y.name))
      .map(({ name, versions, verdicts: v }) => ({ name, versions, verdicts: v })),
  };
}

/**
 * The sets of versions on which the reference mesh has to run so that each assertion applies to at least one: those in `must`,
 * and then of `others` the one that most assertions still need, the first of equals, until no other helps.
 */
export function coveringVersions(
  ids: readonly string[],
  must: readonly SmiVersions[],
  others: readonly SmiVersions[],
  applies: (id: string, versions: SmiVersions) => boolean,
): readonly SmiVersions[] {
  const chosen = [...new Map(must.map((set) => [versionsText(set), set])).values()];
  let open = ids.filter((id) => !chosen.some((set) => applies(id, set)));
  while (open.length > 0) {
    const gains = others.map((set) => ({ set, gain: open.filter((id) => applies(id, set)).length }));
    const best = gains.reduce((x, y) => (y.gain > x.gain ? y : x), { set: {} as SmiVersions, gain: 0 });
    if (best.gain === 0) break;
    chosen.push(best.set);
    open = open.filter((id) => !applies(id, best.set));
  }
  return chosen;
}
