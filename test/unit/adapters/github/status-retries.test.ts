import { describe, expect, it } from "vitest";
import { createStatusPublisher } from "../../../../src/adapters/github/status.ts";
import type { Clock } from "../../../../src/ports.ts";
import { recordingLog } from "../../../fakes/fake-program.ts";
import type { Fault } from "../../../fakes/github.ts";
import { publisherOnFake, status, virtualClock } from "../../../fakes/status-publisher.ts";

describe("a commit status that is not set at once", () => {
  it.each<[string, readonly Fault[], readonly number[]]>([
    ["a server error", [{ kind: "status", status: 500 }], [1000]],
    ["server errors", [502, 503, 504].map((code) => ({ kind: "status", status: code })), [1000, 2000, 4000]],
    ["a connection that is cut", [{ kind: "cut" }], [1000]],
    ["a secondary limit with retry-after", [{ kind: "secondary-limit", status: 403, retryAfter: 30 }], [30_000]],
    ["the same as 429", [{ kind: "secondary-limit", status: 429, retryAfter: 2 }], [2000]],
    ["a secondary limit without", [{ kind: "secondary-limit", status: 403 }], [60_000]],
    ["the same as 429", [{ kind: "secondary-limit", status: 429 }], [60_000]],
    ["the hourly limit", [{ kind: "primary-limit", resetsIn: 45 }], [45_000]],
    [
      "one after the other",
      [
        { kind: "status", status: 502 },
        { kind: "secondary-limit", status: 429, retryAfter: 5 },
      ],
      [1000, 5000],
    ],
  ])("is set after %s", async (_, faults, pauses) => {
    const { fake, publisher, waits, log } = await publisherOnFake();
    fake.fail(...faults);
    expect(await publisher.publish(status)).toMatchObject({ set: expect.any(String) });
    expect(waits).toEqual(pauses);
    expect(fake.statuses).toEqual([status]);
    expect(fake.tooEarly).toBe(0);
    expect(log.lines.filter((line) => line.includes("asking again in"))).toHaveLength(pauses.length);
  });

  it("is the last one, where the answer to the first was lost", async () => {
    const { fake, publisher } = await publisherOnFake();
    fake.fail({ kind: "cut", after: true });
    expect(await publisher.publish(status)).toMatchObject({ set: expect.any(String) });
    expect(fake.statuses).toEqual([status, status]);
  });

  it("is given up after some tries, and before a wait that is longer than its time", async () => {
    const { fake, publisher, waits } = await publisherOnFake();
    fake.fail(...Array.from({ length: 6 }, (): Fault => ({ kind: "status", status: 503 })));
    expect(await publisher.publish(status)).toEqual({
      failed: expect.stringMatching(/GitHub failed \(503: Server Error\), asked 6 times/),
      next: expect.any(String),
    });
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000]);
    fake.fail({ kind: "primary-limit", resetsIn: 3000 });
    expect(await publisher.publish(status)).toMatchObject({ failed: expect.stringMatching(/asked once.*in 3000 s$/) });
    expect([waits.length, fake.statuses]).toEqual([5, []]);
  });

  it("is given up where nobody answers in time", async () => {
    const { fake, publisher, deadlines, expire } = await publisherOnFake({}, { deadlineMs: 150 });
    fake.fail({ kind: "hang" });
    const published = publisher.publish(status);
    await expect.poll(() => fake.requests).toHaveLength(1);
    expect(deadlines).toEqual([150]);
    expire(150);
    expect(await published).toMatchObject({ failed: expect.stringContaining("no answer within 1 s") });
    expect(fake.statuses).toEqual([]);
  });

  it("is given up where nobody listens", async () => {
    const { fake, publisher, waits } = await publisherOnFake();
    await fake.close();
    expect(await publisher.publish(status)).toMatchObject({
      failed: expect.stringMatching(/did not answer: .*ECONNREFUSED/),
    });
    expect(waits).toHaveLength(5);
  });

  it("ends at once when the run is cancelled, while GitHub is silent and while it has to wait", async () => {
    const { fake, publisher } = await publisherOnFake();
    fake.fail({ kind: "hang" });
    const silent = new AbortController();
    const asked = publisher.publish(status, silent.signal);
    await expect.poll(() => fake.requests).toHaveLength(1);
    silent.abort(new Error("cancelled"));
    expect(await asked).toMatchObject({ failed: expect.stringContaining("cancelled") });
    expect(await publisher.publish(status, AbortSignal.abort())).toMatchObject({ failed: expect.any(String) });

    const waiting = new AbortController();
    const clock: Clock = {
      ...virtualClock().clock,
      wait: async (_ms, signal) => {
        waiting.abort(new Error("cancelled"));
        signal?.throwIfAborted();
      },
    };
    const other = createStatusPublisher({
      token: "write-token",
      repository: "o/r",
      apiUrl: fake.url,
      clock,
      log: recordingLog(),
    });
    fake.fail({ kind: "status", status: 500 });
    expect(await other.publish(status, waiting.signal)).toMatchObject({ failed: expect.stringContaining("cancelled") });
    expect([fake.requests.length, fake.statuses]).toEqual([2, []]);
  });
});
