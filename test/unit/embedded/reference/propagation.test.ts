/** How changes come into force: after the delay, in order, and not once the mesh has ended. */
import { describe, expect, it } from "vitest";
import { createPropagation } from "../../../../src/embedded/reference/propagation.ts";
import { createVirtualClock } from "../../../../src/embedded/time/virtual-clock.ts";

function setUp(delayMs: number) {
  const clock = createVirtualClock();
  const ended = new AbortController();
  const seen: [number, ...string[]][] = [];
  const deliver = (items: readonly string[]) => {
    seen.push([clock.now(), ...items]);
  };
  return { clock, ended, seen, propagation: createPropagation({ clock, delayMs, signal: ended.signal, deliver }) };
}

describe("propagation", () => {
  it("delivers each change its delay after it was made, in order", async () => {
    const { clock, seen, propagation } = setUp(100);
    propagation.send("first");
    propagation.send("second");
    await clock.wait(40);
    propagation.send("third");
    expect(seen).toEqual([]);
    await clock.wait(200);
    propagation.send("fourth");
    await clock.wait(200);
    expect(seen).toEqual([
      [100, "first", "second"],
      [140, "third"],
      [340, "fourth"],
    ]);
  });

  it("delivers at once without a delay", () => {
    const { seen, propagation } = setUp(0);
    propagation.send("one");
    expect(seen).toEqual([[0, "one"]]);
  });

  it("delivers nothing once it has ended", async () => {
    const { clock, ended, seen, propagation } = setUp(100);
    propagation.send("one");
    ended.abort();
    propagation.send("two");
    await clock.wait(500);
    expect(seen).toEqual([]);
  });
});
