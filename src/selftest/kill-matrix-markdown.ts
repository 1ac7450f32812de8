/** docs/kill-matrix.md: a summary, then which assertion kills which mutant in both directions, then all that needs an explanation. */
import { clauseName, clauseUrl } from "../domain/smi/specification.ts";
import { code, table, text } from "../render/text/gfm.ts";
import { count } from "../render/text/quantities.ts";
import {
  type AssertionFacts,
  type Clause,
  idsWith,
  type KillMatrix,
  type Kills,
  killsOf,
  type MatrixRun,
  type MutantFacts,
  whyUnrelated,
} from "./kill-matrix.ts";

interface Killed {
  readonly mutant: MutantFacts;
  readonly run: MatrixRun;
  readonly kills: Kills;
}

const LONG = 400;
const NONE = "–";

function clauseLinks(clauses: readonly Clause[]): string {
  const links = clauses.map((clause) => {
    const url = clauseUrl(clause);
    return url === undefined ? text(clauseName(clause)) : `[${text(clauseName(clause))}](${url})`;
  });
  return links.join("<br>") || NONE;
}

/** A heading's anchor as GitHub makes it; the names here are of letters, digits, spaces, dashes and slashes. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");

const assertionLink = (id: string) => `[${code(id, 120)}](../assertions/${id}.yaml)`;
const codes = (ids: readonly string[]) => ids.map((id) => code(id, 120)).join("<br>") || NONE;

/** `3 of 4`, or `all 4`. */
const share = (part: number, whole: number) => (part === whole ? `all ${whole}` : `${part} of ${whole}`);

