import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../../src/embedded/time/virtual-clock.ts";
import { converge, DEFAULT_INTERVAL_MS, DeadlineError } from "../../../src/engine/convergence.ts";

const countTo = (goal: number, deadlineMs: number, given: { intervalMs?: number; takesMs?: number } = {}) => {
  const clock = createVirtualClock();
  let seen = 0;
  const waiting: (readonly [number, number])[] = [];
  const work = converge({
    name: `counting to ${goal}`,
    deadlineMs,
    ...(given.intervalMs === undefined ? {} : { intervalMs: given.intervalMs }),
    clock,
    observe: async () => {
      if (given.takesMs !== undefined) await clock.wait(given.takesMs);
      seen += 1;
      return seen;
    },
    done: (n) => n >= goal,
    describe: (n) => `at ${n}`,
    onWaiting: (n, elapsedMs) => waiting.push([n, elapsedMs]),
  });
  return { work, clock, waiting };
};

describe("converging", () => {
  it("returns at once, without a wait, where the condition holds already", async () => {
    const { work, clock } = countTo(1, 1000);
    expect(await work).toEqual({ value: 1, elapsedMs: 0, attempts: 1 });
    expect(clock.waits).toBe(0);
  });

  it("observes again after each pause until it holds, and tells of each in between", async () => {
    const { work, waiting } = countTo(3, 1000, { intervalMs: 20, takesMs: 5 });
    expect(await work).toEqual({ value: 3, elapsedMs: 55, attempts: 3 });
    expect(waiting).toEqual([
      [1, 5],
      [2, 30],
    ]);
  });

  it("pauses for the default time where none is given", async () => {
    expect((await countTo(2, 1000).work).elapsedMs).toBe(DEFAULT_INTERVAL_MS);
  });

  it("ends at its deadline with what was awaited, for how long, and the last observation", async () => {
    const { work } = countTo(100, 1000, { intervalMs: 300 });
    const error = await work.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DeadlineError);
    // At 0, 300, 600, 900 and once more at the deadline itself.
    expect(error).toMatchObject({
      awaited: "counting to 100",
      deadlineMs: 1000,
      last: "at 5",
      message: 'waited 1 s for "counting to 100"; last seen: at 5',
    });
  });

  it("takes what it sees at the deadline itself", async () => {
    expect((await countTo(5, 1000, { intervalMs: 300 }).work).elapsedMs).toBe(1000);
  });

  it("shows the last observation as it is where nothing describes it", async () => {
    const work = converge({
      name: "never",
      deadlineMs: 10,
      clock: createVirtualClock(),
      observe: async () => "grey",
      done: () => false,
    });
    await expect(work).rejects.toThrow("last seen: grey");
  });

  it("throws on what the observation throws", async () => {
    const work = converge({
      name: "x",
      deadlineMs: 10,
      clock: createVirtualClock(),
      observe: () => Promise.reject(new Error("cannot look")),
      done: () => true,
    });
    await expect(work).rejects.toThrow("cannot look");
  });

  it("stops within a pause when it is aborted, and before the first observation", async () => {
    const stop = new AbortController();
    let observed = 0;
    const options = {
      name: "x",
      deadlineMs: 1000,
      clock: createVirtualClock(),
      signal: stop.signal,
      observe: async () => {
        observed += 1;
        stop.abort(new Error("enough"));
        return observed;
      },
      done: () => false,
    };
    await expect(converge(options)).rejects.toThrow("enough");
    await expect(converge(options)).rejects.toThrow("enough");
    expect(observed).toBe(1);
  });
});

describe("the virtual clock", () => {
  it("wakes waits in the order of their times, and never goes back", async () => {
    const clock = createVirtualClock();
    const woken: (readonly [string, number])[] = [];
    const sleep = (name: string, ms: number) => clock.wait(ms).then(() => woken.push([name, clock.now()]));
    await Promise.all([sleep("late", 30), sleep("early", 10), sleep("middle", 20).then(() => sleep("after", 5))]);
    expect(woken).toEqual([
      ["early", 10],
      ["middle", 20],
      ["after", 25],
      ["late", 30],
    ]);
  });
});
