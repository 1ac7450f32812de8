/** docs/kill-matrix.md: the summary first, then who kills whom in both directions, then all that needs a reason. */

import { code, table, text } from "../render/text/gfm.ts";
import { count } from "../render/text/quantities.ts";
import { clauseName, clauseUrl } from "../render/text/wording.ts";
import {
  type AssertionFacts,
  type Clause,
  type KillMatrix,
  type Kills,
  killsOf,
  type MatrixRun,
  type MutantFacts,
  rowsOf,
  waitsFor,
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
  const links = clauses.map(({ doc, line }) => {
    const clause = line === undefined ? { doc } : { doc, line };
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

const rowLink = (id: string) => `[${code(id, 120)}](../assertions/${id}.yaml)`;
const codes = (ids: readonly string[]) => ids.map((id) => code(id, 120)).join("<br>") || NONE;

/** `3 of 4`, or `all 4`. */
const share = (part: number, whole: number) => (part === whole ? `all ${whole}` : `${part} of ${whole}`);

function summary(killed: readonly Killed[], matrix: KillMatrix, assertions: readonly AssertionFacts[]): string {
  const dead = killed.filter(({ kills }) => kills.related.length > 0).length;
  const waiting = killed.filter(({ mutant }) => waitsFor(mutant).length > 0).length;
  const surviving = killed.filter(({ mutant, kills }) => kills.related.length === 0 && waitsFor(mutant).length === 0);
  const judged = assertions.filter(({ observed }) => !observed);
  const unjudged = assertions.length - judged.length;
  const killers = new Set(killed.flatMap(({ kills }) => kills.related));
  const toothed = judged.filter(({ id }) => killers.has(id)).length;
  const passing = new Set(matrix.reference.flatMap((run) => rowsOf(run, "PASS")));
  const explained = killed.filter(({ kills }) => kills.unrelated.length > 0).length;
  return [
    `- The reference mesh passes ${share(passing.size, judged.length)} assertions, on ${count(matrix.reference.length, "set")} of SMI versions.`,
    `- ${count(killed.length, "mutant")} of it, each with one fault: ${dead} killed by an assertion that cites the clause which they break, ${waiting} waiting for an assertion that is not written yet, ${surviving.length} surviving${surviving.length === 0 ? "" : ` (${surviving.map(({ mutant }) => code(mutant.name)).join(", ")})`}.`,
    `- Of these assertions, ${share(toothed, judged.length)} have killed at least one mutant of a clause that they cite.${unjudged === 0 ? "" : ` ${count(unjudged, "other")} cannot fail, and ${unjudged === 1 ? "is" : "are"} named [below](#observed-only).`}`,
    `- ${explained === 0 ? "No mutant is" : `${count(explained, "mutant")} ${explained === 1 ? "is" : "are"} also`} killed by assertions of other clauses${explained === 0 ? "" : "; why is said [below](#killed-by-assertions-of-other-clauses)"}.`,
  ].join("\n");
}

function familiesTable(families: ReadonlyMap<string, readonly Killed[]>): string {
  const rows = [...families].map(([family, killed]) => {
    const killers = new Set(killed.flatMap(({ kills }) => kills.related));
    return [
      `[${text(family)}](#${anchor(family)})`,
      `${killed.length}`,
      `${killed.filter(({ kills }) => kills.related.length > 0).length}`,
      `${killed.filter(({ mutant }) => waitsFor(mutant).length > 0).length}`,
      `${killers.size}`,
    ];
  });
  return table(["Family", "Mutants", "Killed", "Waiting", "Assertions that kill"], rows, [1, 2, 3, 4]);
}

function referenceTable(matrix: KillMatrix): string {
  const rows = matrix.reference.map((run) => [
    text(run.versions),
    `${rowsOf(run, "PASS").length}`,
    `${rowsOf(run, "OBSERVED").length}`,
    `${rowsOf(run, "NOT_APPLICABLE").length}`,
    `${rowsOf(run, "FAIL").length + rowsOf(run, "INCONCLUSIVE").length + rowsOf(run, "ERROR").length}`,
  ]);
  return table(["SMI versions served", "PASS", "OBSERVED", "NOT APPLICABLE", "Anything else"], rows, [1, 2, 3, 4]);
}

function familySections(families: ReadonlyMap<string, readonly Killed[]>, usual: string): readonly string[] {
  return [...families].map(([family, killed]) => {
    const rows = killed.map(({ mutant, run, kills }) => {
      const waits = waitsFor(mutant);
      const by =
        waits.length > 0
          ? `waits for ${codes(waits)}`
          : codes(kills.related) === NONE
            ? "**survives**"
            : codes(kills.related);
      const also = kills.unrelated.length === 0 ? "" : `<br>and ${kills.unrelated.length} of other clauses`;
      const versions = run.versions === usual ? "" : `<br>(${text(run.versions)})`;
      return [
        `${code(mutant.name)}${versions}`,
        text(mutant.title, LONG),
        clauseLinks(mutant.clauses),
        `${by}${also}`,
        `${rowsOf(run, "INCONCLUSIVE").length + rowsOf(run, "ERROR").length || NONE}`,
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
    return [rowLink(assertion.id), kind, codes(of("related")), `${of("unrelated").length || NONE}`];
  });
  return table(["Assertion", "", "Kills, of a clause that it cites", "Others"], rows, [3]);
}

function unrelatedTable(killed: readonly Killed[], assertions: readonly AssertionFacts[]): string {
  const facts = new Map(assertions.map((assertion) => [assertion.id, assertion]));
  const rows = killed.flatMap(({ mutant, kills }) => {
    const reasons = Map.groupBy(kills.unrelated, (id) => whyUnrelated(facts.get(id), mutant));
    return [...reasons].map(([why, ids]) => [
      code(mutant.name),
      codes(ids),
      why === undefined ? "**nothing says why**" : text(why, LONG),
    ]);
  });
  return rows.length === 0 ? "None." : table(["Mutant", "Assertions that fail too", "Why"], rows);
}

function waitingTable(killed: readonly Killed[]): string {
  const rows = killed.flatMap(({ mutant }) => {
    const waits = waitsFor(mutant);
    return waits.length === 0
      ? []
      : [[code(mutant.name), text(mutant.title, LONG), codes(waits), clauseLinks(mutant.clauses)]];
  });
  return rows.length === 0 ? "None." : table(["Mutant", "What it does wrong", "Waits for", "Clause"], rows);
}

/** The assertions that need not kill anything. */
function observedList(assertions: readonly AssertionFacts[]): string {
  const rows = assertions
    .filter(({ observed }) => observed)
    .map(({ id, title, basis }) => [rowLink(id), text(title, LONG), clauseLinks(basis)]);
  return rows.length === 0
    ? "None."
    : `They record what a mesh does where the specification does not say what it must do. Their verdict is OBSERVED whatever that is, so no fault can make them fail, and they do not count for or against a mesh.\n\n${table(["Assertion", "What it looks at", "Clause"], rows)}`;
}

function unclearTable(killed: readonly Killed[]): string {
  const rows = killed.flatMap(({ mutant, run }) => {
    const ids = rowsOf(run, "INCONCLUSIVE");
    const unleased = rowsOf(run, "ERROR").length;
    if (ids.length + unleased === 0) return [];
    return [[code(mutant.name), codes(ids), unleased === 0 ? NONE : count(unleased, "assertion")]];
  });
  return rows.length === 0 ? "None." : table(["Mutant", "Could not tell", "No cell to run in"], rows);
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
    "<!-- Made by `npm run mutants`: change the assertions or src/embedded, then run it again. -->",
    "# Kill matrix",
    "Can every assertion fail, and does it fail for what it is about? The suite is run against the reference mesh of the embedded cluster and against its mutants: the same mesh with one fault, which breaks one clause of the specification. FAIL on a mutant is a kill; INCONCLUSIVE is none.",
    summary(killed, matrix, assertions),
    `Mutants run with ${text(usual)}, unless the table says otherwise. \`npm run check\` fails when a mutant survives, when an assertion that gives a verdict kills no mutant of its own clause, when one fails on a fault of another clause and nothing says why, or when this file is older than what decides it.`,
    familiesTable(families),
    "## The reference mesh",
    referenceTable(matrix),
    "## Mutants",
    "*Unclear* counts assertions that ended INCONCLUSIVE, or ERROR where the fault keeps a cell from coming to rest.",
    ...familySections(families, usual),
    "## Assertions",
    "`API` marks rows about the Kubernetes API alone. *Others* counts mutants of other clauses on which the assertion fails too.",
    assertionsTable(killed, assertions),
    "## Observed only",
    observedList(assertions),
    "## Waiting for an assertion",
    waitingTable(killed),
    "## Killed by assertions of other clauses",
    unrelatedTable(killed, assertions),
    "## Inconclusive",
    unclearTable(killed),
  ].join("\n\n")}\n`;
}
