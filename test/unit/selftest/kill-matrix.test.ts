import { describe, expect, it } from "vitest";
import type { Verdict } from "../../../src/domain/report/verdict.ts";
import { type SmiVersions, versionsText } from "../../../src/domain/smi/version-set.ts";
import {
  type AssertionFacts,
  coveringVersions,
  isRecorded,
  type KillMatrix,
  killMatrix,
  killMatrixSchema,
  killsOf,
  type MutantFacts,
  runOf,
  shareClause,
} from "../../../src/selftest/kill-matrix.ts";
import { choiceViolations, differences, violations } from "../../../src/selftest/kill-rules.ts";

const newest = { access: ["v1alpha3"], specs: ["v1alpha4"], split: ["v1alpha4"] };
const older = { access: ["v1alpha2"], specs: ["v1alpha3"], split: ["v1alpha3"] };
const NEWEST = "access v1alpha3, specs v1alpha4, split v1alpha4";
const OLDER = "access v1alpha2, specs v1alpha3, split v1alpha3";

function assertion(id: string, line: number | undefined, more: Partial<AssertionFacts> = {}): AssertionFacts {
  const basis = [{ doc: "traffic-access/v1alpha3", ...(line === undefined ? {} : { line }) }];
  return { id, title: `${id} holds`, basis, behaviour: true, observed: false, ...more };
}

function mutant(name: string, line: number, more: Partial<MutantFacts> = {}): MutantFacts {
  return {
    name,
    title: `it ${name}`,
    family: "traffic-access/sources",
    clauses: [{ doc: "traffic-access/v1alpha3", line }],
    ...more,
  };
}

const denies = assertion("traffic-access/denies", 15);
const allows = assertion("traffic-access/allows", 23);
const stored = assertion("resource/stored", 39, { behaviour: false });
const seen = assertion("traffic-access/seen", 23, { observed: true });
const assertions = [denies, allows, stored, seen];
const open = mutant("allows-everything", 15);
const shut = mutant("ignores-targets", 23);
const lossy = mutant("loses-fields", 39);
const mutants = [open, shut, lossy];

type Verdicts = Readonly<Record<string, Verdict>>;
const passes: Verdicts = {
  "traffic-access/denies": "PASS",
  "traffic-access/allows": "PASS",
  "resource/stored": "PASS",
  "traffic-access/seen": "OBSERVED",
};
const results = (verdicts: Verdicts) => Object.entries(verdicts).map(([id, verdict]) => ({ id, verdict }));
const on = (name: string, changed: Verdicts) => ({
  name,
  ...runOf(newest, results({ ...passes, ...changed }), isRecorded),
});
const opened = on("allows-everything", { "traffic-access/denies": "FAIL" });
const closed = on("ignores-targets", { "traffic-access/allows": "FAIL", "traffic-access/denies": "INCONCLUSIVE" });
const lost = on("loses-fields", { "resource/stored": "FAIL" });
/** With the run of `lossy` last, unless another is among `runs`. */
const matrix = (runs = [opened, closed], reference = [runOf(newest, results(passes))]): KillMatrix =>
  killMatrix("0".repeat(64), reference, runs.some(({ name }) => name === lost.name) ? runs : [...runs, lost]);

describe("the matrix", () => {
  it("is the same text whatever the order of the runs and results", () => {
    const turned = killMatrix("0".repeat(64), [runOf(newest, results(passes).reverse())], [closed, lost, opened]);
    expect(JSON.stringify(turned)).toBe(JSON.stringify(matrix()));
  });

  it("fits its schema", () => {
    expect(killMatrixSchema.parse(JSON.parse(JSON.stringify(matrix())))).toEqual(matrix());
  });

  it("records of a mutant only what is not as it should be", () => {
    expect(closed.verdicts).toEqual({ FAIL: ["traffic-access/allows"], INCONCLUSIVE: ["traffic-access/denies"] });
  });

  it("names a set of versions by one text, whatever the order in it", () => {
    expect(versionsText(newest)).toBe(NEWEST);
    expect(versionsText({ access: ["v1alpha3", "v1alpha2"] })).toBe("access v1alpha2 and v1alpha3");
    expect(versionsText({})).toBe("no SMI kind");
  });

  it("tells kills by assertions that cite the clause from others", () => {
    const run = on("allows-everything", { "traffic-access/denies": "FAIL", "traffic-access/allows": "FAIL" });
    expect(killsOf(run, open, assertions)).toEqual({
      related: ["traffic-access/denies"],
      unrelated: ["traffic-access/allows"],
    });
  });

  it("takes clauses for the same only where document and line are equal", () => {
    const a = { doc: "traffic-access/v1alpha3", line: 15 };
    expect(shareClause([a], [{ doc: "traffic-specs/v1alpha4", line: 42 }, { ...a }])).toBe(true);
    expect(shareClause([a], [{ doc: "traffic-access/v1alpha2", line: 15 }])).toBe(false);
    expect(shareClause([{ doc: a.doc }], [{ doc: a.doc }])).toBe(false);
  });
});

