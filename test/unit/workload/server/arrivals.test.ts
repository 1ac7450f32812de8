import { describe, expect, it } from "vitest";
import type { Arrival } from "../../../../src/domain/measurement/probe.ts";
import { ArrivalLog, MAX_ANONYMOUS } from "../../../../src/workload/server/arrivals.ts";

const arrival = (id: string, changes: Partial<Arrival> = {}): Arrival => ({
  id,
  transport: "http",
  port: 8080,
  peer: "10.0.0.1",
  at: 0,
  ...changes,
});

const ids = (log: ArrivalLog, prefix: string) => log.withPrefix(prefix).map((one) => one.id);

describe("the arrival log", () => {
  it("gives a batch, a single probe or a family of batches by prefix", () => {
    const log = new ArrivalLog();
    for (const id of ["run-1-0", "run-1-1", "run-10-0", "other-0"]) log.note(arrival(id));
    expect(ids(log, "run-1-")).toEqual(["run-1-0", "run-1-1"]);
    expect(ids(log, "run-1-1")).toEqual(["run-1-1"]);
    expect(ids(log, "run-1")).toEqual(["run-1-0", "run-1-1", "run-10-0"]);
    expect(ids(log, "none")).toEqual([]);
  });

  it("keeps duplicates, so that retries show", () => {
    const log = new ArrivalLog();
    log.note(arrival("run-1-0"));
    log.note(arrival("run-1-0"));
    expect(ids(log, "run-1-")).toEqual(["run-1-0", "run-1-0"]);
  });

  it("drops the batch that began first when it is full", () => {
    const log = new ArrivalLog(5);
    for (const id of ["a-0", "a-1", "b-0", "b-1", "a-2"]) log.note(arrival(id));
    expect(ids(log, "")).toHaveLength(5);
    log.note(arrival("c-0"));
    expect(ids(log, "a-")).toEqual([]);
    expect(ids(log, "")).toEqual(["b-0", "b-1", "c-0"]);
  });

  it("keeps those without an id apart and bounded, so that they push no batch out", () => {
    const log = new ArrivalLog(5);
    log.note(arrival("a-0"));
    for (let n = 0; n < 5 * MAX_ANONYMOUS; n++) log.note(arrival("", { at: n }));
    expect(ids(log, "a-")).toEqual(["a-0"]);
    const anonymous = log.withPrefix("").filter((one) => one.id === "");
    expect(anonymous).toHaveLength(MAX_ANONYMOUS);
    expect(anonymous.at(-1)?.at).toBe(5 * MAX_ANONYMOUS - 1);
  });

  it("cuts what a client could make endless", () => {
    const log = new ArrivalLog();
    log.note(arrival("i".repeat(1_000), { path: `/${"p".repeat(10_000)}` }));
    const [kept] = log.withPrefix("i");
    expect(kept?.id).toHaveLength(256);
    expect(kept?.path).toHaveLength(2_048);
  });

  it("leaves a batch out for as long as it is told to", () => {
    const log = new ArrivalLog();
    log.ignore("own");
    log.note(arrival("own-0"));
    log.stopIgnoring("own");
    log.note(arrival("own-1"));
    expect(ids(log, "")).toEqual(["own-1"]);
  });
});
