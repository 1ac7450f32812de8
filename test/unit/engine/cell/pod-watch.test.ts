import { describe, expect, it } from "vitest";
import { watchPods } from "../../../../src/engine/cell/pod-watch.ts";
import type { Cluster } from "../../../../src/ports.ts";
import { podOf, tellPods } from "../../../fixtures/told-pods.ts";

const namesOf = (pods: readonly { readonly metadata: { readonly name: string } }[]) =>
  pods.map(({ metadata }) => metadata.name);

async function watched(...pods: Parameters<typeof tellPods>[0]) {
  const told = tellPods(pods);
  const watch = watchPods(told.cluster as Cluster, "ns");
  await watch.pods();
  return { watch, ...told };
}

describe("pods under watch", () => {
  it("are as the API server last told of them", async () => {
    const { watch, tell, begun } = await watched(podOf("a", true), podOf("b", false));
    tell("ADDED", podOf("c", false));
    tell("DELETED", podOf("a", true));
    tell("MODIFIED", podOf("b", true));
    expect(await watch.pods()).toEqual([podOf("b", true), podOf("c", false)]);
    expect(begun()).toBe(1);
  });

  it("are listed anew where the watch broke off", async () => {
    const { watch, breakOff, begun } = await watched(podOf("a", true));
    breakOff([podOf("b", true)]);
    expect(namesOf(await watch.pods())).toEqual(["b"]);
    expect(begun()).toBe(2);
  });
});

describe("a lapse", () => {
  it("is a pod that was Ready and is not, each time", async () => {
    const { watch, tell } = await watched(podOf("a", true));
    tell("MODIFIED", podOf("a", false));
    tell("MODIFIED", podOf("a", false));
    expect(namesOf(watch.lapses())).toEqual(["a"]);
    tell("MODIFIED", podOf("a", true));
    tell("MODIFIED", podOf("a", false));
    expect(namesOf(watch.lapses())).toEqual(["a", "a"]);
  });

  it("shows though the watch broke off in between", async () => {
    const { watch, breakOff } = await watched(podOf("a", true));
    breakOff([podOf("a", false)]);
    await watch.pods();
    expect(namesOf(watch.lapses())).toEqual(["a"]);
  });

  it("is none where a pod is new, is being deleted, or is deleted and made again", async () => {
    const { watch, tell } = await watched(podOf("a", true), podOf("b", true));
    tell("ADDED", podOf("c", false));
    tell("MODIFIED", podOf("a", false, { leaving: true }));
    tell("DELETED", podOf("b", true));
    tell("ADDED", podOf("b", false));
    expect(watch.lapses()).toEqual([]);
  });
});
