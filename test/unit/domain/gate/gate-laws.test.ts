import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Level } from "../../../../src/domain/assertion/assertion.ts";
import { levels } from "../../../../src/domain/assertion/assertion.ts";
import { decideGate } from "../../../../src/domain/gate/gate.ts";
import { gateExit, gateState } from "../../../../src/domain/gate/gate-outcome.ts";
import { failOnModes, type GatePolicy, gateSchema } from "../../../../src/domain/gate/gate-policy.ts";
import type { Baseline } from "../../../../src/domain/report/baseline.ts";
import type { AssertionResult, ConformanceReport } from "../../../../src/domain/report/report.ts";
import { type Verdict, verdicts } from "../../../../src/domain/report/verdict.ts";
import { specNames } from "../../../../src/domain/smi/kinds.ts";
import { reportOf, resultOf } from "../../../fixtures/report.ts";

const today = "2026-11-25";
const ids = specNames.slice(0, 3).flatMap((spec) => ["a", "b", "c"].map((name) => `${spec}/${name}`));

const policyOf = (given: Partial<GatePolicy> = {}): GatePolicy => ({
  failOn: "must-failures",
  minimum: { all: null, perSpec: {} },
  require: [],
  allowed: [],
  regression: false,
  ...given,
});

const decide = (report: ConformanceReport, policy: GatePolicy, baseline?: Baseline) =>
  decideGate({ report, policy: { ...policy, regression: baseline !== undefined }, baseline, today });

/** The report's results are all that were planned. */
const reportWith = (results: readonly AssertionResult[], given: Partial<ConformanceReport> = {}) => {
  const report = reportOf(results, given);
  return { ...report, suite: { ...report.suite, planned: results.map(({ id }) => id) } };
};

const baselineWith = (results: readonly AssertionResult[]): Baseline => ({
  report: reportWith(results),
  sha256: "0".repeat(64),
  source: "old/report.json",
});

const result = (id: string, verdict: Verdict, level: Level = "MUST") => resultOf({ id, verdict, level });

// Mostly passes and MUST, so that the gate lets some of them through.
const verdict = fc.oneof({ arbitrary: fc.constant<Verdict>("PASS"), weight: 5 }, fc.constantFrom(...verdicts));
const level = fc.oneof({ arbitrary: fc.constant<Level>("MUST"), weight: 2 }, fc.constantFrom(...levels));
const results = fc
  .uniqueArray(fc.record({ id: fc.constantFrom(...ids), verdict, level }), { selector: ({ id }) => id })
  .map((list) => list.map((one) => result(one.id, one.verdict, one.level)));
const allowed = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom(...ids),
    reason: fc.constant("issue 12"),
    expires: fc.constantFrom("2026-11-24", today, "2026-11-26"),
  }),
  { selector: ({ id }) => id, maxLength: 4 },
);
const share = fc.integer({ min: 0, max: 100 });
const minimum = fc.record({
  all: fc.option(share, { freq: 1 }),
  perSpec: fc.dictionary(fc.constantFrom(...specNames), share, { maxKeys: 1 }).map((shares) => ({ ...shares })),
});
const policy: fc.Arbitrary<GatePolicy> = fc.record({
  failOn: fc.constantFrom(...failOnModes),
  minimum: fc.oneof(fc.constant({ all: null, perSpec: {} }), minimum),
  require: fc.uniqueArray(fc.constantFrom(...ids, ...specNames), { maxLength: 2 }),
  allowed,
  regression: fc.constant(false),
});
const baseline = fc.option(results.map(baselineWith), { nil: undefined });

