import { describe, expect, it, onTestFinished } from "vitest";
import { interruption } from "../../../src/setup/interrupt.ts";
import { keptLog } from "../../fakes/kept-log.ts";

function started() {
  const log = keptLog();
  const interrupt = interruption(log);
  onTestFinished(() => interrupt.stop());
  return { log, ...interrupt };
}

describe("an interruption", () => {
  it("ends the run on SIGINT, once, and says so once", () => {
    const { signal, cancelled, log } = started();
    process.emit("SIGINT", "SIGINT");
    process.emit("SIGTERM", "SIGTERM");
    expect(signal.reason).toMatchObject({ code: "interrupted", message: "stopped by SIGINT" });
    expect(cancelled.aborted).toBe(true);
    expect(log.lines).toEqual(["SIGINT: stopping, and removing what was created"]);
  });

  it("ends the run at its limit, which is not a cancellation: there is time to publish", async () => {
    const { signal, cancelled, limit } = started();
    limit(20);
    await expect.poll(() => signal.aborted).toBe(true);
    expect(signal.reason).toMatchObject({ code: "interrupted", message: "the run took longer than 0.02 s" });
    expect(cancelled.aborted).toBe(false);
    // Somebody may cancel what goes on after the limit.
    process.emit("SIGTERM", "SIGTERM");
    expect(cancelled.aborted).toBe(true);
    expect(signal.reason).toMatchObject({ message: "the run took longer than 0.02 s" });
  });

  it("has no effect once it is stopped, and listens to no signal any more", async () => {
    const before = process.listenerCount("SIGINT");
    const { signal, limit, stop } = started();
    limit(1);
    stop();
    expect(process.listenerCount("SIGINT")).toBe(before);
    const later = AbortSignal.timeout(50);
    await expect.poll(() => later.aborted).toBe(true);
    expect(signal.aborted).toBe(false);
  });
});
