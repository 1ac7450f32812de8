import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unpackArrivals, unpackObservations } from "../../../../src/domain/measurement/decode.ts";
import type { Arrival, Observation } from "../../../../src/domain/measurement/probe.ts";
import { packArrivals, packObservations } from "../../../../src/workload/agent/packing.ts";

const server = fc.record({
  pod: fc.constantFrom("b-1", "b-2"),
  account: fc.constant("b"),
  workload: fc.constant("b"),
  port: fc.constantFrom(8080, 8081),
});

/** Everything that an observation may lack, lacking or not. */
const seen = fc.record(
  {
    ms: fc.nat(5000),
    status: fc.constantFrom(200, 403, 503),
    server,
    echo: fc.constantFrom("own", "other's"),
    failure: fc.constantFrom("timeout", "reset", "dns", "client"),
    partial: fc.boolean(),
    detail: fc.string(),
  },
  { requiredKeys: ["ms"] },
);

const arrival = fc.record(
  {
    suffix: fc.string(),
    transport: fc.constantFrom("http", "tcp", "udp"),
    port: fc.constantFrom(8080, 9000),
    method: fc.constantFrom("GET", "POST"),
    path: fc.constantFrom("/", "/api"),
    peer: fc.constantFrom("10.0.0.1", "10.0.0.2"),
    headers: fc.constantFrom(["host"], ["host", "x-forwarded-for"]),
    at: fc.nat(),
  },
  { requiredKeys: ["suffix", "transport", "port", "peer", "at"] },
);

const overTheWire = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe("what an agent packs", () => {
  it("is unpacked as it was: observations", () => {
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 40 }), (list) => {
        const observations = list.map(({ echo, ...rest }, n): Observation => {
          const id = `run-1-${n}`;
          return { id, ...rest, ...(echo === undefined ? {} : { echoedId: echo === "own" ? id : "run-2-0" }) };
        });
        expect(unpackObservations("run-1", overTheWire(packObservations(observations)))).toEqual(observations);
      }),
    );
  });

  it("is unpacked as it was: arrivals", () => {
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 40 }), (list) => {
        const arrivals = list.map(({ suffix, ...rest }): Arrival => ({ id: `run-1-${suffix}`, ...rest }));
        expect(unpackArrivals("run-1-", overTheWire(packArrivals("run-1-", arrivals)))).toEqual(arrivals);
      }),
    );
  });

  it("repeats nothing that a batch shares", () => {
    const observations = Array.from({ length: 400 }, (_, n): Observation => {
      const id = `run-1-${n}`;
      const identity = { pod: "b-1", account: "b", workload: "b", port: 8080 };
      return { id, ms: n % 9, status: 200, server: identity, echoedId: id };
    });
    const packed = packObservations(observations);
    expect(packed.shapes).toHaveLength(1);
    expect(JSON.stringify(packed).length).toBeLessThan(JSON.stringify(observations).length / 20);
  });

  it("is refused when a shape is missing", () => {
    expect(() => unpackObservations("run-1", { shapes: [], rows: [0, 1] })).toThrow(/no shape 0/);
    expect(() => unpackArrivals("run-1-", { shapes: [], rows: [3, "0", 1] })).toThrow(/no shape 3/);
  });
});