describe("laws of the gate", () => {
  it("a decision is one that the report's schema takes, and blocks where a rule does not hold and only there", () => {
    fc.assert(
      fc.property(results, policy, baseline, (list, given, old) => {
        const gate = decide(reportWith(list), given, old);
        expect(gateSchema.parse(JSON.parse(JSON.stringify(gate)))).toEqual(gate);
        expect(gate.decision).toBe(gate.rules.every(({ held }) => held) ? "pass" : "block");
        expect(gate.rules.filter(({ text }) => text === "" || /[:,]\s*$/.test(text))).toEqual([]);
      }),
    );
  });

  it("lets some through and blocks some, or these laws say nothing", () => {
    const seen = fc.sample(fc.tuple(results, policy, baseline), { numRuns: 500, seed: 1 });
    const passed = seen.filter(([list, given, old]) => decide(reportWith(list), given, old).decision === "pass").length;
    expect(passed).toBeGreaterThan(25);
    expect(passed).toBeLessThan(475);
  });

  it.each(["INCONCLUSIVE", "ERROR"] as const)(
    "an assertion that is %s blocks, at any level and whatever allows it",
    (bad) => {
      fc.assert(
        fc.property(results, policy, baseline, level, (list, given, old, at) => {
          const id = "traffic-split/unclear";
          const known = { id, reason: "issue 12", expires: "2026-11-26" };
          const gate = decide(
            reportWith([...list, result(id, bad, at)]),
            { ...given, allowed: [...given.allowed, known] },
            old,
          );
          expect(gate.decision).toBe("block");
          expect(gate.allowed.at(-1)).toMatchObject({ id, used: false });
        }),
      );
    },
  );

  it("a failure that is allowed excuses no unclear run of the same assertion", () => {
    const flaky = resultOf({
      id: "traffic-split/s",
      verdict: "FAIL",
      runs: [
        { verdict: "FAIL", reason: "" },
        { verdict: "INCONCLUSIVE", reason: "" },
      ],
    });
    const known = { id: flaky.id, reason: "issue 12", expires: today };
    const passing = result("traffic-access/a", "PASS");
    const { runs: _, ...failing } = flaky;
    const given = policyOf({ allowed: [known] });
    expect(decide(reportWith([passing, failing]), given).decision).toBe("pass");
    expect(decide(reportWith([passing, flaky]), given).decision).toBe("block");
  });

  it("an assertion that was planned and has no result blocks", () => {
    fc.assert(
      fc.property(results, policy, baseline, (list, given, old) => {
        const report = reportWith(list);
        const planned = [...list.map(({ id }) => id), "traffic-split/lost"];
        const gate = decide({ ...report, suite: { ...report.suite, planned } }, given, old);
        expect(gate.decision).toBe("block");
        expect(gate.rules.flatMap(({ ids }) => ids)).toContain("traffic-split/lost");
      }),
    );
  });

  it("fewer results than were selected block, in a report of before there was a list of them", () => {
    const { suite, ...report } = reportOf([result("traffic-access/a", "PASS")]);
    const of = (selected: number) => decide({ ...report, suite: { ...suite, selected } }, policyOf()).decision;
    expect([of(1), of(2)]).toEqual(["pass", "block"]);
  });

  it.each(["error", "inconclusive"] as const)(
    "a report that calls itself %s blocks, whatever its results say",
    (said) => {
      const report = reportWith([result("traffic-access/a", "PASS")], { verdict: said });
      expect(decide(report, policyOf({ failOn: "regression" }), baselineWith(report.assertions)).decision).toBe(
        "block",
      );
    },
  );

  it("a report in which nothing passes blocks, also where each failure is allowed, old or of no MUST", () => {
    const notPass = fc.constantFrom(...verdicts.filter((one) => one !== "PASS"));
    const nothing = fc
      .uniqueArray(fc.record({ id: fc.constantFrom(...ids), verdict: notPass, level }), { selector: ({ id }) => id })
      .map((list) => list.map((one) => result(one.id, one.verdict, one.level)));
    const all = ids.map((id) => ({ id, reason: "issue 12", expires: today }));
    const failing = fc.constantFrom<Verdict>("FAIL", "NOT_APPLICABLE", "OBSERVED");
    const shown = nothing.chain((list) =>
      fc
        .array(failing, { minLength: list.length, maxLength: list.length })
        .map((given) => list.map((one, n) => ({ ...one, verdict: given[n] ?? "FAIL" }))),
    );
    fc.assert(
      fc.property(shown, fc.constantFrom(...failOnModes), fc.boolean(), (list, failOn, old) => {
        const report = reportWith(list);
        const before = old ? baselineWith([result("traffic-metrics/x", "PASS"), ...list]) : undefined;
        expect(decide(report, policyOf({ failOn, allowed: all })).decision).toBe("block");
        expect(decide(report, policyOf({ failOn, allowed: all }), before).decision).toBe("block");
      }),
    );
  });

  it("an assertion with two results blocks: which of them counts is unknown", () => {
    const twice = [result("traffic-access/a", "FAIL", "SHOULD"), result("traffic-access/a", "PASS", "SHOULD")];
    for (const list of [twice, twice.toReversed()]) expect(decide(reportWith(list), policyOf()).decision).toBe("block");
  });

  it("the order of results does not matter", () => {
    fc.assert(
      fc.property(results, policy, baseline, (list, given, old) => {
        const held = (report: ConformanceReport) =>
          decide(report, given, old).rules.map(({ rule, held: ok, ids: found }) => [rule, ok, found.toSorted()]);
        expect(held(reportWith(list.toReversed()))).toEqual(held(reportWith(list)));
      }),
    );
  });

  it("never is no easier than must-failures in what it decides, and always ends with 0", () => {
    fc.assert(
      fc.property(results, policy, baseline, (list, given, old) => {
        const never = decide(reportWith(list), { ...given, failOn: "never" }, old);
        const must = decide(reportWith(list), { ...given, failOn: "must-failures" }, old);
        expect(never.rules).toEqual(must.rules);
        expect([never.enforced, must.enforced, gateExit(never)]).toEqual([false, true, 0]);
      }),
    );
  });

  it("more rules let no more through", () => {
    fc.assert(
      fc.property(results, policy, baseline, fc.constantFrom(...ids), (list, drawn, old, id) => {
        // Without a baseline, regression is no laxer than the others: it blocks.
        const given = { ...drawn, failOn: drawn.failOn === "regression" && !old ? "never" : drawn.failOn } as const;
        const strictest: GatePolicy = {
          failOn: "any-failure",
          minimum: { all: 100, perSpec: { "traffic-split": 100 } },
          require: [...given.require, id],
          allowed: [],
          regression: false,
        };
        const one = <Key extends keyof GatePolicy>(key: Key) => ({ ...given, [key]: strictest[key] });
        const stricter = (["failOn", "minimum", "require"] as const).map(one);
        const laxer = decide(reportWith(list), { ...given, minimum: { all: null, perSpec: {} } }, old).decision;
        for (const policy of stricter)
          if (decide(reportWith(list), policy, old).decision === "pass") expect(laxer).toBe("pass");
      }),
    );
  });

  it("an allowed failure that has not expired lets nothing through less", () => {
    fc.assert(
      fc.property(results, policy, baseline, fc.constantFrom(...ids), (list, given, old, id) => {
        if (given.allowed.some((entry) => entry.id === id)) return;
        const more = { ...given, allowed: [...given.allowed, { id, reason: "issue 12", expires: today }] };
        if (decide(reportWith(list), given, old).decision === "pass")
          expect(decide(reportWith(list), more, old).decision).toBe("pass");
      }),
    );
  });

  it("an expired one excuses nothing, and is not called used", () => {
    fc.assert(
      fc.property(results, policy, baseline, (list, given, old) => {
        const late = { ...given, allowed: given.allowed.map((entry) => ({ ...entry, expires: "2026-11-24" })) };
        const gate = decide(reportWith(list), late, old);
        expect(gate.allowed.filter(({ used }) => used)).toEqual([]);
        if (gate.decision === "pass")
          expect(decide(reportWith(list), { ...late, allowed: [] }, old).decision).toBe("pass");
      }),
    );
  });

  it("what passed before and does not now blocks and is named, unless it fails and is allowed", () => {
    const now = fc.option(fc.constantFrom(...verdicts.filter((one) => one !== "PASS")), { nil: undefined });
    fc.assert(
      fc.property(results, policy, level, now, (list, given, at, bad) => {
        const id = "traffic-split/s";
        const before = baselineWith([...list, result(id, "PASS", at)]);
        const after = reportWith([...list, ...(bad === undefined ? [] : [result(id, bad, at)])]);
        const gate = decide(after, given, before);
        expect(gate.decision).toBe("block");
        expect(gate.rules.find(({ rule }) => rule === "regression")).toMatchObject({ held: false, ids: [id] });
        const known = { id, reason: "issue 12", expires: today };
        const excused = decide(after, { ...given, allowed: [...given.allowed, known] }, before);
        expect(excused.rules.find(({ rule }) => rule === "regression")?.held).toBe(bad === "FAIL");
      }),
    );
  });

  it("no report is worse than itself", () => {
    fc.assert(
      fc.property(results, policy, (list, given) => {
        const gate = decide(reportWith(list), given, baselineWith(list));
        expect(gate.rules.filter(({ rule, held }) => rule === "regression" && !held)).toEqual([]);
        expect(gate.newlyPassing).toEqual([]);
      }),
    );
  });

  it("in a shard, assertions of other shards are not missed", () => {
    const [mine, other] = [result("traffic-access/a", "PASS"), result("traffic-split/s", "PASS")];
    const report = reportWith([mine]);
    const sharded = { ...report, suite: { ...report.suite, shard: { index: 1, of: 2 } } };
    const old = baselineWith([mine, other]);
    expect(decide(sharded, policyOf(), old).decision).toBe("pass");
    expect(decide(report, policyOf(), old).decision).toBe("block");
  });
});

