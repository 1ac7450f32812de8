/** A cell is steady once its probes meet the same thing again and again, whatever its workloads are called. */
import { describe, expect, it } from "vitest";
import { describeState } from "../../../../src/engine/cell/cell-state.ts";
import { awaitSteadyState, returnToSteadyState } from "../../../../src/engine/cell/steady-state.ts";
import { answered, type Script, scriptedCell } from "../../../fixtures/scripted-cell.ts";

const PROPAGATION_MS = 1000;
/** A mesh that refuses in any of these forms. */
const refusing = (...http: readonly string[]) => ({ refusal: { http } });

type Answer = ReturnType<NonNullable<Script["answer"]>>;

const by = (workload: string): Answer => ({
  status: 200,
  server: { pod: `${workload}-1`, account: workload, workload, port: 8080 },
});
const forbidden = { status: 403 };
const reset = { failure: "reset" } as const;
const dropped = { failure: "timeout" } as const;

const probe = { from: "client", to: "server", get: "/" };
const mustAnswer = { ...probe, is: "ok" };

/** @param batches what the nth batch meets, its probes in turn; those after the last meet what the last did. */
function setUp(batches: readonly (readonly Answer[])[], sent: object = probe, profile = {}) {
  let count = 0;
  const { cell, deps } = scriptedCell({
    profile,
    fixture: { steadyState: [sent] },
    answer: (_, batch, n) => {
      count = batch;
      const meetings = batches[Math.min(batch, batches.length) - 1] ?? [];
      return meetings[n % meetings.length] ?? answered;
    },
  });
  return {
    cell,
    batches: () => count,
    settle: async () => describeState(cell, await awaitSteadyState(cell, deps, PROPAGATION_MS)),
    settleAndReturn: async () =>
      returnToSteadyState(cell, deps, await awaitSteadyState(cell, deps, PROPAGATION_MS), PROPAGATION_MS),
  };
}

describe("a new cell", () => {
  it.each(["refused-x", "server", "infra", "INFRA", "APP_ERROR"])(
    "settles once each request is answered, by a workload named %s too",
    async (name) => {
      const run = setUp([[by(name)]], mustAnswer);
      expect(await run.settle()).toBe(`client -> server GET /: OK from ${name}`);
      expect(run.batches()).toBe(3);
    },
  );

  it("needs three equal observations in a row", async () => {
    const run = setUp([[forbidden], [forbidden], [by("v1")], [by("v1"), by("v2")], [by("v1")]]);
    expect(await run.settle()).toBe("client -> server GET /: OK from v1");
    expect(run.batches()).toBe(7);
  });

  it("settles in whatever order its probes are answered", async () => {
    const run = setUp([[by("v1"), by("v2")], [by("v2"), by("v1")], [by("v1"), by("v2")], [by("v1")]]);
    expect(await run.settle()).toBe("client -> server GET /: OK from v1, OK from v2");
    expect(run.batches()).toBe(3);
  });

  it.each([
    ["HTTP_REFUSED, CONNECTION_REFUSED", refusing("HTTP_REFUSED", "CONNECTION_REFUSED"), forbidden, reset],
    ["HTTP_REFUSED, DROP", refusing("HTTP_REFUSED", "DROP"), forbidden, dropped],
  ])("takes %s for one state where the profile calls both a refusal", async (_, profile, one, other) => {
    const run = setUp([[one], [other], [one, other], [by("v1")]], probe, profile);
    expect(await run.settle()).toBe("client -> server GET /: refused");
    expect(run.batches()).toBe(3);
  });

  it.each([
    ["DROP", refusing("HTTP_REFUSED"), forbidden, dropped],
    ["HTTP_REFUSED", refusing("DROP"), dropped, forbidden],
    ["CONNECTION_REFUSED", refusing("HTTP_REFUSED"), forbidden, reset],
  ])("tells %s from the mesh's refusals where the profile does not name it", async (name, profile, one, other) => {
    const run = setUp([[one], [one], [other]], probe, profile);
    expect(await run.settle()).toBe(`client -> server GET /: ${name}`);
    expect(run.batches()).toBe(5);
    const turns = Array.from({ length: 1000 }, (_, n) => [n % 2 === 0 ? one : other]);
    await expect(setUp(turns, probe, profile).settle()).rejects.toMatchObject({ code: "cell-not-ready" });
  });

  it.each([forbidden, dropped, reset, { status: 500 }, { failure: "dns" } as const])(
    "never settles while %j is met now and then by a probe that must be answered",
    async (other) => {
      await expect(setUp([[by("v1"), by("v1"), other]], mustAnswer).settle()).rejects.toMatchObject({
        code: "cell-not-ready",
        message: expect.stringMatching(
          /^waited 4 s for "cell scripted-1 is in a steady state"; last seen: client -> server GET \/: .*OK from v1/,
        ),
      });
    },
  );

  it("never settles while a name does not resolve, though nothing has to be answered", async () => {
    await expect(setUp([[{ failure: "dns" }]]).settle()).rejects.toMatchObject({ code: "cell-not-ready" });
  });

  it("without probes is steady at once", async () => {
    const { cell, deps } = scriptedCell();
    expect(await awaitSteadyState(cell, deps, PROPAGATION_MS)).toEqual([]);
    expect(await returnToSteadyState(cell, deps, [], PROPAGATION_MS)).toBe(true);
    expect(cell.sent.batches).toBe(0);
  });
});

describe("a cell that was used", () => {
  it("has returned once it is as it was, refused in whatever form", async () => {
    const run = setUp([[forbidden], [forbidden], [forbidden], [by("v1")], [by("v1"), forbidden], [reset]]);
    expect(await run.settleAndReturn()).toBe(true);
    expect(run.batches()).toBe(6);
  });

  it("has not returned where another workload answers until the deadline", async () => {
    const run = setUp([[by("v1")], [by("v1")], [by("v1")], [by("v2")]], mustAnswer);
    expect(await run.settleAndReturn()).toBe(false);
  });
});
