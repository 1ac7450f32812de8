import { describe, expect, it } from "vitest";
import { countById, judgeOk, judgeRefused } from "../../../../src/domain/measurement/judge-probes.ts";
import type { Seen } from "../../../../src/domain/measurement/outcome.ts";
import type { Refusals } from "../../../../src/domain/measurement/refusal.ts";
import {
  appError,
  arrivalOf,
  dropped,
  infra,
  many,
  okFrom,
  proxyError,
  refused,
  reset,
} from "../../../fixtures/observations.ts";

const refusals: Refusals = { http: ["HTTP_REFUSED", "CONNECTION_REFUSED"], tcp: ["CONNECTION_REFUSED"], udp: ["DROP"] };
const arrived = (...seen: readonly Seen[]) => countById(seen.map(arrivalOf));
const nowhere = arrived();

describe("a refusal", () => {
  it.each([
    ["all refused by a proxy", many(20, refused), "held"],
    ["refused in two ways", [...many(10, refused), ...many(10, reset)], "held"],
    ["one answered among refusals", [...many(19, refused), okFrom()], "violated"],
    ["one answered by the application's own error", [...many(19, refused), appError()], "violated"],
    ["one answered among unclear ones", [...many(19, infra), okFrom()], "violated"],
    ["one dropped, where dropping is no refusal", [...many(19, refused), dropped()], "unknown"],
    ["one unexplained", [...many(19, refused), proxyError()], "unknown"],
    ["one that our side failed", [...many(19, refused), infra()], "unknown"],
    ["nothing sent", [], "unknown"],
  ] as const)("%s: %s is %s", (_, seen, status) => {
    expect(judgeRefused(seen, nowhere, refusals, "http").status).toBe(status);
  });

  it("is violated by an arrival without an answer", () => {
    for (const make of [refused, reset, dropped, infra, proxyError]) {
      const silent = make();
      const reading = judgeRefused([...many(19, refused), silent], arrived(silent), refusals, "http");
      expect(reading.status).toBe("violated");
      expect(reading.observed).toContain("1 arrived");
    }
  });

  it("is not touched by arrivals of other requests", () => {
    expect(judgeRefused(many(20, refused), arrived(okFrom()), refusals, "http").status).toBe("held");
  });

  it("may be a drop where the mesh says that it drops", () => {
    expect(judgeRefused(many(20, dropped), nowhere, refusals, "udp").status).toBe("held");
    expect(judgeRefused(many(20, refused), nowhere, refusals, "udp").status).toBe("unknown");
  });
});

describe("an allowed way", () => {
  const oks = many(20, okFrom);

  it("holds when each is answered and noted", () => {
    expect(judgeOk(oks, arrived(...oks), true)).toEqual({ status: "held", observed: "20 OK; 20 arrived" });
  });

  it.each([
    ["refused by a proxy", refused],
    ["reset", reset],
    ["dropped", dropped],
    ["met with an unexplained answer", proxyError],
  ])("is violated when one is %s, and unknown when the server is dead", (_, make) => {
    const one = [...oks, make()];
    expect(judgeOk(one, arrived(...oks), true).status).toBe("violated");
    const dead = judgeOk(one, arrived(...oks), false);
    expect(dead.status).toBe("unknown");
    expect(dead.observed).toContain("health check failed");
  });

  it.each([
    ["answered by the application with an error", appError],
    ["failed by our own side", infra],
  ])("is unknown when one is %s", (_, make) => {
    const all = [...oks, make()];
    expect(judgeOk(all, arrived(...all), true).status).toBe("unknown");
  });

  it("is unknown when one was answered that no server noted, and when nothing was sent", () => {
    expect(judgeOk(oks, arrived(...oks.slice(1)), true).status).toBe("unknown");
    expect(judgeOk([], nowhere, true).status).toBe("unknown");
  });

  it("names those that arrived more than once, and holds", () => {
    const [first] = oks;
    const reading = judgeOk(oks, arrived(...oks, ...(first === undefined ? [] : [first])), true);
    expect(reading).toEqual({ status: "held", observed: "20 OK; 21 arrived, 1 of them more than once" });
  });
});