function summary(killed: readonly Killed[], matrix: KillMatrix, assertions: readonly AssertionFacts[]): string {
  const dead = killed.filter(({ kills }) => kills.related.length > 0).length;
  const pending = killed.filter(({ mutant }) => mutant.pendingAssertion !== undefined).length;
  const surviving = killed.filter(
    ({ mutant, kills }) => kills.related.length === 0 && mutant.pendingAssertion === undefined,
  );
  const judged = assertions.filter(({ observed }) => !observed);
  const unjudged = assertions.length - judged.length;
  const killers = new Set(killed.flatMap(({ kills }) => kills.related));
  const killing = judged.filter(({ id }) => killers.has(id)).length;
  const passing = new Set(matrix.reference.flatMap((run) => idsWith(run, "PASS")));
  const explained = killed.filter(({ kills }) => kills.unrelated.length > 0).length;
  return [
    `- The reference mesh passes ${share(passing.size, judged.length)} assertions, on ${count(matrix.reference.length, "set")} of SMI versions.`,
    `- ${count(killed.length, "mutant")}, each with one fault: ${dead} killed by an assertion that cites the clause they break, ${pending} whose assertion is still to be written, ${surviving.length} surviving${surviving.length === 0 ? "" : ` (${surviving.map(({ mutant }) => code(mutant.name)).join(", ")})`}.`,
    `- Of these assertions, ${share(killing, judged.length)} kill at least one mutant of a clause that they cite.${unjudged === 0 ? "" : ` ${count(unjudged, "other")} cannot fail, and ${unjudged === 1 ? "is" : "are"} listed [below](#observed-only).`}`,
    `- ${explained === 0 ? "No mutant is" : `${count(explained, "mutant")} ${explained === 1 ? "is" : "are"} also`} killed by assertions on other clauses${explained === 0 ? "" : ", for reasons given [below](#killed-by-assertions-on-other-clauses)"}.`,
  ].join("\n");
}

function familiesTable(families: ReadonlyMap<string, readonly Killed[]>): string {
  const rows = [...families].map(([family, killed]) => {
    const killers = new Set(killed.flatMap(({ kills }) => kills.related));
    return [
      `[${text(family)}](#${anchor(family)})`,
      `${killed.length}`,
      `${killed.filter(({ kills }) => kills.related.length > 0).length}`,
      `${killed.filter(({ mutant }) => mutant.pendingAssertion !== undefined).length}`,
      `${killers.size}`,
    ];
  });
  return table(["Family", "Mutants", "Killed", "Pending", "Assertions that kill"], rows, [1, 2, 3, 4]);
}

function referenceTable(matrix: KillMatrix): string {
  const rows = matrix.reference.map((run) => [
    text(run.versions),
    `${idsWith(run, "PASS").length}`,
    `${idsWith(run, "OBSERVED").length}`,
    `${idsWith(run, "NOT_APPLICABLE").length}`,
    `${idsWith(run, "FAIL").length + idsWith(run, "INCONCLUSIVE").length + idsWith(run, "ERROR").length}`,
  ]);
  return table(["SMI versions served", "PASS", "OBSERVED", "NOT APPLICABLE", "Anything else"], rows, [1, 2, 3, 4]);
}

function familySections(families: ReadonlyMap<string, readonly Killed[]>, usual: string): readonly string[] {
  return [...families].map(([family, killed]) => {
    const rows = killed.map(({ mutant, run, kills }) => {
      const { pendingAssertion } = mutant;
      const by =
        pendingAssertion !== undefined
          ? `pending: ${code(pendingAssertion, 120)}`
          : codes(kills.related) === NONE
            ? "**survives**"
            : codes(kills.related);
      const also = kills.unrelated.length === 0 ? "" : `<br>and ${kills.unrelated.length} on other clauses`;
      const versions = run.versions === usual ? "" : `<br>(${text(run.versions)})`;
      return [
        `${code(mutant.name)}${versions}`,
        text(mutant.title, LONG),
        clauseLinks(mutant.clauses),
        `${by}${also}`,
        `${idsWith(run, "INCONCLUSIVE").length + idsWith(run, "ERROR").length || NONE}`,
      ];
    });
    const head = ["Mutant", "What it does wrong", "Clause", "Killed by", "Unclear"];
    return `### ${text(family)}\n\n${table(head, rows, [4])}`;
  });
}

function assertionsTable(killed: readonly Killed[], assertions: readonly AssertionFacts[]): string {
  const rows = assertions.map((assertion) => {
    const of = (side: keyof Kills) =>
      killed.filter(({ kills }) => kills[side].includes(assertion.id)).map(({ mutant }) => mutant.name);
    const kind = assertion.observed ? "observed" : assertion.behaviour ? "" : "API";
    return [assertionLink(assertion.id), kind, codes(of("related")), `${of("unrelated").length || NONE}`];
  });
  return table(["Assertion", "", "Kills mutants of a clause that it cites", "Others"], rows, [3]);
}

function unrelatedTable(killed: readonly Killed[], assertions: readonly AssertionFacts[]): string {
  const facts = new Map(assertions.map((assertion) => [assertion.id, assertion]));
  const rows = killed.flatMap(({ mutant, kills }) => {
    const reasons = Map.groupBy(kills.unrelated, (id) => whyUnrelated(facts.get(id), mutant));
    return [...reasons].map(([why, ids]) => [
      code(mutant.name),
      codes(ids),
      why === undefined ? "**not explained**" : text(why, LONG),
    ]);
  });
  return rows.length === 0 ? "None." : table(["Mutant", "Assertions that fail too", "Why"], rows);
}

function pendingTable(killed: readonly Killed[]): string {
  const rows = killed.flatMap(({ mutant }) =>
    mutant.pendingAssertion === undefined
      ? []
      : [
          [
            code(mutant.name),
            text(mutant.title, LONG),
            code(mutant.pendingAssertion, 120),
            clauseLinks(mutant.clauses),
          ],
        ],
  );
  return rows.length === 0 ? "None." : table(["Mutant", "What it does wrong", "Pending assertion", "Clause"], rows);
}

/** The assertions that need not kill anything. */
function observedList(assertions: readonly AssertionFacts[]): string {
  const rows = assertions
    .filter(({ observed }) => observed)
    .map(({ id, title, basis }) => [assertionLink(id), text(title, LONG), clauseLinks(basis)]);
  return rows.length === 0
    ? "None."
    : `These record what a mesh does where the specification leaves it open. Their verdict is OBSERVED whatever happens, so no fault can make them fail, and they count neither for nor against a mesh.\n\n${table(["Assertion", "What it observes", "Clause"], rows)}`;
}

function unclearTable(killed: readonly Killed[]): string {
  const rows = killed.flatMap(({ mutant, run }) => {
    const ids = idsWith(run, "INCONCLUSIVE");
    const withoutCell = idsWith(run, "ERROR").length;
    if (ids.length + withoutCell === 0) return [];
    return [[code(mutant.name), codes(ids), withoutCell === 0 ? NONE : count(withoutCell, "assertion")]];
  });
  return rows.length === 0 ? "None." : table(["Mutant", "Inconclusive", "No test cell to run in"], rows);
}

export function renderKillMatrix(
  matrix: KillMatrix,
  assertions: readonly AssertionFacts[],
  mutants: readonly MutantFacts[],
): string {
  const runs = new Map(matrix.mutants.map((run) => [run.name, run]));
  const killed = mutants.flatMap((mutant): readonly Killed[] => {
    const run = runs.get(mutant.name);
    return run === undefined ? [] : [{ mutant, run, kills: killsOf(run, mutant, assertions) }];
  });
  const families = new Map<string, readonly Killed[]>();
  for (const entry of killed) families.set(entry.mutant.family, [...(families.get(entry.mutant.family) ?? []), entry]);
  const usual = matrix.reference[0]?.versions ?? "";
  return `${[
    "<!-- Generated by `npm run mutants`: change the assertions or src/embedded, then run it again. -->",
    "# Kill matrix",
    "Can every assertion fail, and does it fail for the right reason? The suite is run against the reference mesh of the embedded cluster and against its mutants, each of which is the same mesh with one fault that breaks one clause of the specification. An assertion whose verdict is FAIL has killed the mutant; INCONCLUSIVE is not a kill.",
    summary(killed, matrix, assertions),
    `Mutants run with ${text(usual)} unless the table says otherwise. \`npm run check\` fails if a mutant survives, if an assertion that can fail kills no mutant of a clause that it cites, if one fails on a fault in another clause without an explanation, or if this file is out of date.`,
    familiesTable(families),
    "## The reference mesh",
    referenceTable(matrix),
    "## Mutants",
    "*Unclear* counts assertions that ended INCONCLUSIVE, or ERROR where the fault keeps a test cell from reaching its steady state.",
    ...familySections(families, usual),
    "## Assertions",
    "`API` marks assertions about the Kubernetes API alone. *Others* counts mutants of other clauses on which the assertion fails too.",
    assertionsTable(killed, assertions),
    "## Observed only",
    observedList(assertions),
    "## Pending",
    pendingTable(killed),
    "## Killed by assertions on other clauses",
    unrelatedTable(killed, assertions),
    "## Inconclusive",
    unclearTable(killed),
  ].join("\n\n")}\n`;
}
