import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../../src/domain/kubernetes/object.ts";
import type { smiKinds } from "../../../../src/domain/smi/kinds.ts";
import { expectEvent } from "../../../../src/engine/assertion/expect-event.ts";
import { assertionContext } from "../../../fixtures/assertion-context.ts";

interface Told {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly type?: string;
}

const eventOf = ({ namespace, kind, name, type = "Warning" }: Told) =>
  ({
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: "event", namespace },
    type,
    reason: "Odd",
    message: "it is odd",
    involvedObject: { kind, name },
  }) as unknown as KubernetesObject;

/** A cell of two namespaces whose cluster has these events, the first `late` times of looking none. */
function contextWith(events: readonly Told[], late = 0) {
  let looks = 0;
  const context = assertionContext({
    fixture: { namespaces: ["main", "other"] },
    cluster: {
      async list({ namespace }) {
        looks += 1;
        return looks <= late ? [] : events.filter((e) => e.namespace === namespace).map(eventOf);
      },
    },
  });
  const version = (kind: keyof typeof smiKinds, name: string) =>
    [kind, { name, storage: true, served: true } as never] as const;
  return {
    ...context,
    versions: new Map([version("TrafficSplit", "v1alpha4"), version("TrafficTarget", "v1alpha3")]),
  };
}

const split = { namespace: "smi-run-scripted-1-main", kind: "TrafficSplit", name: "odd" };

describe("a Warning event about an object", () => {
  it.each<[string, readonly Told[], object, string]>([
    ["a TrafficSplit", [split], { trafficSplit: "odd" }, "held"],
    [
      "a TrafficTarget in another namespace",
      [{ namespace: "smi-run-scripted-1-other", kind: "TrafficTarget", name: "odd" }],
      { trafficTarget: "odd", in: "other" },
      "held",
    ],
    ["another object", [{ ...split, name: "even" }], { trafficSplit: "odd" }, "violated"],
    ["another kind of that name", [{ ...split, kind: "TrafficTarget" }], { trafficSplit: "odd" }, "violated"],
    [
      "its namesake in another namespace",
      [{ ...split, namespace: "smi-run-scripted-1-other" }],
      { trafficSplit: "odd" },
      "violated",
    ],
    ["it, but a Normal one", [{ ...split, type: "Normal" }], { trafficSplit: "odd" }, "violated"],
  ])("is there, or not, where there is one about %s", async (_, events, event, status) => {
    const findings = await expectEvent(contextWith(events), "p", { event: event as never, is: "present" });
    expect(findings).toMatchObject([{ status }]);
    const absent = await expectEvent(contextWith(events), "p", { event: event as never, is: "absent" });
    expect(absent).toMatchObject([{ status: status === "held" ? "violated" : "held" }]);
  });

  it("is awaited, and its absence is not", async () => {
    const event = { trafficSplit: "odd" };
    expect(await expectEvent(contextWith([split], 3), "p", { event, is: "present" })).toMatchObject([
      { status: "held", observed: "Odd: it is odd" },
    ]);
    expect(await expectEvent(contextWith([split], 3), "p", { event, is: "absent" })).toMatchObject([
      { status: "held", observed: "none" },
    ]);
  });
});
