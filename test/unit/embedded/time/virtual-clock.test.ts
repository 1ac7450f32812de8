import { expect, it } from "vitest";
import { createVirtualClock } from "../../../../src/embedded/time/virtual-clock.ts";

it("wakes in the order of time, and of asking where the time is the same", async () => {
  const clock = createVirtualClock();
  const woken: string[] = [];
  const sleep = (ms: number, name: string) => clock.wait(ms).then(() => woken.push(`${name} at ${clock.now()}`));
  await Promise.all([sleep(30, "c"), sleep(10, "a"), sleep(30, "d"), sleep(20, "b")]);
  expect(woken).toEqual(["a at 10", "b at 20", "c at 30", "d at 30"]);
});

it("moves on only once everything that could run at this time has run", async () => {
  const clock = createVirtualClock();
  const times: number[] = [];
  const late = clock.wait(10).then(() => times.push(clock.now()));
  for (let step = 0; step < 50; step++) await Promise.resolve();
  times.push(clock.now());
  await late;
  expect(times).toEqual([0, 10]);
});

it("takes no real time, and its timestamps go with it", async () => {
  const clock = createVirtualClock();
  const before = Date.parse(clock.timestamp());
  // Longer than any limit of a test.
  await clock.wait(3_600_000);
  expect(Date.parse(clock.timestamp()) - before).toBe(3_600_000);
});

it("rejects a wait that is broken off, which no time passes for", async () => {
  const clock = createVirtualClock();
  const stop = new AbortController();
  const broken = clock.wait(100, stop.signal);
  stop.abort(new Error("enough"));
  await expect(broken).rejects.toThrow("enough");
  await expect(clock.wait(100, stop.signal)).rejects.toThrow("enough");
  await clock.wait(5);
  expect([clock.now(), clock.waits]).toEqual([5, 1]);
});

it("aborts at a deadline, in the order of time with the waits", async () => {
  const clock = createVirtualClock();
  const late = clock.deadline(20);
  await clock.wait(19);
  expect(late.aborted).toBe(false);
  await clock.wait(2);
  expect(late.reason).toMatchObject({ name: "TimeoutError" });
});

it("does a hundred thousand waits at once, in order", async () => {
  const clock = createVirtualClock();
  const seen: number[] = [];
  const total = 100_000;
  // Multiples of a prime walk through all remainders, each once.
  await Promise.all(
    Array.from({ length: total }, (_, n) => clock.wait((n * 7_919) % total).then(() => seen.push(clock.now()))),
  );
  expect(clock.waits).toBe(total);
  expect(seen).toEqual(Array.from({ length: total }, (_, n) => n));
});
