import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { AssertionFacts, KillMatrix, MutantFacts } from "../../../src/selftest/kill-matrix.ts";
import { renderKillMatrix } from "../../../src/selftest/kill-matrix-markdown.ts";

const doc = "traffic-access/v1alpha3";
const assertions: readonly AssertionFacts[] = [
  { id: "resource/stored", title: "It is stored", basis: [{ doc, line: 39 }], behaviour: false, observed: false },
  { id: "traffic-access/allows", title: "It allows", basis: [{ doc, line: 23 }], behaviour: true, observed: false },
  { id: "traffic-access/denies", title: "It denies", basis: [{ doc, line: 15 }], behaviour: true, observed: false },
  { id: "traffic-access/seen", title: "It is seen", basis: [], behaviour: true, observed: true },
];
const mutants: readonly MutantFacts[] = [
  {
    name: "allows-everything",
    title: "allows | everything",
    family: "traffic-access/default",
    clauses: [{ doc, line: 15 }],
    alsoFails: [{ assertions: ["traffic-access/*"], why: "the denied sibling is let through" }],
  },
  { name: "grants-nothing", title: "grants nothing", family: "traffic-access/default", clauses: [{ doc, line: 23 }] },
  {
    name: "keeps-port",
    title: "keeps a port",
    family: "resource",
    clauses: [{ doc, line: 88 }],
    pendingAssertion: "resource/not-written",
  },
];
const versions = "access v1alpha3, specs v1alpha4, split v1alpha4";
const older = "access v1alpha2, specs v1alpha3, split v1alpha3";
const passes = ["resource/stored", "traffic-access/allows", "traffic-access/denies"];
const matrix: KillMatrix = {
  apiVersion: "smi-conformance/kill-matrix/v1",
  digest: "0",
  reference: [
    { versions, verdicts: { PASS: passes, OBSERVED: ["traffic-access/seen"] } },
    {
      versions: older,
      verdicts: { PASS: passes.slice(1), NOT_APPLICABLE: ["resource/stored", "traffic-access/seen"] },
    },
  ],
  mutants: [
    { name: "allows-everything", versions, verdicts: { FAIL: ["traffic-access/allows", "traffic-access/denies"] } },
    {
      name: "grants-nothing",
      versions,
      verdicts: { FAIL: ["traffic-access/allows"], INCONCLUSIVE: ["traffic-access/denies"] },
    },
    { name: "keeps-port", versions: older, verdicts: {} },
  ],
};
const lineOf = (markdown: string, start: string) => markdown.split("\n").filter((line) => line.startsWith(start));

describe("the kill matrix as Markdown", () => {
  const markdown = renderKillMatrix(matrix, assertions, mutants);

  it("begins with a summary", () => {
    expect(lineOf(markdown, "- ")).toEqual([
      "- The reference mesh passes all 3 assertions, on 2 sets of SMI versions.",
      "- 3 mutants, each with one fault: 2 killed by an assertion that cites the clause they break, 1 whose assertion is still to be written, 0 surviving.",
      "- Of these assertions, 2 of 3 kill at least one mutant of a clause that they cite. 1 other cannot fail, and is listed [below](#observed-only).",
      "- 1 mutant is also killed by assertions on other clauses, for reasons given [below](#killed-by-assertions-on-other-clauses).",
    ]);
  });

  it("says of each mutant who killed it, by which clause, and with which versions", () => {
    const [line] = lineOf(markdown, "| `allows-everything` | allows &#124; everything");
    expect(line).toContain("#L15");
    expect(line).toContain("| `traffic-access/denies`<br>and 1 on other clauses | – |");
    const [pending] = lineOf(markdown, "| `keeps-port`<br>(access v1alpha2");
    expect(pending).toContain("pending: `resource/not-written`");
  });

  it("says of each assertion which mutants it kills", () => {
    expect(lineOf(markdown, "| [`traffic-access/allows`]")).toEqual([
      "| [`traffic-access/allows`](../assertions/traffic-access/allows.yaml) |  | `grants-nothing` | 1 |",
    ]);
    expect(lineOf(markdown, "| [`resource/stored`]")).toEqual([
      "| [`resource/stored`](../assertions/resource/stored.yaml) | API | – | – |",
    ]);
  });

  it("gives the reason of each kill by another clause, and marks one without", () => {
    expect(markdown).toContain("| `allows-everything` | `traffic-access/allows` | the denied sibling is let through |");
    const bare = renderKillMatrix(matrix, assertions, [{ ...mutants[0], alsoFails: [] } as MutantFacts]);
    expect(bare).toContain("| `allows-everything` | `traffic-access/allows` | **not explained** |");
  });

  it("names the assertions that cannot fail, and no other", () => {
    const [, section = ""] = markdown.split("## Observed only\n");
    const [before = ""] = section.split("\n## ");
    expect(lineOf(before, "| [")).toEqual([
      "| [`traffic-access/seen`](../assertions/traffic-access/seen.yaml) | It is seen | – |",
    ]);
    const judged = assertions.filter(({ observed }) => !observed);
    expect(renderKillMatrix(matrix, judged, mutants)).toContain("## Observed only\n\nNone.");
  });

  it("lists what is pending, and what was unclear", () => {
    expect(markdown).toMatch(/## Pending\n\n.*\n.*\n\| `keeps-port` \| keeps a port \| `resource\/not-written`/);
    expect(markdown).toContain("| `grants-nothing` | `traffic-access/denies` |");
  });

  it("names a survivor", () => {
    const survived = { ...matrix, mutants: matrix.mutants.map((run) => ({ ...run, verdicts: {} })) };
    const text = renderKillMatrix(survived, assertions, mutants);
    expect(text).toContain("2 surviving (`allows-everything`, `grants-nothing`).");
    expect(text).toContain("- Of these assertions, 0 of 3");
    expect(text).toContain("| **survives** |");
    expect(text).toContain("No mutant is killed by assertions on other clauses.");
  });
});

describe("docs/kill-matrix.md", () => {
  it("links only to headings that are there", () => {
    const text = readFileSync(new URL("../../../docs/kill-matrix.md", import.meta.url), "utf8");
    const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, "")
        .replaceAll(" ", "-"),
    );
    const links = [...text.matchAll(/\]\(#([^)]*)\)/g)].map(([, link = ""]) => link);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !headings.includes(link))).toEqual([]);
  });
});
