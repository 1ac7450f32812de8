import { describe, expect, it } from "vitest";
import { firstState } from "../../../../src/engine/cell/steady-state.ts";
import { answered, scriptedCell } from "../../../fixtures/scripted-cell.ts";

const forbidden = { status: 403 };
const reset = { failure: "reset" } as const;
const dropped = { failure: "timeout" } as const;
const steadyState = [{ from: "client", to: "server", get: "/" }];

describe("the steady state of a cell", () => {
  it.each([
    ["two forms of refusal that the profile names", ["HTTP_REFUSED", "CONNECTION_REFUSED"], forbidden, reset],
    ["a refusal and a drop, where the profile names both", ["HTTP_REFUSED", "DROP"], forbidden, dropped],
  ] as const)("is reached though its probes meet %s in turn", async (_, http, one, other) => {
    const { cell, deps } = scriptedCell({
      profile: { refusal: { http } },
      fixture: { steadyState },
      answer: (_batch, number) => (number % 2 === 0 ? one : other),
    });
    await expect(firstState(cell, deps, 1000)).resolves.toBeDefined();
  });

  it.each([
    ["a drop that the profile does not name", ["HTTP_REFUSED"], forbidden, dropped],
    ["a 403 on a mesh that is said to drop", ["DROP"], dropped, forbidden],
    ["a reset on a mesh that is said to answer", ["HTTP_REFUSED"], forbidden, reset],
  ] as const)("is not reached where its refusals come in turn with %s", async (_, http, one, other) => {
    const { cell, deps } = scriptedCell({
      profile: { refusal: { http } },
      fixture: { steadyState },
      answer: (_batch, number) => (number % 2 === 0 ? one : other),
    });
    await expect(firstState(cell, deps, 1000)).rejects.toThrow("scripted-1");
  });

  it.each([forbidden, dropped, reset, { status: 500 }, { failure: "dns" } as const])(
    "is not reached while %j is met now and then by a probe that must be answered",
    async (other) => {
      const { cell, deps } = scriptedCell({
        fixture: { steadyState: [{ ...steadyState[0], is: "ok" }] },
        answer: (_batch, _number, n) => (n === 3 ? other : answered),
      });
      await expect(firstState(cell, deps, 1000)).rejects.toThrow("scripted-1");
    },
  );
});
