/** Probes are told apart by every field that is sent, and by nothing that is not. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Probe } from "../../../../src/domain/assertion/expectation.ts";
import { probeKey, sameExchange } from "../../../../src/domain/assertion/probe-key.ts";

// Few values each, so that collisions of a careless key ("a" + "bc" = "ab" + "c") and equal pairs come up.
const word = fc.constantFrom("a", "b", "ab", "a b", "x=1", 'q"', "1");
const path = word.map((w) => `/${w.replaceAll(" ", "/")}`);
const ends = {
  from: word,
  to: word,
  in: fc.option(word, { nil: undefined }),
  via: fc.constantFrom("mesh", "service", "clusterIP", "podIP", undefined),
  port: fc.constantFrom(1, 9091, undefined),
} as const;
const http = {
  ...ends,
  get: path,
  headers: fc.option(fc.dictionary(word, word, { maxKeys: 2 }), { nil: undefined }),
  protocol: fc.constantFrom("http/1.1", "h2c", undefined),
  raw: fc.constantFrom(true, undefined),
} as const;
const tcp = { ...ends, tcp: fc.constantFrom("client-first", "server-first") } as const;

/** Drops what is undefined, as a file that leaves it out does. */
const written = (fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as unknown as Probe;
const httpProbe = fc.record(http).map(written);
const anyProbe = fc.oneof(
  httpProbe,
  fc.record(tcp).map(written),
  fc.record({ ...ends, udp: fc.constant(true) }).map(written),
);

/** Each field of a probe, changed into one that is sent otherwise. The compiler asks for every field. */
const changed: Readonly<Record<keyof Probe, (probe: Probe) => Partial<Record<keyof Probe, unknown>>>> = {
  from: ({ from }) => ({ from: `${from}2` }),
  to: ({ to }) => ({ to: `${to}2` }),
  in: (p) => ({ in: p.in === undefined ? "far" : `${p.in}2` }),
  via: ({ via }) => ({ via: via === "podIP" ? "clusterIP" : "podIP" }),
  port: ({ port }) => ({ port: (port ?? 0) + 1 }),
  get: ({ get }) => ({ get: `${get}/2` }),
  send: ({ get }) => ({ send: `DELETE ${get}` }),
  headers: ({ headers }) => ({ headers: { ...headers, another: "1" } }),
  protocol: ({ protocol }) => ({ protocol: protocol === "h2c" ? "http/1.1" : "h2c" }),
  raw: ({ raw }) => ({ raw: raw === true ? undefined : true }),
  tcp: () => ({ tcp: "server-first" }),
  udp: () => ({ udp: true }),
};

describe("probeKey", () => {
  it.each(Object.entries(changed))("differs where %s differs", (_, change) => {
    fc.assert(
      fc.property(httpProbe, (probe) => {
        expect(probeKey(written({ ...probe, ...change(probe) }))).not.toBe(probeKey(probe));
      }),
    );
  });

  it("differs between the two sides that may speak first", () => {
    const probe = { from: "a", to: "b" };
    expect(sameExchange({ ...probe, tcp: "client-first" }, { ...probe, tcp: "server-first" })).toBe(false);
  });

  it("tells a path that goes on the socket as it is from one that a client library writes", () => {
    const probe = { from: "a", to: "b", get: "/x/../api" };
    expect(sameExchange({ ...probe, raw: true }, probe)).toBe(false);
  });

  it("is that of the same exchange alone", () => {
    const filled = ({ from, to, port, in: alias, via = "mesh", ...content }: Probe) => ({
      ends: [from, to, port, alias, via],
      headers: {},
      protocol: content.tcp === undefined && content.udp === undefined ? "http/1.1" : "",
      ...content,
    });
    const equal = (x: Probe, y: Probe) => {
      try {
        expect(filled(x)).toEqual(filled(y));
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(anyProbe, anyProbe, (x, y) => {
        expect(sameExchange(x, y)).toBe(equal(x, y));
        expect(sameExchange(x, structuredClone(x))).toBe(true);
      }),
    );
  });

  it.each([
    ["get and send of one request", { get: "/api" }, { send: "GET /api" }],
    ["a default and the same written out", {}, { get: "/", via: "mesh", protocol: "http/1.1" }],
    ["headers in another order", { headers: { a: "1", b: "2" } }, { headers: { b: "2", a: "1" } }],
  ] as const)("does not differ between %s", (_, x, y) => {
    const probe = { from: "a", to: "b" };
    expect(sameExchange({ ...probe, ...x }, { ...probe, ...y })).toBe(true);
  });
});
