import { describe, expect, it } from "vitest";
import type { ReadyExpectation } from "../../../../src/domain/assertion/expectation.ts";
import { expectReady } from "../../../../src/engine/assertion/expect-ready.ts";
import { assertionContext } from "../../../fixtures/assertion-context.ts";
import { podOf, tellPods } from "../../../fixtures/told-pods.ts";

const stays: ReadyExpectation = { ready: "server", is: "ok" };

/** Begins with one Ready pod of the server, and measures after what `during` tells. */
async function measured(during: (told: ReturnType<typeof tellPods>) => void, expectation = stays) {
  const told = tellPods([podOf("server-1", true), podOf("client-1", true, { workload: "client" })]);
  const { measure } = await expectReady(assertionContext({ cluster: told.cluster }), "p", [expectation]);
  during(told);
  return (await measure())[0];
}

describe("a workload stays Ready", () => {
  it("where its pods were so all along, whatever others are", async () => {
    const finding = await measured(({ tell }) => tell("MODIFIED", podOf("client-1", false, { workload: "client" })));
    expect(finding).toMatchObject({ status: "held", observed: "1 Ready throughout" });
  });

  it.each<[string, (told: ReturnType<typeof tellPods>) => void, string]>([
    ["a pod is not Ready at the end", ({ tell }) => tell("MODIFIED", podOf("server-1", false)), "not Ready: server-1"],
    [
      "a pod was not Ready for a while",
      ({ tell }) => {
        tell("MODIFIED", podOf("server-1", false));
        tell("MODIFIED", podOf("server-1", true));
      },
      "stopped being Ready: server-1",
    ],
    ["its pod is gone", ({ tell }) => tell("DELETED", podOf("server-1", true)), "0 of 1 pods are there"],
    [
      "its pod is being deleted",
      ({ tell }) => tell("MODIFIED", podOf("server-1", true, { leaving: true })),
      "0 of 1 pods are there",
    ],
    [
      "it lapsed while the watch was broken off",
      ({ breakOff }) => breakOff([podOf("server-1", false)]),
      "stopped being Ready: server-1",
    ],
  ])("is violated where %s", async (_, during, observed) => {
    const finding = await measured(during);
    expect(finding).toMatchObject({ status: "violated", statement: "every pod of server stays Ready" });
    expect(finding?.observed).toContain(observed);
    expect(finding?.recorded).toBeUndefined();
  });

  it("is recorded as it was seen, without a verdict, where that is asked for", async () => {
    const finding = await measured(({ tell }) => tell("MODIFIED", podOf("server-1", false)), {
      ready: "server",
      is: "recorded",
    });
    expect(finding).toMatchObject({ status: "violated", recorded: true });
  });

  it("is not touched by a lapse before it was begun", async () => {
    const told = tellPods([podOf("server-1", true)]);
    const context = assertionContext({ cluster: told.cluster });
    await (await expectReady(context, "earlier", [stays])).measure();
    told.tell("MODIFIED", podOf("server-1", false));
    told.tell("MODIFIED", podOf("server-1", true));
    const { measure } = await expectReady(context, "p", [stays]);
    expect(await measure()).toMatchObject([{ status: "held" }]);
  });
});