describe("the versions that the reference mesh runs with", () => {
  const applies: Readonly<Record<string, readonly string[]>> = { port: [OLDER], any: [NEWEST, OLDER], never: [] };
  const appliesTo = (id: string, set: SmiVersions) => applies[id]?.includes(versionsText(set)) ?? false;

  it("are those asked for, and those that assertions need", () => {
    expect(coveringVersions(["any", "port"], [newest], [newest, older], appliesTo)).toEqual([newest, older]);
  });

  it("are no more than that", () => {
    expect(coveringVersions(["any"], [newest, { ...newest }], [older], appliesTo)).toEqual([newest]);
  });

  it("leave out an assertion that applies nowhere", () => {
    expect(coveringVersions(["never"], [newest], [older], appliesTo)).toEqual([newest]);
  });

  it("prefer the set that most assertions need", () => {
    const split = { split: ["v1alpha1"] };
    const needs = (id: string, set: object) => (id === "x" ? set !== newest : set === older);
    expect(coveringVersions(["x", "y", "z"], [newest], [split, older], needs)).toEqual([newest, older]);
  });
});

describe("the rules", () => {
  it("hold for a matrix in which all is as it should be", () => {
    expect(violations(matrix(), assertions, mutants)).toEqual([]);
  });

  it.each<[string, Verdicts, string]>([
    ["FAIL", { "resource/stored": "FAIL" }, "the reference mesh gets FAIL instead of PASS on resource/stored"],
    ["INCONCLUSIVE", { "resource/stored": "INCONCLUSIVE" }, "gets INCONCLUSIVE instead of PASS on resource/stored"],
    ["ERROR", { "resource/stored": "ERROR" }, "gets ERROR instead of PASS on resource/stored"],
    ["OBSERVED", { "resource/stored": "OBSERVED" }, "gets OBSERVED instead of PASS on resource/stored"],
    [
      "PASS where it may only observe",
      { "traffic-access/seen": "PASS" },
      "gets PASS instead of OBSERVED on traffic-access/seen",
    ],
    ["an assertion that never applies", { "resource/stored": "NOT_APPLICABLE" }, "resource/stored applies to none"],
  ])("name the reference's %s", (_what, changed, sentence) => {
    const found = violations(
      matrix(undefined, [runOf(newest, results({ ...passes, ...changed }))]),
      assertions,
      mutants,
    );
    expect(found).toEqual([expect.stringContaining(sentence)]);
  });

  it("name an assertion that the reference did not run", () => {
    const { "resource/stored": _left, ...others } = passes;
    expect(violations(matrix(undefined, [runOf(newest, results(others))]), assertions, mutants)).toEqual([
      `the reference mesh gets no verdict instead of PASS on resource/stored (${NEWEST})`,
    ]);
  });

  it("let an assertion be not applicable to some versions, if it passes with others", () => {
    const reference = [
      runOf(newest, results({ ...passes, "resource/stored": "NOT_APPLICABLE" })),
      runOf(older, results(passes)),
    ];
    expect(violations(matrix(undefined, reference), assertions, mutants)).toEqual([]);
  });

  it("judge each set of versions by itself", () => {
    const reference = [runOf(newest, results(passes)), runOf(older, results({ ...passes, "resource/stored": "FAIL" }))];
    expect(violations(matrix(undefined, reference), assertions, mutants)).toEqual([
      `the reference mesh gets FAIL instead of PASS on resource/stored (${OLDER})`,
    ]);
  });

  it("name a survivor, and say who should have killed it", () => {
    const found = violations(matrix([on("allows-everything", {}), closed]), assertions, mutants);
    expect(found).toEqual([
      "mutant allows-everything survives: traffic-access/denies cite traffic-access/v1alpha3 line 15 but do not fail",
      "traffic-access/denies kills no mutant: it fails on no fault in a clause that it cites",
    ]);
  });

  it("take INCONCLUSIVE for no kill", () => {
    const found = violations(
      matrix([on("allows-everything", { "traffic-access/denies": "INCONCLUSIVE" }), closed]),
      assertions,
      mutants,
    );
    expect(found[0]).toMatch(/^mutant allows-everything survives/);
  });

  it("take a kill by another clause alone for none, even one that is explained", () => {
    const other = mutant("drops", 99, { alsoFails: [{ assertions: ["traffic-access/*"], why: "nothing gets there" }] });
    const found = violations(matrix([opened, closed, on("drops", { "traffic-access/denies": "FAIL" })]), assertions, [
      ...mutants,
      other,
    ]);
    expect(found).toEqual([
      "mutant drops survives: no assertion cites traffic-access/v1alpha3 line 99 (only assertions on other clauses fail: traffic-access/denies)",
    ]);
  });

  it("let a mutant survive while its assertion is pending", () => {
    const pending = mutant("pending", 99, { pendingAssertion: "traffic-access/not-written" });
    expect(violations(matrix([opened, closed, on("pending", {})]), assertions, [...mutants, pending])).toEqual([]);
  });

  it("let nothing be pending that is written, or that something kills already", () => {
    const written = mutant("pending", 99, { pendingAssertion: "traffic-access/allows" });
    expect(violations(matrix([opened, closed, on("pending", {})]), assertions, [...mutants, written])).toEqual([
      "mutant pending: the pending assertion traffic-access/allows has been written; remove it from the expected kills",
    ]);
    const dead = mutant("pending", 15, { pendingAssertion: "traffic-access/not-written" });
    const killed = on("pending", { "traffic-access/denies": "FAIL" });
    expect(violations(matrix([opened, closed, killed]), assertions, [...mutants, dead])).toEqual([
      "mutant pending: traffic-access/not-written is still pending, but traffic-access/denies already kill it",
    ]);
  });

  it("name an assertion that kills nothing, about behaviour or about the API, and none that only observes", () => {
    expect(violations(matrix([opened]), assertions, [open, lossy])).toEqual([
      "traffic-access/allows kills no mutant: it fails on no fault in a clause that it cites",
    ]);
    const unseen = on("loses-fields", { "resource/stored": "INCONCLUSIVE" });
    expect(violations(matrix([opened, closed, unseen]), assertions, mutants)).toEqual([
      expect.stringMatching(/^mutant loses-fields survives/),
      "resource/stored kills no mutant: it fails on no fault in a clause that it cites",
    ]);
  });

  it("name an assertion that fails only on faults in other clauses", () => {
    const run = on("allows-everything", { "traffic-access/denies": "FAIL", "traffic-access/allows": "FAIL" });
    const why = { assertions: ["traffic-access/allows"], why: "its denied sibling is let through" };
    expect(violations(matrix([run]), assertions, [{ ...open, alsoFails: [why] }, lossy])).toEqual([
      "traffic-access/allows kills no mutant: it fails on no fault in a clause that it cites",
    ]);
  });

  it("want a reason for a kill by another clause", () => {
    const run = on("allows-everything", { "traffic-access/denies": "FAIL", "traffic-access/allows": "FAIL" });
    expect(violations(matrix([run, closed]), assertions, mutants)).toEqual([
      "traffic-access/allows fails on mutant allows-everything, whose clause it neither cites nor covers, and nothing explains it",
    ]);
    const why = { assertions: ["traffic-access/*"], why: "its denied sibling is let through" };
    expect(violations(matrix([run, closed]), assertions, [{ ...open, alsoFails: [why] }, shut, lossy])).toEqual([]);
  });

  it("want a kill for a reason", () => {
    const alsoFails = [{ assertions: ["traffic-access/allows", "traffic-splits/*", "resource/gone"], why: "so it is" }];
    expect(violations(matrix(), assertions, [{ ...open, alsoFails }, shut, lossy])).toEqual([
      "mutant allows-everything: alsoFails names traffic-access/allows, but no such assertion on another clause fails",
      "mutant allows-everything: alsoFails names traffic-splits/*, but there is no such assertion",
      "mutant allows-everything: alsoFails names resource/gone, but there is no such assertion",
    ]);
  });

  it("take a clause that the assertion covers as an explanation", () => {
    const run = on("allows-everything", { "traffic-access/denies": "FAIL", "traffic-access/allows": "FAIL" });
    const covered = { clauses: open.clauses, why: "it expects refusals" };
    const covering = [denies, { ...allows, covers: [covered] }, stored, seen];
    expect(violations(matrix([run, closed]), covering, mutants)).toEqual([]);
    const elsewhere = { ...covered, clauses: [{ doc: "traffic-access/v1alpha3", line: 16 }] };
    expect(
      violations(matrix([run, closed]), [denies, { ...allows, covers: [elsewhere] }, stored, seen], mutants),
    ).toEqual([
      "traffic-access/allows fails on mutant allows-everything, whose clause it neither cites nor covers, and nothing explains it",
    ]);
  });

  it("take ERROR on a mutant for no kill, and for no fault either: it may keep a test cell from its steady state", () => {
    const unmeasured = on("allows-everything", { "traffic-access/denies": "FAIL", "resource/stored": "ERROR" });
    expect(violations(matrix([unmeasured, closed]), assertions, mutants)).toEqual([]);
    const hidden = on("allows-everything", { "traffic-access/denies": "ERROR" });
    expect(violations(matrix([hidden, closed]), assertions, mutants)[0]).toMatch(/^mutant allows-everything survives/);
  });

  it("name mutants that are there twice, were not run, or are gone, and assertions that are gone", () => {
    expect(violations(matrix(), assertions, [...mutants, { ...shut }])).toEqual([
      "there are two mutants ignores-targets",
    ]);
    expect(violations(matrix([opened]), [denies, stored, seen], mutants)).toEqual([
      "the matrix has traffic-access/allows, but there is no such assertion",
      "mutant ignores-targets was not run",
    ]);
    expect(violations(matrix(), assertions, [open])).toContain(
      "the matrix has ignores-targets, but there is no such mutant",
    );
  });
});