describe("whose fault a block is", () => {
  const died = { phase: "suite", code: "agent-lost", message: "the agent is gone", next: "Run it again." };
  const [a, s] = ["traffic-access/a", "traffic-split/s"] as const;
  const before = baselineWith([result(a, "PASS"), result(s, "PASS")]);
  const strict = policyOf({ minimum: { all: 100, perSpec: {} }, require: [s, "traffic-split"] });
  const broken = (given: Partial<ConformanceReport>, ...list: AssertionResult[]) => reportWith(list, given);

  it.each<[string, ConformanceReport, GatePolicy, Baseline | undefined, 1 | 3]>([
    ["a run that died", broken({ verdict: "error", error: died }, result(a, "PASS")), policyOf(), undefined, 3],
    ["and lost what passed before", broken({ verdict: "error", error: died }, result(a, "PASS")), strict, before, 3],
    [
      "an unclear assertion that passed before",
      broken({}, result(a, "PASS"), result(s, "INCONCLUSIVE")),
      strict,
      before,
      3,
    ],
    ["one that was not measured", broken({}, result(a, "PASS"), result(s, "ERROR")), strict, before, 3],
    ["nothing that applies", broken({}, result(a, "NOT_APPLICABLE")), policyOf(), undefined, 3],
    ["an assertion that fails", broken({}, result(a, "PASS"), result(s, "FAIL")), policyOf(), undefined, 1],
    [
      "an assertion that fails beside an unclear one",
      broken({}, result(a, "FAIL"), result(s, "ERROR")),
      policyOf(),
      undefined,
      1,
    ],
    [
      "one that got worse beside an unclear one",
      broken({}, result(a, "FAIL", "SHOULD"), result(s, "INCONCLUSIVE")),
      strict,
      before,
      1,
    ],
    ["an assertion that is no longer run", broken({}, result(a, "PASS")), policyOf(), before, 1],
    ["too few that pass", broken({}, result(a, "PASS"), result(s, "FAIL", "SHOULD")), strict, undefined, 1],
  ])("%s", (_, report, given, old, exit) => {
    const gate = decide(report, given, old);
    expect(gate.decision).toBe("block");
    expect([gateExit(gate), gateState(gate)]).toEqual([exit, exit === 3 ? "error" : "failure"]);
  });

  it("counts as the mesh's fault only where an assertion is shown to fail or is missing", () => {
    fc.assert(
      fc.property(results, policy, baseline, (list, given, old) => {
        const shown = list.filter(({ verdict: one }) => one !== "FAIL" && one !== "NOT_APPLICABLE");
        const unclear = [...shown, result("traffic-split/unclear", "INCONCLUSIVE")];
        const same = old && baselineWith(unclear.map((one) => ({ ...one, verdict: "PASS" as const })));
        const gate = decide(reportWith(unclear), { ...given, failOn: "any-failure", require: [] }, same);
        expect(gateExit(gate)).toBe(shown.some(({ verdict: one }) => one === "OBSERVED") && same !== undefined ? 1 : 3);
      }),
    );
  });
});

describe("a required spec", () => {
  const split = (...list: [Verdict, Level?][]) => list.map(([one, at], n) => result(`traffic-split/${n}`, one, at));
  it.each<[string, AssertionResult[], "pass" | "block"]>([
    ["all that applies passes", split(["PASS"], ["NOT_APPLICABLE"], ["OBSERVED", "none"]), "pass"],
    ["an assertion of another level fails", split(["PASS"], ["FAIL", "SHOULD"]), "block"],
    ["none applies", split(["NOT_APPLICABLE"]), "block"],
    ["none was run", [], "block"],
  ])("%s", (_, list, decision) => {
    const report = reportWith([result("traffic-access/a", "PASS"), ...list]);
    expect(decide(report, policyOf({ require: ["traffic-split"] })).decision).toBe(decision);
  });
});
