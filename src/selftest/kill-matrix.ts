/**
 * The kill matrix: the verdicts of every assertion on the reference mesh and on each mutant of it. A mutant deviates from
 * the specification in one clause; an assertion that gives FAIL on it has killed it. This is the proof that every
 * assertion can fail, and that none fails for something else than what it is about.
 */
import { z } from "zod";
import { type Verdict, verdicts } from "../domain/report/verdict.ts";

export const KILL_MATRIX_API_VERSION = "smi-conformance/kill-matrix/v1";

const runSchema = z.strictObject({
  versions: z.string().describe("SMI versions that were served, as `versionsText` writes them"),
  verdicts: z
    .partialRecord(z.enum(verdicts), z.array(z.string()))
    .describe("Verdict to the assertions with it, sorted"),
});

export const killMatrixSchema = z.strictObject({
  apiVersion: z.literal(KILL_MATRIX_API_VERSION),
  digest: z.string().describe("SHA-256 of all that decides the verdicts; another one means that the runs are stale"),
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

/** A sentence of the specification: document and line at commit cc4babd. */
export interface Clause {
  readonly doc: string;
  readonly line?: number | undefined;
}

/** What the matrix has to know of a mutant. */
export interface MutantFacts {
  readonly name: string;
  readonly title: string;
  /** Behaviour family, for example `traffic-split/weights`. */
  readonly family: string;
  /** The clause that it breaks, with its like in other versions of the document. */
  readonly clauses: readonly Clause[];
  /** Rows of the catalogue that would kill it and that no file says yet: it may survive until one does. */
  readonly waits?: string | readonly string[] | undefined;
  /** Assertions (`id` or `prefix/*`) of other clauses that fail as well, and why they must. */
  readonly alsoFails?: readonly { readonly assertions: readonly string[]; readonly why: string }[] | undefined;
}

/** What it has to know of an assertion. */
export interface AssertionFacts {
  readonly id: string;
  readonly title: string;
  readonly basis: readonly Clause[];
  /** What else it rests on, and what of it does: why it may fail on mutants of other clauses. */
  readonly premises?: readonly { readonly clauses: readonly Clause[]; readonly why: string }[];
  /** Whether it sends traffic; others are about the Kubernetes API alone. */
  readonly behaviour: boolean;
  /** Whether it records what happens, without a verdict. All others must kill something. */
  readonly observed: boolean;
}

/** Served versions by API group, as the embedded cluster takes them. */
export interface VersionSet {
  readonly access?: readonly string[];
  readonly specs?: readonly string[];
  readonly split?: readonly string[];
}

/** `access v1alpha3, specs v1alpha4, split v1alpha4`: one text for one set. */
export function versionsText(versions: VersionSet): string {
  const groups = (["access", "specs", "split"] as const).flatMap((group) => {
    const served = versions[group] ?? [];
    return served.length === 0 ? [] : [`${group} ${[...served].sort().join(" and ")}`];
  });
  return groups.join(", ") || "no SMI kind";
}

export const rowsOf = (run: MatrixRun, verdict: Verdict): readonly string[] => run.verdicts[verdict] ?? [];

/** A clause without a line names a whole document, and is nobody's. */
export function shareClause(x: readonly Clause[], y: readonly Clause[]): boolean {
  return x.some((a) => a.line !== undefined && y.some((b) => a.doc === b.doc && a.line === b.line));
}

export const waitsFor = ({ waits }: MutantFacts): readonly string[] =>
  waits === undefined ? [] : typeof waits === "string" ? [waits] : waits;

/** Whether an entry of `alsoFails` names this assertion. */
export function names(entry: string, id: string): boolean {
  return entry.endsWith("/*") ? id.startsWith(entry.slice(0, -1)) : entry === id;
}

/** The assertions that gave FAIL on a mutant, apart by whether they cite a clause that it breaks. */
export interface Kills {
  readonly related: readonly string[];
  readonly unrelated: readonly string[];
}

export function killsOf(run: MatrixRun, mutant: MutantFacts, assertions: readonly AssertionFacts[]): Kills {
  const basis = new Map(assertions.map((a) => [a.id, a.basis]));
  const failed = rowsOf(run, "FAIL");
  const related = failed.filter((id) => shareClause(basis.get(id) ?? [], mutant.clauses));
  return { related, unrelated: failed.filter((id) => !related.includes(id)) };
}

/** Why an assertion that does not cite a mutant's clause fails on it all the same; undefined where nothing says why. */
export function whyUnrelated(assertion: AssertionFacts | undefined, mutant: MutantFacts): string | undefined {
  const entry = mutant.alsoFails?.find(({ assertions }) => assertions.some((e) => names(e, assertion?.id ?? "")));
  return entry?.why ?? assertion?.premises?.find(({ clauses }) => shareClause(clauses, mutant.clauses))?.why;
}

/** The verdicts of one run by verdict; `keep` says which of them are recorded. */
export function runOf(
  versions: VersionSet,
  results: readonly { readonly id: string; readonly verdict: Verdict }[],
  keep: (verdict: Verdict) => boolean = () => true,
): MatrixRun {
  const lists = verdicts.flatMap((verdict) => {
    const ids = results.filter((r) => r.verdict === verdict).map((r) => r.id);
    return ids.length > 0 && keep(verdict) ? [[verdict, ids.sort()] as const] : [];
  });
  return { versions: versionsText(versions), verdicts: Object.fromEntries(lists) };
}

/** Those verdicts of a mutant's run that are recorded. */
export const tellsOfMutant = (verdict: Verdict): boolean => verdict !== "PASS" && verdict !== "OBSERVED";

const byText = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);

/** In an order of its own, so that two matrices with the same verdicts are the same text. The reference keeps its order. */
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
 * The sets of versions on which the reference mesh has to run so that each row applies on one at least: those in `must`,
 * and then of `others` the one that most rows still need, the first of equals, until no other helps.
 */
export function coveringVersions(
  rows: readonly string[],
  must: readonly VersionSet[],
  others: readonly VersionSet[],
  applies: (row: string, versions: VersionSet) => boolean,
): readonly VersionSet[] {
  const chosen = [...new Map(must.map((set) => [versionsText(set), set])).values()];
  let open = rows.filter((row) => !chosen.some((set) => applies(row, set)));
  while (open.length > 0) {
    const gains = others.map((set) => ({ set, gain: open.filter((row) => applies(row, set)).length }));
    const best = gains.reduce((x, y) => (y.gain > x.gain ? y : x), { set: {} as VersionSet, gain: 0 });
    if (best.gain === 0) break;
    chosen.push(best.set);
    open = open.filter((row) => !applies(row, best.set));
  }
  return chosen;
}