describe("an open choice", () => {
  it("may not be held against a mesh", () => {
    const run = (verdict: Verdict) => ({
      name: "reference with hierarchy recursive",
      results: results({ ...passes, "resource/stored": verdict }),
    });
    expect(choiceViolations([run("PASS"), run("NOT_APPLICABLE")])).toEqual([]);
    expect(choiceViolations([run("FAIL"), run("INCONCLUSIVE")])).toEqual([
      "reference with hierarchy recursive: resource/stored holds an open choice against the mesh (FAIL)",
      "reference with hierarchy recursive: resource/stored holds an open choice against the mesh (INCONCLUSIVE)",
    ]);
  });
});

describe("the comparison of two matrices", () => {
  it("finds nothing where only the digest differs", () => {
    expect(differences(matrix(), { ...matrix(), digest: "1" })).toEqual([]);
  });

  it("names each verdict that changed, and each run that is in one only", () => {
    const before = matrix();
    const after = matrix(
      [on("allows-everything", { "traffic-access/denies": "INCONCLUSIVE", "resource/stored": "FAIL" }), on("new", {})],
      [runOf(newest, results({ ...passes, "resource/stored": "FAIL" }))],
    );
    expect(differences(before, after)).toEqual([
      `the reference mesh (${NEWEST}): resource/stored was PASS and is now FAIL`,
      `mutant allows-everything (${NEWEST}): resource/stored was PASS or OBSERVED and is now FAIL`,
      `mutant allows-everything (${NEWEST}): traffic-access/denies was FAIL and is now INCONCLUSIVE`,
      `mutant ignores-targets (${NEWEST}): recorded, but not run now`,
      `mutant new (${NEWEST}): not in the recorded matrix`,
    ]);
  });
});
