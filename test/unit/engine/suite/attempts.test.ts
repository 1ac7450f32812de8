/** Which of an assertion's attempts count, and which is run once more. */
import { describe, expect, it } from "vitest";
import type { AssertionResult } from "../../../../src/domain/report/report.ts";
import { createAttempts } from "../../../../src/engine/suite/attempts.ts";
import { keptLog } from "../../../fakes/kept-log.ts";

const attempt = (verdict: AssertionResult["verdict"], more: Partial<AssertionResult> = {}) =>
  ({
    id: "x/y",
    verdict,
    reason: `it was ${verdict}`,
    cell: "access-1",
    evidence: [],
    propagation: [],
    startedMs: 0,
    durationMs: 1,
    ...more,
  }) as unknown as AssertionResult;

const late = { propagation: [{ phase: "p", what: "w", ms: 9, inForce: false, deadlineMs: 9 }] };
const inTime = { propagation: [{ phase: "p", what: "w", ms: 1, inForce: true, deadlineMs: 9 }] };

function setUp(repeat = 1) {
  const settled: AssertionResult[] = [];
  const attempts = createAttempts({ repeat, log: keptLog(), settle: (result) => settled.push(result) });
  return { attempts, settled };
}

describe("a parallel attempt", () => {
  it.each([
    ["a failure whose change was not in force", 1, attempt("FAIL", late)],
    ["what stayed unclear while its change was not in force", 1, attempt("INCONCLUSIVE", late)],
    ["an error for want of a cell", 1, attempt("ERROR", { cell: undefined as never })],
    ["a failure with its change in force", 0, attempt("FAIL", inTime)],
    ["a failure that changed nothing", 0, attempt("FAIL")],
    ["an error in its cell", 0, attempt("ERROR", late)],
    ["a pass", 0, attempt("PASS", late)],
  ])("that is %s is repeated %i times", async (_, retries, given) => {
    const { attempts, settled } = setUp();
    await attempts.parallel(given);
    expect(attempts.retries("x/y")).toBe(retries);
    expect(settled).toHaveLength(1 - retries);
  });

  it("is in the result of the isolated one that repeats it", async () => {
    const { attempts, settled } = setUp();
    await attempts.parallel(attempt("FAIL", late));
    await attempts.isolated(attempt("PASS"));
    expect(settled).toMatchObject([{ verdict: "PASS", parallelAttempt: { verdict: "FAIL", reason: "it was FAIL" } }]);
    expect(attempts.retries("x/y")).toBe(0);
  });

  it("still has to be repeated where a later parallel one counts", async () => {
    const { attempts, settled } = setUp(2);
    await attempts.parallel(attempt("FAIL", late));
    await attempts.parallel(attempt("PASS"));
    expect(attempts.retries("x/y")).toBe(1);
    await attempts.isolated(attempt("PASS"));
    expect(settled).toHaveLength(1);
    expect(settled[0]?.runs?.map(({ verdict }) => verdict)).toEqual(["PASS", "PASS"]);
  });
});

it("a run that ends early settles each assertion by what is known of it", async () => {
  const { attempts, settled } = setUp(3);
  await attempts.parallel(attempt("FAIL", { ...late, id: "never/repeated" }));
  await attempts.parallel(attempt("PASS"));
  await attempts.conclude();
  expect(settled.map(({ id, verdict, parallelAttempt }) => [id, verdict, parallelAttempt])).toEqual([
    ["x/y", "PASS", undefined],
    ["never/repeated", "FAIL", undefined],
  ]);
});
